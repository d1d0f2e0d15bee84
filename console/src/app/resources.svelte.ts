// What people subscribe to: read once, asked for by name everywhere.
import { allPages } from '../api/all-pages';
import { api } from '../api/client';
import { outcome } from '../api/outcome';
import type { components } from '../api/schema';
import { session } from './session.svelte';

export type Resource = components['schemas']['Resource'];

class Resources {
  list = $state.raw<Resource[]>([]);
  #asked: Promise<void> | null = null;

  load(): Promise<void> {
    return (this.#asked ??= this.#read());
  }

  again(): Promise<void> {
    this.#asked = null;
    return this.load();
  }

  get(id: string): Resource | undefined {
    return this.list.find((resource) => resource.id === id);
  }

  /** Its name; its number where it is gone or may not be read. */
  name(id: string): string {
    return this.get(id)?.name ?? `№ ${id}`;
  }

  async #read() {
    if (!session.may('resources:read')) return;
    const answer = await allPages<Resource>((cursor) =>
      outcome(
        api.GET('/v1/resources', {
          params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    );
    if (answer.ok) this.list = answer.data;
    else this.#asked = null;
  }
}

export const resources = new Resources();
