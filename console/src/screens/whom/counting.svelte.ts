// How many people a condition means. A count that takes long goes on, and shows how far it is.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import { Turns } from '../../api/turns';
import type { Condition } from './condition';

export class Counting {
  count = $state<number | null>(null);
  /** False while there may be more. */
  whole = $state(false);
  busy = $state(false);
  problem = $state<Problem | null>(null);
  #turns = new Turns();

  constructor(readonly db: string) {}

  async of(condition: Condition) {
    const stands = this.#turns.begin();
    this.busy = true;
    let sum = 0;
    let cursor: string | undefined;
    do {
      const answer = await outcome(
        api.POST('/v1/databases/{db}/profiles/count', {
          params: { path: { db: this.db } },
          body: { condition, ...(cursor ? { cursor } : {}) },
        }),
      );
      if (!stands()) return;
      if (answer.ok) {
        this.count = sum + answer.data.count;
        this.whole = true;
        this.problem = null;
        cursor = undefined;
      } else if (answer.problem.code === 'took_too_long' && answer.problem.cursor) {
        sum += Number(answer.problem.counted ?? 0);
        this.count = sum;
        this.whole = false;
        cursor = String(answer.problem.cursor);
      } else {
        this.count = null;
        this.problem = answer.problem;
        cursor = undefined;
      }
    } while (cursor);
    this.busy = false;
  }
}
