// Connectors, which are few: read once, for those who may.
import { api } from '../api/client';
import { outcome } from '../api/outcome';
import type { components } from '../api/schema';
import { session } from './session.svelte';

class Connectors {
  list = $state.raw<components['schemas']['Connector'][]>([]);
  /** It was read: one that isn't in it is gone, or not to be seen. */
  ready = $state(false);
  #asked: Promise<void> | null = null;

  load(): Promise<void> {
    return (this.#asked ??= this.#read());
  }

  again(): Promise<void> {
    this.#asked = null;
    return this.load();
  }

  name = (id: string): string | undefined => this.list.find((one) => one.id === id)?.name;

  async #read() {
    if (!session.may('connectors:read')) return;
    const answer = await outcome(api.GET('/v1/connectors'));
    if (!answer.ok) this.#asked = null;
    else {
      this.list = answer.data.items;
      this.ready = true;
    }
  }
}

export const connectors = new Connectors();
