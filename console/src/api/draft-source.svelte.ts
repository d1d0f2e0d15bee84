// A thing that is read from the server to be edited: what it is there, and the draft of its settings
// that is saved over what was read.
import { Draft } from './draft.svelte';
import type { Outcome, Problem } from './outcome';

interface Ways<T, V> {
  /** What can be set of it. */
  settings: (record: T) => V;
  get: () => Promise<Outcome<T>>;
  /** Saves what was changed of `base` over what has the ETag. */
  patch: (change: { changes: Partial<V>; base: V; etag: string }) => Promise<Outcome<T>>;
}

/** `V` are the settings of a `T`. */
export class DraftSource<T, V extends object> {
  /** As the server answered last. */
  record = $state.raw<T | null>(null);
  draft = $state.raw<Draft<V> | null>(null);
  /** Why it can't be shown. */
  problem = $state.raw<Problem | null>(null);
  #ways: Ways<T, V>;

  constructor(ways: Ways<T, V>) {
    this.#ways = ways;
  }

  #settings(answer: Outcome<T>): Outcome<V> {
    if (!answer.ok) return answer;
    this.record = answer.data;
    return { ...answer, data: this.#ways.settings(answer.data) };
  }

  async read() {
    const { get, patch } = this.#ways;
    const again = async () => this.#settings(await get());
    const answer = await again();
    this.problem = answer.ok ? null : answer.problem;
    if (!answer.ok) return;
    const draft: Draft<V> = new Draft(answer.data, answer.etag, {
      save: async ({ changes, etag }) =>
        this.#settings(await patch({ changes, base: draft.base, etag })),
      again,
    });
    this.draft = draft;
  }
}
