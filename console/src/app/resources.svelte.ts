// What people subscribe to: read once, asked for by name everywhere.
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
    const all: Resource[] = [];
    let cursor: string | null | undefined;
    do {
      const answer = await outcome(
        api.GET('/v1/resources', {
          params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } },
        }),
      );
      if (!answer.ok) {
        this.#asked = null;
        return;
      }
      all.push(...answer.data.items);
      cursor = answer.data.next;
    } while (cursor);
    this.list = all;
  }
}

export const resources = new Resources();
