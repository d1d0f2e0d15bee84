// Settings while they are edited: what the server has, what was typed, and what became of saving.
// If somebody else saved in between, both are kept until one is chosen.
import { explain, explainValue, wrongAt } from '../api/explain';
import type { Outcome, Problem } from '../api/outcome';

interface Ways<T, V> {
  /** What is edited of it. */
  read: (base: T) => V;
  /** Saves; `match` is the ETag that it was made from. */
  save: (value: V, match: string) => Promise<Outcome<T>>;
  /** Reads what the server has by now. */
  again: () => Promise<Outcome<T>>;
  /** Where the server's complaints belong to a control of the form, as `/name`. */
  pointers?: string[];
}

export class Draft<T extends { revision: number }, V extends object> {
  base = $state.raw() as T;
  value = $state() as V;
  theirs = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  #ways: Ways<T, V>;

  constructor(base: T, ways: Ways<T, V>) {
    this.#ways = ways;
    this.base = base;
    this.value = ways.read(base);
  }

  get dirty(): boolean {
    return text(this.value) !== text(this.#ways.read(this.base));
  }

  /** What was typed, without what makes it follow changes. */
  get plain(): V {
    return $state.snapshot(this.value) as V;
  }

  /** What stands in the way and has no control of its own. */
  get rest(): Problem | null {
    const { problem } = this;
    const known = this.#ways.pointers ?? [];
    const placed = problem?.errors?.length
      ? problem.errors.every((wrong) => known.some((one) => under(wrong.pointer, one)))
      : typeof problem?.field === 'string' && known.includes(`/${problem.field}`);
    return placed ? null : problem;
  }

  /** What the server says about the value at a place. */
  wrong(pointer: string): string | undefined {
    const at = wrongAt(this.problem, pointer);
    if (at) return explainValue(at);
    return this.problem && this.problem.field === pointer.slice(1)
      ? explain(this.problem)
      : undefined;
  }

  /** What was changed here and, to something else, there. */
  get conflicts(): { name: keyof V; yours: unknown; theirs: unknown }[] {
    if (!this.theirs) return [];
    const before = this.#ways.read(this.base);
    const theirs = this.#ways.read(this.theirs);
    return this.#changed
      .filter((name) => text(theirs[name]) !== text(before[name]))
      .filter((name) => text(theirs[name]) !== text(this.value[name]))
      .map((name) => ({ name, yours: this.value[name], theirs: theirs[name] }));
  }

  get #changed(): (keyof V)[] {
    const before = this.#ways.read(this.base);
    return (Object.keys(before) as (keyof V)[]).filter(
      (name) => text(this.value[name]) !== text(before[name]),
    );
  }

  async save(): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.problem = null;
    const answer = await this.#ways.save(this.plain, `"${this.base.revision}"`);
    this.busy = false;
    if (answer.ok) {
      this.settle(answer.data);
      return answer.data;
    }
    if (answer.problem.status !== 412) {
      this.problem = answer.problem;
      return null;
    }
    const now = await this.#ways.again();
    if (!now.ok) {
      this.problem = now.problem;
      return null;
    }
    // Where both changed different things there is nothing to ask: both are kept.
    this.theirs = now.data;
    return this.conflicts.length ? null : this.keep();
  }

  /** Goes on from what somebody else saved, with what was changed here; `without` those members. */
  #rebase(without: (keyof V)[] = []) {
    if (!this.theirs) return;
    const mine = this.#changed.filter((name) => !without.includes(name));
    const value = this.#ways.read(this.theirs);
    for (const name of mine) value[name] = this.plain[name];
    this.base = this.theirs;
    this.value = value;
    this.theirs = null;
  }

  /** Takes what the server has for what is edited from now on. */
  settle(base: T) {
    this.base = base;
    this.value = this.#ways.read(base);
    this.theirs = null;
    this.problem = null;
  }

  discard() {
    this.settle(this.base);
  }

  /** Saves what was changed here over what somebody else saved. */
  keep(): Promise<T | null> {
    this.#rebase();
    return this.save();
  }

  /** Takes theirs where both changed the same; what was changed here alone stays. */
  take() {
    this.#rebase(this.conflicts.map((one) => one.name));
  }
}

const text = (value: unknown) => JSON.stringify(value);
const under = (pointer: string | undefined, place: string) =>
  pointer === place || (pointer?.startsWith(`${place}/`) ?? false);
