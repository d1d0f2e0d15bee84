// All segments of a database. A dynamic one is counted when it is looked at, so those that nobody
// has looked at yet are, one after the other.
import { allPages } from '../../api/all-pages';
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import { Turns } from '../../api/turns';
import type { Segment } from './segment';

/** So many are counted for a list at most; each may take two seconds. */
const COUNTED = 25;

export class SegmentList {
  items = $state.raw<Segment[] | null>(null);
  problem = $state<Problem | null>(null);
  busy = $state(false);
  #turns = new Turns();

  constructor(readonly db: string) {}

  stop() {
    this.#turns.begin();
  }

  async read() {
    const stands = this.#turns.begin();
    this.busy = true;
    const answer = await allPages<Segment>((cursor) =>
      outcome(
        api.GET('/v1/databases/{db}/segments', {
          params: { path: { db: this.db }, query: { limit: 1000, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    );
    if (!stands()) return;
    if (!answer.ok) {
      this.busy = false;
      this.problem = answer.problem;
      return;
    }
    this.busy = false;
    this.problem = null;
    // The newest first: that is what somebody comes for.
    this.items = answer.data.reverse();
    await this.#count(stands);
  }

  async #count(stands: () => boolean) {
    const unknown = (this.items ?? []).filter((one) => one.kind === 'dynamic' && !one.counted_at);
    for (const { id } of unknown.slice(0, COUNTED)) {
      const answer = await outcome(
        api.GET('/v1/databases/{db}/segments/{id}', { params: { path: { db: this.db, id } } }),
      );
      if (!stands()) return;
      if (answer.ok)
        this.items = (this.items ?? []).map((one) => (one.id === id ? answer.data : one));
    }
  }
}
