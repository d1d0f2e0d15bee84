// Watchers by name: read once, for those who may.
import { api } from '../api/client';
import { outcome } from '../api/outcome';
import { session } from './session.svelte';

class Watchers {
  #names = $state.raw<Record<string, string>>({});
  #asked: Promise<void> | null = null;

  load(): Promise<void> {
    return (this.#asked ??= this.#read());
  }

  again(): Promise<void> {
    this.#asked = null;
    return this.load();
  }

  name = (id: string): string | undefined => this.#names[id];

  async #read() {
    if (!session.may('outbox:read')) return;
    const answer = await outcome(api.GET('/v1/watchers'));
    if (!answer.ok) this.#asked = null;
    else this.#names = Object.fromEntries(answer.data.items.map((one) => [one.id, one.name]));
  }
}

export const watcherNames = new Watchers();
