// The people whom a list shows, page by page, in the order of creation or another.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { Turns } from '../../api/turns';
import type { Condition } from './condition';

export type Person = components['schemas']['Profile'];

interface Question {
  condition: Condition;
  fields: readonly string[];
  /** As the API takes it, `-created_at`; in order of creation if nothing is said. */
  sort?: string | null;
}
/** So many come at once at most. */
const PAGE = 1000;
/** Some are looked for: so many pages may come with few or nobody before what was found is shown. */
const TRIES = 8;

export class People {
  items = $state.raw<Person[] | null>(null);
  next = $state<string | null>(null);
  problem = $state<Problem | null>(null);
  busy = $state(false);
  /** Counts the lists that began with somebody else than the one before. */
  turn = $state(0);
  #question: Question = { condition: {}, fields: [] };
  /** Where the page begins that was asked for last. */
  #from: string | null = null;
  #turns = new Turns();

  constructor(
    readonly db: string,
    readonly size = 100,
  ) {}

  /** Another list from its beginning; what is shown stays until the first page has come. */
  async ask(question: Question) {
    this.#question = question;
    await this.#read(null);
  }

  async more() {
    if (this.next && !this.busy) await this.#read(this.next);
  }

  /** Reads again what is shown, as far as one has come. */
  refresh() {
    return this.#read(null, Math.max(this.size, this.items?.length ?? 0));
  }

  /** Asks again for what failed. */
  again() {
    return this.#read(this.#from);
  }

  async #read(from: string | null, size = this.size) {
    const stands = this.#turns.begin();
    const { condition, fields, sort } = this.#question;
    this.#from = from;
    this.busy = true;
    const found: Person[] = [];
    let cursor = from;
    let problem: Problem | null = null;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await outcome(
        api.POST('/v1/databases/{db}/profiles/query', {
          params: { path: { db: this.db } },
          body: {
            condition,
            fields: [...fields],
            limit: Math.min(size - found.length, PAGE),
            ...(sort ? { sort } : {}),
            ...(cursor ? { cursor } : {}),
          },
        }),
      );
      if (!stands()) return;
      if (!answer.ok) {
        problem = answer.problem;
        break;
      }
      found.push(...answer.data.items);
      cursor = answer.data.next ?? null;
      if (!cursor || found.length >= size) break;
    }
    this.busy = false;
    this.problem = problem;
    if (problem && !found.length) return;
    this.#from = cursor;
    if (!from && size === this.size && found[0]?.id !== this.items?.[0]?.id) this.turn += 1;
    this.items = from ? [...(this.items ?? []), ...found] : found;
    this.next = cursor;
  }
}
