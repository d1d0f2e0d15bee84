// Groups of people who may be one, page by page, and those that were said to be several.
import { SvelteMap } from 'svelte/reactivity';
import { api } from '../../api/client';
import { outcome, type Outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { Turns } from '../../api/turns';

export type Group = components['schemas']['DuplicateGroup'];
type Groups = components['schemas']['DuplicateGroups'];
export const ways = ['email', 'phone', 'name_birthday', 'telegram_bot', 'push'] as const;
export const keyOf = (group: Group) => `${group.by}\n${group.value}\n${group.profiles.join()}`;
/** So many can be kept apart at once. */
export const MOST = 20;
const PAGE = 20;

export class Duplicates {
  items = $state.raw<Group[] | null>(null);
  next = $state<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  /** Groups that were dismissed here, by their key: they stay in sight to be taken back. */
  dismissed = new SvelteMap<string, true>();
  #by = '';
  #turns = new Turns();

  constructor(readonly db: string) {}

  ask(by: string) {
    this.#by = by;
    this.items = null;
    this.dismissed.clear();
    return this.read();
  }

  async read(from?: string) {
    const stands = this.#turns.begin();
    this.busy = true;
    const fresh: Group[] = [];
    let cursor: string | null | undefined = from;
    // A page may be empty and still not be the last.
    do {
      const answer: Outcome<Groups> = await outcome(
        api.POST('/v1/databases/{db}/profiles/duplicates', {
          params: { path: { db: this.db } },
          body: {
            limit: PAGE,
            ...(this.#by ? { by: [this.#by] } : {}),
            ...(cursor ? { cursor } : {}),
          },
        }),
      );
      if (!stands()) return;
      if (!answer.ok) {
        this.busy = false;
        this.problem = answer.problem;
        return;
      }
      fresh.push(...answer.data.items);
      cursor = answer.data.next;
    } while (cursor && fresh.length < PAGE / 2);
    this.busy = false;
    this.problem = null;
    this.items = from ? [...(this.items ?? []), ...fresh] : fresh;
    this.next = cursor ?? null;
  }

  /** Remembers that they are several people, or forgets it again. */
  async dismiss(group: Group, revoke = false): Promise<Problem | null> {
    const answer = await outcome(
      api.POST('/v1/databases/{db}/profiles/duplicates/dismiss', {
        params: { path: { db: this.db } },
        body: {
          profiles: group.profiles.map((id) => ({
            matching: 'profile_id' as const,
            profile_id: id,
          })),
          revoke,
        },
      }),
    );
    if (!answer.ok) return answer.problem;
    if (revoke) this.dismissed.delete(keyOf(group));
    else this.dismissed.set(keyOf(group), true);
    return null;
  }

  /** Who was merged is in no group any more. */
  forget(ids: readonly string[]) {
    this.items =
      this.items?.filter((group) => group.profiles.filter((id) => ids.includes(id)).length < 2) ??
      null;
  }
}
