// A list of the API that comes page by page. An answer that was overtaken by a newer question is dropped.
import type { Outcome, Problem } from './outcome';
import { Turns } from './turns';

export interface CursorPage<T> {
  items: T[];
  next?: string | null;
}

export class CursorList<T> {
  items = $state.raw<T[] | null>(null);
  next = $state<string | null>(null);
  problem = $state<Problem | null>(null);
  busy = $state(false);
  #turns = new Turns();
  #ask: (cursor?: string) => Promise<Outcome<CursorPage<T>>>;

  constructor(ask: (cursor?: string) => Promise<Outcome<CursorPage<T>>>) {
    this.#ask = ask;
  }

  /** Reads from the beginning; with `fresh` what is shown goes first. */
  async read(how: { fresh?: boolean } = {}): Promise<void> {
    if (how.fresh) this.items = null;
    await this.#page();
  }

  async more(): Promise<void> {
    if (this.next) await this.#page(this.next);
  }

  /** Puts changed items in the place of those that `same` finds, without asking again. */
  replace(item: T, same: (one: T) => boolean) {
    this.items = (this.items ?? []).map((one) => (same(one) ? item : one));
  }

  async #page(cursor?: string) {
    const stands = this.#turns.begin();
    this.busy = true;
    const answer = await this.#ask(cursor);
    if (!stands()) return;
    this.busy = false;
    this.problem = answer.ok ? null : answer.problem;
    if (!answer.ok) return;
    const before = cursor ? (this.items ?? []) : [];
    this.items = [...before, ...answer.data.items];
    this.next = answer.data.next ?? null;
  }
}
