// Who is in a segment, and who was taken out of it a moment ago.
import { SvelteSet } from 'svelte/reactivity';
import { api } from '../../api/client';
import { outcome } from '../../api/outcome';
import { People } from '../whom/people.svelte';

export class MemberList extends People {
  /** Taken out a moment ago; the row stays, so that it can be put back. */
  readonly out = new SvelteSet<string>();

  constructor(
    db: string,
    readonly id: string,
  ) {
    super(db, 50);
  }

  async read(fields: readonly string[], sort: string | null) {
    await this.ask({ condition: { segment: this.id }, fields, sort });
    if (!this.problem && !this.busy) this.out.clear();
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
