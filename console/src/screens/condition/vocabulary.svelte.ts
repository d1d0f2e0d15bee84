// The names that conditions of a database use: its fields, segments and relations.
import { allPages } from '../../api/all-pages';
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { fieldTitle, type Field } from '../../app/databases.svelte';
import { resources } from '../../app/resources.svelte';
import { session } from '../../app/session.svelte';

export type Segment = components['schemas']['Segment'];
export type RelationType = components['schemas']['RelationType'];

export class Vocabulary {
  fields = $state.raw<Field[]>([]);
  segments = $state.raw<Segment[]>([]);
  relationTypes = $state.raw<RelationType[]>([]);
  ready = $state(false);
  problem = $state<Problem | null>(null);
  #asked: Promise<void> | null = null;

  constructor(readonly db: string) {}

  load(): Promise<void> {
    return (this.#asked ??= this.#read());
  }

  again(): Promise<void> {
    this.#asked = null;
    return this.load();
  }

  field(name: string): Field | undefined {
    return this.fields.find((field) => field.name === name);
  }

  title(name: string): string {
    return fieldTitle(name, this.field(name));
  }

  segment(id: string): string {
    return this.segments.find((segment) => segment.id === id)?.name ?? `№ ${id}`;
  }

  relationType(id: string): RelationType | undefined {
    return this.relationTypes.find((type) => type.id === id);
  }

  async #read() {
    void resources.load();
    const path = { db: this.db };
    const [fields] = await Promise.all([
      outcome(api.GET('/v1/databases/{db}/fields', { params: { path } })),
      session.may('segments:read') ? this.#readSegments() : null,
      session.may('relations:read') ? this.#readRelationTypes() : null,
    ]);
    if (fields.ok) this.fields = fields.data.items;
    else this.#asked = null;
    this.problem = fields.ok ? null : fields.problem;
    this.ready = fields.ok;
  }

  async #readSegments() {
    const answer = await allPages<Segment>((cursor) =>
      outcome(
        api.GET('/v1/databases/{db}/segments', {
          params: { path: { db: this.db }, query: { limit: 1000, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    );
    if (!answer.ok) return;
    this.segments = answer.data;
  }

  async #readRelationTypes() {
    const answer = await outcome(
      api.GET('/v1/relation-types', { params: { query: { limit: 1000 } } }),
    );
    if (!answer.ok) return;
    this.relationTypes = answer.data.items.filter(
      (type) => type.database_a === this.db || type.database_b === this.db,
    );
  }
}

const known: Record<string, Vocabulary> = {};

/** One for each database, for as long as the page is open. */
export function vocabularyOf(db: string): Vocabulary {
  return (known[db] ??= new Vocabulary(db));
}
