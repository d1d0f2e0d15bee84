// All segments of a database. A dynamic one is counted when it is looked at, so those that nobody
// has looked at yet are, one after the other.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { Segment } from './segment';

/** So many are counted for a list at most; each may take two seconds. */
const COUNTED = 25;

export class SegmentList {
  items = $state.raw<Segment[] | null>(null);
  problem = $state<Problem | null>(null);
  busy = $state(false);
  #turn = 0;

  constructor(readonly db: string) {}

  stop() {
    this.#turn += 1;
  }

  async read() {
    const turn = ++this.#turn;
    this.busy = true;
    const all: Segment[] = [];
    let cursor: string | null | undefined;
    do {
      const answer = await outcome(
        api.GET('/v1/databases/{db}/segments', {
          params: { path: { db: this.db }, query: { limit: 1000, ...(cursor ? { cursor } : {}) } },
        }),
      );
      if (turn !== this.#turn) return;
      if (!answer.ok) {
        this.busy = false;
        this.problem = answer.problem;
        return;
      }
      all.push(...(answer.data.items as Segment[]));
      cursor = answer.data.next;
    } while (cursor);
    this.busy = false;
    this.problem = null;
    // The newest first: that is what somebody comes for.
    this.items = all.reverse();
    await this.#count(turn);
  }

  async #count(turn: number) {
    const unknown = (this.items ?? []).filter((one) => one.kind === 'dynamic' && !one.counted_at);
    for (const { id } of unknown.slice(0, COUNTED)) {
      const answer = await outcome(
        api.GET('/v1/databases/{db}/segments/{id}', { params: { path: { db: this.db, id } } }),
      );
      if (turn !== this.#turn) return;
      if (answer.ok)
        this.items = (this.items ?? []).map((one) => (one.id === id ? answer.data : one));
    }
  }
}
