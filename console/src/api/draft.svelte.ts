// A thing in the middle of being edited: what the server has, what is typed, and how the difference
// is saved without overwriting somebody else's.
import type { Outcome, Problem } from './outcome';

type Members = object;

/** Equal as JSON. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** The members of `now` that aren't as in `base`. */
export function changed<T extends Members>(base: T, now: T): (keyof T)[] {
  return (Object.keys(now) as (keyof T)[]).filter((key) => !same(base[key], now[key]));
}

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export class Draft<T extends Members> {
  value = $state() as T;
  base = $state.raw() as T;
  etag: string | null = null;
  busy = $state(false);
  #problem = $state.raw<Problem | null>(null);
  /** What was sent when it was refused. */
  #refused: Partial<T> = {};
  /** What somebody else saved meanwhile, where it meets what is typed here. */
  theirs = $state.raw<T | null>(null);

  constructor(base: T, etag: string | null = null) {
    this.begin(base, etag);
  }

  begin(base: T, etag: string | null) {
    this.base = copy(base);
    this.value = copy(base);
    this.etag = etag;
    this.problem = null;
    this.theirs = null;
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
      const member = pointer.split('/')[1] as keyof T;
      return !(member in this.#refused) || same(this.#refused[member], this.value[member]);
    };
    if (problem?.code === 'name_taken')
      return stands(`/${String(problem.field ?? 'name')}`) ? problem : null;
    if (!problem?.errors?.length) return problem;
    const errors = problem.errors.filter((one) => !one.pointer || stands(one.pointer));
    return errors.length ? { ...problem, errors } : null;
  }

  get changes(): (keyof T)[] {
    return changed(this.base, this.value);
  }

  get dirty(): boolean {
    return this.changes.length > 0;
  }

  /** What both have changed, in different ways. */
  get contested(): (keyof T)[] {
    const theirs = this.theirs;
    if (!theirs) return [];
    return this.changes.filter(
      (key) => !same(theirs[key], this.base[key]) && !same(theirs[key], this.value[key]),
    );
  }

  discard() {
    this.begin(this.base, this.etag);
  }

  /** Sends what has changed. A change of somebody else to other members stands in nobody's way. */
  async save(
    write: (changes: Partial<T>, etag: string | null) => Promise<Outcome<T>>,
    read: () => Promise<Outcome<T>>,
  ): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    const done = await this.#send(write, read);
    this.busy = false;
    return done;
  }

  async #send(
    write: (changes: Partial<T>, etag: string | null) => Promise<Outcome<T>>,
    read: () => Promise<Outcome<T>>,
  ): Promise<boolean> {
    for (let tries = 0; tries < 3; tries += 1) {
      const changes = Object.fromEntries(
        this.changes.map((key) => [key, copy(this.value[key])]),
      ) as Partial<T>;
      const answer = await write(changes, this.etag);
      if (answer.ok) {
        this.begin(answer.data, answer.etag);
        return true;
      }
      if (answer.problem.status !== 412) {
        this.problem = answer.problem;
        return false;
      }
      const now = await read();
      if (!now.ok) {
        this.problem = now.problem;
        return false;
      }
      this.theirs = copy(now.data);
      this.etag = now.etag;
      if (this.contested.length) return false;
      this.#rebase(this.theirs);
    }
    this.problem = { code: 'precondition_failed', status: 412, title: '', detail: '' };
    return false;
  }

  /** The conflict is decided for what is typed here, or for theirs; either way the rest of theirs is taken. */
  decide(mine: boolean) {
    const theirs = this.theirs;
    if (!theirs) return;
    const contested = this.contested;
    this.#rebase(theirs);
    if (!mine) for (const key of contested) this.value[key] = copy(theirs[key]);
  }

  #rebase(theirs: T) {
    const mine = this.changes;
    const next = copy(theirs);
    for (const key of mine) next[key] = copy(this.value[key]);
    this.base = theirs;
    this.value = next;
    this.theirs = null;
  }
}
