// What happened in a database, newest first, page by page: of one kind, in a period.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import type { Kind } from './kinds';

export type Entry = components['schemas']['HistoryEntry'];
export interface Question {
  kind: Kind | '';
  /** Days by the reader's clock, both included. */
  from: string;
  to: string;
}

/** The instant at which a day begins here; `days` later. */
export function instantOf(day: string, days = 0): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return undefined;
  const begins = new Date(year, month - 1, date + days);
  return Number.isNaN(begins.getTime()) ? undefined : begins.toISOString();
}

export class DatabaseTimeline {
  items = $state.raw<Entry[] | null>(null);
  next = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  #question: Question = { kind: '', from: '', to: '' };
  #latest = 0;

  constructor(readonly db: string) {}

  ask(question: Question) {
    this.#question = question;
    return this.read();
  }

  async read(cursor?: string) {
    const turn = ++this.#latest;
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
    if (turn !== this.#latest) return;
    this.busy = false;
    this.problem = answer.ok ? null : answer.problem;
    if (!answer.ok) return;
    this.items = cursor ? [...(this.items ?? []), ...answer.data.items] : answer.data.items;
    this.next = answer.data.next ?? null;
  }
}
