// Who is in a segment, page by page, with the fields that were chosen.
import { SvelteSet } from 'svelte/reactivity';
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';

export type Person = components['schemas']['Profile'];
const PAGE = 50;
/** Members of a dynamic segment are looked for: so many pages may come empty before one waits. */
const TRIES = 8;

export class MemberList {
  items = $state.raw<Person[] | null>(null);
  next = $state<string | null>(null);
  problem = $state<Problem | null>(null);
  busy = $state(false);
  /** Taken out a moment ago; the row stays, so that it can be put back. */
  readonly out = new SvelteSet<string>();
  #turn = 0;

  constructor(
    readonly db: string,
    readonly id: string,
  ) {}

  async read(columns: readonly string[], more = false) {
    const turn = ++this.#turn;
    this.busy = true;
    let cursor = more ? this.next : null;
    const found: Person[] = more ? [...(this.items ?? [])] : [];
    const wanted = found.length + PAGE;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await outcome(
        api.POST('/v1/databases/{db}/profiles/query', {
          params: { path: { db: this.db } },
          body: {
            condition: { segment: this.id },
            fields: ['_fname', '_lname', 'email', 'phones', ...columns],
            limit: wanted - found.length,
            ...(cursor ? { cursor } : {}),
          },
        }),
      );
      if (turn !== this.#turn) return;
      this.problem = answer.ok ? null : answer.problem;
      if (!answer.ok) break;
      found.push(...answer.data.items);
      cursor = answer.data.next ?? null;
      if (!cursor || found.length >= wanted) break;
    }
    this.busy = false;
    if (this.problem && !found.length) return;
    this.items = found;
    this.next = cursor;
    if (!more) this.out.clear();
  }

  /** Puts somebody in or takes them out; the number of members when it is done. */
  async move(person: string, way: 'add' | 'remove') {
    const answer = await outcome(
      api.POST('/v1/databases/{db}/segments/{id}/members', {
        params: { path: { db: this.db, id: this.id } },
        body: { [way]: [person] },
      }),
    );
    if (answer.ok && way === 'remove') this.out.add(person);
    else if (answer.ok) this.out.delete(person);
    return answer;
  }
}
