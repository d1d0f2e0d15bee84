// What happened to a person, page by page, all or of one kind.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { Turns } from '../../api/turns';

export type Entry = components['schemas']['HistoryEntry'];
export const kinds = [
  'profile.created',
  'profile.updated',
  'profile.event',
  'relation.changed',
  'profile.merged',
  'segment.entered',
  'segment.left',
  'control_group.changed',
] as const;
export type Kind = (typeof kinds)[number];

export class History {
  items = $state.raw<Entry[] | null>(null);
  next = $state<string | null>(null);
  kind = $state<Kind | ''>('');
  problem = $state<Problem | null>(null);
  busy = $state(false);
  /** The entries that are known, whatever the filter: proofs of opt-ins are looked for in them. */
  known = $state.raw<Entry[]>([]);
  #turns = new Turns();

  constructor(
    readonly db: string,
    readonly id: string,
  ) {}

  async read(cursor?: string) {
    const stands = this.#turns.begin();
    this.busy = true;
    const answer = await outcome(
      api.GET('/v1/databases/{db}/profiles/{id}/history', {
        params: {
          path: { db: this.db, id: this.id },
          query: {
            limit: 15,
            ...(this.kind ? { kind: this.kind } : {}),
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
    this.#know(answer.data.items);
  }

  /** Keeps entries, newest first. */
  #know(entries: Entry[]) {
    const fresh = entries.filter((entry) => !this.known.some((one) => one.id === entry.id));
    this.known = [...this.known, ...fresh].sort(
      (a, b) => b.id.length - a.id.length || (b.id > a.id ? 1 : -1),
    );
  }

  /** How the profile came to be is where most opt-ins stand, however much has happened since. */
  async readOrigin() {
    const answer = await outcome(
      api.GET('/v1/databases/{db}/profiles/{id}/history', {
        params: {
          path: { db: this.db, id: this.id },
          query: { kind: 'profile.created', limit: 5 },
        },
      }),
    );
    if (answer.ok) this.#know(answer.data.items);
  }

  choose(kind: Kind | '') {
    this.kind = kind;
    void this.read();
  }
}
