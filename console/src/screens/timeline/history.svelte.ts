// What happened in a database, newest first, page by page: of one kind, in a period.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { Turns } from '../../api/turns';
import type { Kind } from './kinds';
import { instantOf } from './period';

export type Entry = components['schemas']['HistoryEntry'];
export interface Question {
  kind: Kind | '';
  /** Days by the reader's clock, both included. */
  from: string;
  to: string;
}

export class DatabaseTimeline {
  items = $state.raw<Entry[] | null>(null);
  next = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  #question: Question = { kind: '', from: '', to: '' };
  #turns = new Turns();

  constructor(readonly db: string) {}

  ask(question: Question) {
    this.#question = question;
    return this.read();
  }

  async read(cursor?: string) {
    const stands = this.#turns.begin();
    this.busy = true;
    const { kind, from, to } = this.#question;
    const since = instantOf(from);
    const until = instantOf(to, 1);
    const answer = await outcome(
      api.GET('/v1/databases/{db}/profiles/history', {
        params: {
          path: { db: this.db },
          query: {
            limit: 25,
            ...(kind ? { kind } : {}),
            ...(since ? { from: since } : {}),
            ...(until ? { to: until } : {}),
            ...(cursor ? { cursor } : {}),
          },
        },
      }),
    );
    if (!stands()) return;
    this.busy = false;
    this.problem = answer.ok ? null : answer.problem;
    if (!answer.ok) return;
    this.items = cursor ? [...(this.items ?? []), ...answer.data.items] : answer.data.items;
    this.next = answer.data.next ?? null;
  }
}
