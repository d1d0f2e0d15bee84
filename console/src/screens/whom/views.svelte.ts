// The saved views of a database: columns and a condition under a name.
import { allPages } from '../../api/all-pages';
import { api } from '../../api/client';
import { outcome, type Outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { session } from '../../app/session.svelte';
import type { Condition } from './condition';

export type View = components['schemas']['View'];
export interface Looks {
  name?: string;
  columns?: string[];
  condition?: Condition;
}

export class Views {
  list = $state.raw<View[]>([]);
  ready = $state(false);
  problem = $state<Problem | null>(null);

  constructor(readonly db: string) {}

  get(id: string | null): View | undefined {
    return this.list.find((view) => view.id === id);
  }

  async load() {
    if (!session.may('views:read')) {
      this.ready = true;
      return;
    }
    const answer = await allPages<View>((cursor) =>
      outcome(
        api.GET('/v1/databases/{db}/views', {
          params: { path: { db: this.db }, query: { limit: 100, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    );
    if (!answer.ok) {
      this.problem = answer.problem;
      this.ready = true;
      return;
    }
    // The one of this name says what stands on a person's card, and is no list of people.
    this.list = answer.data.filter((view) => view.name.toLowerCase() !== 'card');
    this.problem = null;
    this.ready = true;
  }

  async add(name: string, columns: string[], condition: Condition): Promise<Outcome<View>> {
    const answer = await outcome(
      api.POST('/v1/databases/{db}/views', {
        params: { path: { db: this.db } },
        body: { name, columns, condition, description: '' },
      }),
    );
    if (answer.ok) this.list = [...this.list, answer.data];
    return answer;
  }

  /** Fails with 412 if somebody else changed it meanwhile. */
  async change(view: View, looks: Looks): Promise<Outcome<View>> {
    const answer = await outcome(
      api.PATCH('/v1/databases/{db}/views/{id}', {
        params: {
          path: { db: this.db, id: view.id },
          header: { 'If-Match': `"${view.revision}"` },
        },
        body: looks as components['schemas']['ViewPatch'],
      }),
    );
    if (answer.ok)
      this.list = this.list.map((one) => (one.id === answer.data.id ? answer.data : one));
    return answer;
  }

  async remove(view: View): Promise<Problem | null> {
    const answer = await outcome(
      api.DELETE('/v1/databases/{db}/views/{id}', {
        params: { path: { db: this.db, id: view.id } },
      }) as Promise<{ data?: undefined; error?: unknown; response: Response }>,
    );
    if (!answer.ok && answer.problem.status !== 404) return answer.problem;
    this.list = this.list.filter((one) => one.id !== view.id);
    return null;
  }
}
