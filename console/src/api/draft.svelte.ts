// A thing in the middle of being edited: what the server has, what is typed, and how the difference
// is saved without overwriting somebody else's.
import type { Outcome, Problem } from './outcome';

interface Ways<V, T> {
  /** What is edited of it; all of it if nothing is said. */
  read?: (base: T) => V;
  /** Saves what was changed, or the whole, over what has the ETag. */
  save: (change: { changes: Partial<V>; value: V; etag: string }) => Promise<Outcome<T>>;
  /** Reads what the server has by now. */
  again: () => Promise<Outcome<T>>;
  /** Where the server's complaints belong to a control of the form, as `/name`. */
  pointers?: string[];
}

/** Equal as JSON. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** The members of `now` that aren't as in `base`. */
export function changed<V extends object>(base: V, now: V): (keyof V)[] {
  return (Object.keys(now) as (keyof V)[]).filter((key) => !same(base[key], now[key]));
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const under = (pointer: string | undefined, place: string) =>
  pointer === place || (pointer?.startsWith(`${place}/`) ?? false);

/** `V` is what is edited of a `T`. A thing that isn't made yet has no ways to be saved. */
export class Draft<V extends object, T = V> {
  value = $state() as V;
  base = $state.raw() as T;
  etag: string | null = null;
  busy = $state(false);
  /** What somebody else saved meanwhile, where it meets what is typed here. */
  theirs = $state.raw<T | null>(null);
  #problem = $state.raw<Problem | null>(null);
  /** What was sent when it was refused. */
  #refused: Partial<V> = {};
  #ways: Ways<V, T> | undefined;

  constructor(base: T, etag: string | null = null, ways?: Ways<V, T>) {
    this.#ways = ways;
    this.begin(base, etag);
  }

  /** Takes what the server has for what is edited from now on. */
  begin(base: T, etag: string | null) {
    this.base = copy(base);
    this.value = this.#read(base);
    this.etag = etag;
    this.problem = null;
    this.theirs = null;
  }

  #read(base: T): V {
    return copy(this.#ways?.read ? this.#ways.read(base) : (base as unknown as V));
  }

  /** What was typed, without what makes it follow changes. */
  get plain(): V {
    return $state.snapshot(this.value) as V;
  }

  /** Why it wasn't saved. */
  get problem(): Problem | null {
    return this.#problem;
  }
  set problem(problem: Problem | null) {
    this.#problem = problem;
    if (problem) this.#refused = copy(this.value);
  }

  /** What of it still stands: a value that was changed since is no longer called wrong. */
  get standing(): Problem | null {
    const problem = this.#problem;
    const stands = (pointer: string) => {
      const member = pointer.split('/')[1] as keyof V;
      return !(member in this.#refused) || same(this.#refused[member], this.value[member]);
    };
    if (problem?.code.endsWith('_taken'))
      return stands(`/${String(problem.field ?? 'name')}`) ? problem : null;
    if (!problem?.errors?.length) return problem;
    const errors = problem.errors.filter((one) => !one.pointer || stands(one.pointer));
    return errors.length ? { ...problem, errors } : null;
  }

  /** What stands in the way and has no control of its own. */
  get rest(): Problem | null {
    const { problem } = this;
    const known = this.#ways?.pointers ?? [];
    const placed = problem?.errors?.length
      ? problem.errors.every((wrong) => known.some((one) => under(wrong.pointer, one)))
      : typeof problem?.field === 'string' && known.includes(`/${problem.field}`);
    return placed ? null : problem;
  }

  get changes(): (keyof V)[] {
    return changed(this.#read(this.base), this.value);
  }

  get dirty(): boolean {
    return this.changes.length > 0;
  }

  /** What both have changed, in different ways. */
  get conflicts(): { name: keyof V; yours: unknown; theirs: unknown }[] {
    if (!this.theirs) return [];
    const before = this.#read(this.base);
    const theirs = this.#read(this.theirs);
    return this.changes
      .filter((name) => !same(theirs[name], before[name]) && !same(theirs[name], this.value[name]))
      .map((name) => ({ name, yours: this.value[name], theirs: theirs[name] }));
  }

  discard() {
    this.begin(this.base, this.etag);
  }

  /** Sends what has changed. A change of somebody else to other members stands in nobody's way. */
  async save(): Promise<T | null> {
    if (this.busy || !this.#ways) return null;
    this.busy = true;
    this.problem = null;
    const saved = await this.#send(this.#ways);
    this.busy = false;
    return saved;
  }

  async #send({ save, again }: Ways<V, T>): Promise<T | null> {
    for (let tries = 0; tries < 3; tries += 1) {
      const value = copy(this.value);
      const changes = Object.fromEntries(
        this.changes.map((key) => [key, value[key]]),
      ) as Partial<V>;
      const answer = await save({ changes, value, etag: this.etag ?? '*' });
      if (answer.ok) {
        this.begin(answer.data, answer.etag);
        return answer.data;
      }
      if (answer.problem.status !== 412) {
        this.problem = answer.problem;
        return null;
      }
      const now = await again();
      if (!now.ok) {
        this.problem = now.problem;
        return null;
      }
      this.theirs = copy(now.data);
      this.etag = now.etag;
      if (this.conflicts.length) return null;
      this.#rebase(this.theirs);
    }
    this.problem = { code: 'precondition_failed', status: 412, title: '', detail: '' };
    return null;
  }

  /** The conflict is decided for what is typed here, or for theirs; either way the rest of theirs is taken. */
  decide(mine: boolean) {
    if (!this.theirs) return;
    this.#rebase(this.theirs, mine ? [] : this.conflicts.map((one) => one.name));
  }

  /** Goes on from what somebody else saved, with what was changed here; `without` those members. */
  #rebase(theirs: T, without: (keyof V)[] = []) {
    const next = this.#read(theirs);
    for (const key of this.changes) if (!without.includes(key)) next[key] = copy(this.value[key]);
    this.base = theirs;
    this.value = next;
    this.theirs = null;
  }
}
