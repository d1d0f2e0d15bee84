// The segments of a database, for lists to choose from.
import { allPages } from '../../api/all-pages';
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { session } from '../../app/session.svelte';

export type Segment = components['schemas']['Segment'];

export class Segments {
  list = $state.raw<Segment[]>([]);
  ready = $state(false);
  problem = $state<Problem | null>(null);

  constructor(readonly db: string) {}

  /** Those that people are put into by hand. */
  get statics(): Segment[] {
    return this.list.filter((segment) => segment.kind === 'static');
  }

  name(id: string): string {
    return this.list.find((segment) => segment.id === id)?.name ?? `№ ${id}`;
  }

  async load() {
    if (!session.may('segments:read')) return;
    const answer = await allPages<Segment>((cursor) =>
      outcome(
        api.GET('/v1/databases/{db}/segments', {
          params: { path: { db: this.db }, query: { limit: 100, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    );
    if (!answer.ok) {
      this.problem = answer.problem;
      return;
    }
    this.list = answer.data;
    this.problem = null;
    this.ready = true;
  }
}
