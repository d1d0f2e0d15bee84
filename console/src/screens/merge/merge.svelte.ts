// A merge that is being thought over: who stays, whose values are taken, and what would come of it.
import { SvelteMap } from 'svelte/reactivity';
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { Turns } from '../../api/turns';
import type { Field } from '../../app/databases.svelte';
import { same } from '../person/values';
import type { Profile } from './alike';

export type Result = components['schemas']['MergeResult'];
export interface Person {
  profile: Profile;
  etag: string | null;
}

/** Lists unite, and what the system keeps is counted: there is nothing to choose. */
const united = new Set(['tags', 'phones', 'objects']);
export const has = (value: unknown) =>
  value !== undefined &&
  value !== null &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0);

export class MergePlan {
  people = $state.raw<Person[]>([]);
  fields = $state.raw<Field[]>([]);
  /** The id of the profile that stays. */
  stays = $state('');
  /** Whose value is taken, by field; the others as the API has it. */
  chosen = new SvelteMap<string, string>();
  history = $state(true);
  segments = $state(false);
  result = $state.raw<Result | null>(null);
  problem = $state<Problem | null>(null);
  /** Somebody changed the profile that stays in between. */
  changed = $state(false);
  looking = $state(false);
  merging = $state(false);
  #turns = new Turns();
  #key = crypto.randomUUID();

  constructor(readonly db: string) {}

  get order(): Person[] {
    return [...this.people].sort(
      (a, b) => Number(b.profile.id === this.stays) - Number(a.profile.id === this.stays),
    );
  }

  get ready(): boolean {
    return this.people.length > 1;
  }

  value(person: Person, field: Field): unknown {
    return person.profile.data[field.name as keyof typeof person.profile.data];
  }

  /** Whether somebody must say which value stays; else the merge finds it by itself. */
  differs(field: Field): boolean {
    const values = this.people.map((one) => this.value(one, field)).filter(has);
    return values.some((value) => !same(value, values[0]));
  }

  choosable(field: Field): boolean {
    return !field.system && !united.has(field.type) && this.differs(field);
  }

  /** Whose value stays as it is now: the chosen one's, else that of the first who has one. */
  source(field: Field): string | undefined {
    return (
      this.chosen.get(field.name) ??
      this.order.find((one) => has(this.value(one, field)))?.profile.id
    );
  }

  async add(ids: readonly string[]): Promise<void> {
    const fresh = ids.filter((id) => !this.people.some((one) => one.profile.id === id));
    this.looking = true;
    const [fields, ...answers] = await Promise.all([
      this.fields.length
        ? null
        : outcome(api.GET('/v1/databases/{db}/fields', { params: { path: { db: this.db } } })),
      ...fresh.map((id) =>
        outcome(
          api.GET('/v1/databases/{db}/profiles/{id}', { params: { path: { db: this.db, id } } }),
        ),
      ),
    ]);
    this.looking = false;
    if (fields?.ok) this.fields = fields.data.items;
    const failed = [fields, ...answers].find((answer) => answer && !answer.ok);
    if (failed && !failed.ok) {
      this.problem = failed.problem;
      return;
    }
    this.problem = null;
    this.people = [
      ...this.people,
      ...answers.flatMap((one) => (one.ok ? [{ profile: one.data, etag: one.etag }] : [])),
    ];
    if (!this.stays) this.stays = this.people[0]?.profile.id ?? '';
    await this.look();
  }

  async remove(id: string) {
    this.people = this.people.filter((one) => one.profile.id !== id);
    for (const [field, whose] of this.chosen) if (whose === id) this.chosen.delete(field);
    if (this.stays === id) this.stays = this.people[0]?.profile.id ?? '';
    await this.look();
  }

  async stay(id: string) {
    this.stays = id;
    this.chosen.clear();
    await this.look();
  }

  async choose(field: Field, id: string) {
    this.chosen.set(field.name, id);
    await this.look();
  }

  /** Asks what would come of it; nothing is written. */
  async look() {
    const stands = this.#turns.begin();
    if (!this.ready) {
      this.result = null;
      return;
    }
    this.looking = true;
    const answer = await this.#ask(true);
    if (!stands()) return;
    this.looking = false;
    this.problem = answer.ok ? null : answer.problem;
    if (answer.ok) this.result = answer.data;
  }

  /** Merges. The answer is what came of it, or null. */
  async merge(): Promise<Result | null> {
    this.merging = true;
    const answer = await this.#ask(false);
    this.merging = false;
    if (answer.ok) return answer.data;
    if (answer.problem.code !== 'network') this.#key = crypto.randomUUID();
    if (answer.problem.status === 412) await this.#readAgain();
    else this.problem = answer.problem;
    return null;
  }

  async #readAgain() {
    const ids = this.people.map((one) => one.profile.id);
    const stays = this.stays;
    this.people = [];
    await this.add(ids);
    this.stays = stays;
    this.changed = true;
  }

  #ask(dry: boolean) {
    const [first, ...others] = this.order;
    const data: Record<string, unknown> = {};
    for (const [field, whose] of this.chosen) {
      const person = this.people.find((one) => one.profile.id === whose);
      const known = this.fields.find((one) => one.name === field);
      if (person && known && whose !== this.stays) data[field] = this.value(person, known);
    }
    return outcome(
      api.POST('/v1/databases/{db}/profiles/merge', {
        params: {
          path: { db: this.db },
          header: dry
            ? {}
            : {
                'Idempotency-Key': this.#key,
                ...(first?.etag ? { 'If-Match': first.etag } : {}),
              },
        },
        body: {
          destination: { profile_id: first?.profile.id },
          sources: others.map((one) => ({ profile_id: one.profile.id })),
          ...(Object.keys(data).length ? { data: data as Record<string, never> } : {}),
          history: this.history,
          segments: this.segments,
          dry_run: dry,
        },
      }),
    );
  }
}
