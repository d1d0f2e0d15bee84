// The people whom a list shows, page by page. The order is the API's: that of creation.
import { api } from '../../api/client';
import { outcome, type Outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import type { Condition } from '../whom/condition';

export type Profile = components['schemas']['Profile'];
const PAGE = 100;

export class People {
  items = $state.raw<Profile[] | null>(null);
  next = $state<string | null>(null);
  problem = $state<Problem | null>(null);
  busy = $state(false);
  #condition: Condition = {};
  #fields: string[] = [];
  #latest = 0;

  constructor(readonly db: string) {}

  /** Begins anew; what is shown stays until the first page has come. */
  async ask(condition: Condition, fields: string[]) {
    this.#condition = condition;
    this.#fields = fields;
    await this.#read();
  }

  async more() {
    if (this.next && !this.busy) await this.#read(this.next);
  }

  again() {
    return this.#read(this.items && this.next ? this.next : undefined);
  }

  async #read(from?: string) {
    const turn = ++this.#latest;
    this.busy = true;
    const fresh: Profile[] = [];
    let cursor: string | null | undefined = from;
    // A page may be empty and not the last: one goes on until somebody is found.
    do {
      const answer: Outcome<components['schemas']['FoundProfiles']> = await outcome(
        api.POST('/v1/databases/{db}/profiles/query', {
          params: { path: { db: this.db } },
          body: {
            condition: this.#condition,
            fields: this.#fields,
            limit: PAGE,
            ...(cursor ? { cursor } : {}),
          },
        }),
      );
      if (turn !== this.#latest) return;
      if (!answer.ok) {
        this.busy = false;
        this.problem = answer.problem;
        return;
      }
      fresh.push(...answer.data.items);
      cursor = answer.data.next;
    } while (cursor && !fresh.length);
    this.busy = false;
    this.problem = null;
    this.items = from ? [...(this.items ?? []), ...fresh] : fresh;
    this.next = cursor ?? null;
  }
}
