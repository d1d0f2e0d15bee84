// The databases that the person may see, with their fields: read once, asked for everywhere.
import { allPages } from '../api/all-pages';
import { api } from '../api/client';
import { outcome, type Problem } from '../api/outcome';
import type { components } from '../api/schema';
import { say } from '../messages/index.svelte';
import { session } from './session.svelte';

export type Database = components['schemas']['Database'];
export type Field = components['schemas']['Field'];

/** After so long a list that the network refused is asked for again, in milliseconds. */
const AGAIN = 5000;

class Databases {
  list = $state.raw<Database[]>([]);
  ready = $state(false);
  problem = $state<Problem | null>(null);
  #asked: Promise<void> | null = null;

  /** Reads them if nobody has yet. */
  load(): Promise<void> {
    return (this.#asked ??= this.#read());
  }

  again(): Promise<void> {
    this.#asked = null;
    return this.load();
  }

  get(id: string): Database | undefined {
    return this.list.find((database) => database.id === id);
  }

  async #read() {
    if (!session.may('databases:read')) return;
    const answer = await allPages<Database>((cursor) =>
      outcome(
        api.GET('/v1/databases', {
          params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    );
    if (!answer.ok) {
      this.problem = answer.problem;
      this.#asked = null;
      // Every screen shows their names: they come by themselves once the server is back.
      if (answer.problem.code === 'network')
        setTimeout(() => session.user && void this.load(), AGAIN);
      return;
    }
    this.list = answer.data;
    this.problem = null;
    this.ready = true;
  }
}

export const databases = new Databases();

/** What people call a field: ours for the standard ones in the reader's language, else its title. */
export function fieldTitle(
  name: string,
  field?: Pick<Field, 'title' | 'standard' | 'system'>,
): string {
  const known = say().fields[name];
  if (known && (!field || field.standard || field.system)) return known;
  return field?.title || known || name;
}
