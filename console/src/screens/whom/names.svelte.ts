// What people are called whose ids are all that is known, a few asked for at a time.
import { SvelteMap } from 'svelte/reactivity';
import { api } from '../../api/client';
import { outcome } from '../../api/outcome';
import type { components } from '../../api/schema';

export type Profile = components['schemas']['Profile'];
const AT_ONCE = 4;

export class Names {
  /** `null` is somebody who isn't there any more. */
  known = new SvelteMap<string, Profile | null>();
  #waiting: string[] = [];
  #asked: Record<string, true> = {};
  #working = 0;

  constructor(readonly db: string) {}

  want(ids: readonly string[]) {
    for (const id of ids) {
      if (this.#asked[id]) continue;
      this.#asked[id] = true;
      this.#waiting.push(id);
    }
    while (this.#working < AT_ONCE && this.#waiting.length) void this.#work();
  }

  forget(id: string) {
    delete this.#asked[id];
    this.known.delete(id);
  }

  async #work() {
    this.#working += 1;
    let id: string | undefined;
    while ((id = this.#waiting.shift())) {
      const answer = await outcome(
        api.GET('/v1/databases/{db}/profiles/{id}', { params: { path: { db: this.db, id } } }),
      );
      if (answer.ok) this.known.set(id, answer.data);
      else if (answer.problem.status === 404) this.known.set(id, null);
      else delete this.#asked[id];
    }
    this.#working -= 1;
  }
}
