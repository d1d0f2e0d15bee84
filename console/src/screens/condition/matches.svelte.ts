// How many people meet a condition, and the first twenty of them. A request that a newer condition
// has overtaken is given up.
import { api } from '../../api/client';
import { outcome, type Outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import type { Json } from './tree';

type Profile = components['schemas']['Profile'];
const EXAMPLES = 20;
/** So many pages are looked through for examples; those of rare people may be empty. */
const PAGES = 12;

export class Matches {
  count = $state<number | null>(null);
  /** Counting goes on: there are at least so many. */
  partial = $state(false);
  examples = $state.raw<Profile[] | null>(null);
  /** Looking for examples goes on. */
  looking = $state(false);
  busy = $state(false);
  problem = $state<Problem | null>(null);
  #given: AbortController | null = null;

  constructor(
    readonly db: string,
    /** The part of the database that is looked at. */
    readonly range: components['schemas']['Range'] | null = null,
  ) {}

  stop() {
    this.#given?.abort();
    this.#given = null;
  }

  async look(condition: Json) {
    this.stop();
    const given = (this.#given = new AbortController());
    this.busy = true;
    await Promise.all([this.#count(condition, given.signal), this.#find(condition, given.signal)]);
    if (!given.signal.aborted) this.busy = false;
  }

  async #count(condition: Json, signal: AbortSignal) {
    let cursor: string | null = null;
    for (;;) {
      const answer: Outcome<{ count: number }> = await outcome(
        api.POST('/v1/databases/{db}/profiles/count', {
          params: { path: { db: this.db } },
          body: { condition, range: this.range, ...(cursor ? { cursor } : {}) },
          signal,
        }),
      );
      if (signal.aborted) return;
      if (answer.ok) {
        this.count = answer.data.count;
        this.partial = false;
        this.problem = null;
        return;
      }
      // It takes long: what was counted so far is shown, and the rest is counted.
      const { counted, cursor: next, code }: Problem = answer.problem;
      if (code === 'took_too_long' && typeof counted === 'number' && typeof next === 'string') {
        this.count = counted;
        this.partial = true;
        this.problem = null;
        cursor = next;
        continue;
      }
      this.partial = false;
      this.problem = answer.problem;
      return;
    }
  }

  async #find(condition: Json, signal: AbortSignal) {
    const found: Profile[] = [];
    let cursor: string | null = null;
    this.looking = true;
    for (let page = 0; page < PAGES; page += 1) {
      const answer: Outcome<components['schemas']['FoundProfiles']> = await this.page(
        condition,
        cursor,
        EXAMPLES - found.length,
        signal,
      );
      if (signal.aborted) return;
      if (!answer.ok) break;
      found.push(...answer.data.items);
      cursor = answer.data.next ?? null;
      if (found.length || !cursor) this.examples = [...found];
      if (!cursor || found.length >= EXAMPLES) break;
    }
    this.looking = false;
    if (!found.length) this.examples = [];
  }

  page(condition: Json, cursor: string | null, limit: number, signal: AbortSignal) {
    return outcome(
      api.POST('/v1/databases/{db}/profiles/query', {
        params: { path: { db: this.db } },
        body: {
          condition,
          range: this.range,
          fields: ['_fname', '_lname', 'email', 'phones'],
          limit,
          ...(cursor ? { cursor } : {}),
        },
        signal,
      }),
    );
  }
}
