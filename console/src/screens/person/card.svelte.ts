// One person's card: what is known, what is being typed, and how a change is saved without
// overwriting somebody else's.
import { SvelteMap } from 'svelte/reactivity';
import { api } from '../../api/client';
import { outcome, type Outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import type { Field } from '../../app/databases.svelte';
import { session } from '../../app/session.svelte';
import { History, type Entry } from './history.svelte';
import { oldValues } from './putback';
import type { Subscription } from './subscription';
import { draftOf, same, type Draft } from './values';

export type Profile = components['schemas']['Profile'];
export type Deliverability = components['schemas']['Deliverability'];

/** A field in the middle of being edited. */
export interface Edit {
  draft: Draft;
  /** What it was when the editing began. */
  base: unknown;
  problem: Problem | null;
  wrong: string;
  busy: boolean;
}

export interface Conflict {
  field: Field;
  base: unknown;
  yours: unknown;
  theirs: unknown;
}

class Card {
  profile = $state.raw<Profile | null>(null);
  etag = $state<string | null>(null);
  fields = $state.raw<Field[]>([]);
  main = $state.raw<string[] | null>(null);
  problem = $state<Problem | null>(null);
  reach = $state.raw<Deliverability | null>(null);
  reachProblem = $state<Problem | null>(null);
  busy = $state(false);
  edits = new SvelteMap<string, Edit>();
  conflict = $state.raw<Conflict | null>(null);
  /** The change that is about to be taken back. */
  puttingBack = $state.raw<Entry | null>(null);
  readonly history: History;
  readonly path: { db: string; id: string };

  constructor(
    readonly db: string,
    readonly id: string,
    readonly at: string | null,
  ) {
    this.path = { db, id };
    this.history = new History(db, id);
  }

  get editable(): boolean {
    return session.may('profiles:write') && !this.at;
  }

  get subscriptions(): Subscription[] {
    return this.profile?.subscriptions ?? [];
  }

  /** The last change that can be taken back, of those that are known. */
  get lastChange(): Entry | undefined {
    const latest = this.history.known.find((entry) => entry.kind === 'profile.updated');
    return latest && oldValues(latest, this.fields, this.profile?.data ?? {}) ? latest : undefined;
  }

  get dirty(): boolean {
    return [...this.edits].some(([name, edit]) => {
      const field = this.fields.find((one) => one.name === name);
      return field && JSON.stringify(draftOf(field, edit.base)) !== JSON.stringify(edit.draft);
    });
  }

  async load() {
    this.busy = true;
    const [profile, fields, views] = await Promise.all([
      outcome(
        api.GET('/v1/databases/{db}/profiles/{id}', {
          params: { path: this.path, query: this.at ? { at: this.at } : {} },
        }),
      ),
      this.fields.length
        ? null
        : outcome(api.GET('/v1/databases/{db}/fields', { params: { path: { db: this.db } } })),
      this.main || !session.may('views:read')
        ? null
        : outcome(
            api.GET('/v1/databases/{db}/views', {
              params: { path: { db: this.db }, query: { limit: 1000 } },
            }),
          ),
    ]);
    this.busy = false;
    if (fields?.ok) this.fields = fields.data.items;
    if (views?.ok) {
      const view = views.data.items.find((one) => one.name.toLowerCase() === 'card');
      if (view?.columns?.length) this.main = view.columns;
    }
    if (fields && !fields.ok) this.problem = fields.problem;
    else if (!profile.ok) this.problem = profile.problem;
    else {
      this.problem = null;
      this.#take(profile);
    }
    if (!this.at) void this.loadReach();
  }

  async loadReach() {
    const answer = await outcome(
      api.GET('/v1/databases/{db}/profiles/{id}/deliverability', { params: { path: this.path } }),
    );
    this.reachProblem = answer.ok ? null : answer.problem;
    if (answer.ok) this.reach = answer.data;
  }

  /** After a change of any kind: what follows from it is read again, and what is shown stays meanwhile. */
  async refresh() {
    await Promise.all([this.load(), this.history.read()]);
  }

  begin(field: Field) {
    const base = this.profile?.data[field.name];
    this.edits.set(field.name, {
      draft: draftOf(field, base),
      base,
      problem: null,
      wrong: '',
      busy: false,
    });
  }

  set(field: Field, changes: Partial<Edit>) {
    const edit = this.edits.get(field.name);
    if (edit) this.edits.set(field.name, { ...edit, ...changes });
  }

  /** Saves one field. Resolves to true when it is stored; a conflict is put where the dialog sees it. */
  async save(field: Field, value: unknown): Promise<boolean> {
    const edit = this.edits.get(field.name);
    if (!edit || edit.busy) return false;
    if (same(value, edit.base)) {
      this.edits.delete(field.name);
      return true;
    }
    this.set(field, { busy: true, problem: null, wrong: '' });
    // Somebody may change other fields as often as they like: only this one matters.
    for (let tries = 0; tries < 4; tries += 1) {
      const theirs = this.profile?.data[field.name];
      if (!same(theirs, edit.base)) {
        this.set(field, { busy: false });
        if (same(theirs, value)) {
          this.edits.delete(field.name);
          return true;
        }
        this.conflict = { field, base: edit.base, yours: value, theirs };
        return false;
      }
      const answer = await outcome(
        api.PATCH('/v1/databases/{db}/profiles/{id}', {
          params: { path: this.path, header: this.etag ? { 'If-Match': this.etag } : {} },
          body: { data: { [field.name]: value } },
        }),
      );
      if (answer.ok) {
        this.edits.delete(field.name);
        this.#take(answer);
        void this.history.read();
        void this.loadReach();
        return true;
      }
      if (answer.problem.status !== 412) {
        this.set(field, { busy: false, problem: answer.problem });
        return false;
      }
      const now = await outcome(
        api.GET('/v1/databases/{db}/profiles/{id}', { params: { path: this.path } }),
      );
      if (!now.ok) {
        this.set(field, { busy: false, problem: now.problem });
        return false;
      }
      this.#take(now);
    }
    this.set(field, {
      busy: false,
      problem: { code: 'precondition_failed', status: 412, title: '', detail: '' },
    });
    return false;
  }

  /** The conflict is decided: mine over theirs, or theirs after all. */
  async decide(mine: boolean): Promise<boolean> {
    const conflict = this.conflict;
    this.conflict = null;
    if (!conflict) return false;
    if (!mine) {
      this.edits.delete(conflict.field.name);
      return true;
    }
    this.set(conflict.field, { base: conflict.theirs });
    return this.save(conflict.field, conflict.yours);
  }

  #take(answer: Outcome<Profile> & { ok: true }) {
    const before = this.profile;
    this.profile = {
      ...answer.data,
      subscriptions: answer.data.subscriptions ?? before?.subscriptions ?? [],
    };
    this.etag = answer.etag;
  }
}

export { Card };
