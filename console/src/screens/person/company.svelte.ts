// Who and what a person belongs to: the names of segments, and the people across their relations.
import { SvelteMap } from 'svelte/reactivity';
import { allPages } from '../../api/all-pages';
import { api } from '../../api/client';
import { outcome } from '../../api/outcome';
import type { components } from '../../api/schema';
import { session } from '../../app/session.svelte';
import { titleOf } from './name';

type Side = components['schemas']['SideRelations'];
/** Who stands across; a server that is older doesn't say it, and each is looked up. */
interface Across {
  across?: { id: string; database_id: string; name: string | null; contact: string | null };
}
type RelationType = components['schemas']['RelationType'];

/** So many people across a relation are shown with their names. */
const SHOWN = 5;

export class Company {
  segments = new SvelteMap<string, string>();
  /** Those that people are put into by hand. */
  statics = $state.raw<{ id: string; name: string }[]>([]);
  relations = $state.raw<Side[] | null>(null);
  types = $state.raw<RelationType[]>([]);
  /** Names of people across, by id. */
  names = new SvelteMap<string, string>();

  constructor(
    readonly db: string,
    readonly id: string,
  ) {}

  load() {
    if (session.may('segments:read')) void this.#readSegments();
    if (session.may('relations:read')) void this.#readRelations();
  }

  segmentName(id: string): string {
    return this.segments.get(id) ?? `№ ${id}`;
  }

  relationTitle(type: string): string {
    const known = this.types.find((one) => one.id === type);
    return known?.title || known?.name || `№ ${type}`;
  }

  /** The databases and ids of those on the other side. */
  across(side: Side): {
    id: string;
    db: string;
    name: string | null | undefined;
    weights: [string, unknown][];
  }[] {
    const type = this.types.find((one) => one.id === side.relation_type_id);
    const other = side.side === 'a' ? 'b' : 'a';
    const db = (other === 'a' ? type?.database_a : type?.database_b) ?? this.db;
    return side.relations.slice(0, SHOWN).map((relation: Side['relations'][number] & Across) => ({
      id: relation[other],
      db: relation.across?.database_id ?? db,
      name: relation.across && (relation.across.name || relation.across.contact),
      weights: Object.entries(relation.weights).map(([name, weight]) => [
        type?.properties.find((one) => one.name === name)?.title || name,
        weight,
      ]),
    }));
  }

  async #readSegments() {
    const answer = await allPages<components['schemas']['Segment']>((cursor) =>
      outcome(
        api.GET('/v1/databases/{db}/segments', {
          params: { path: { db: this.db }, query: { limit: 1000, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    );
    if (!answer.ok) return;
    for (const { id, name } of answer.data) this.segments.set(id, name);
    this.statics = answer.data.filter((segment) => segment.kind === 'static');
  }

  async #readRelations() {
    const [sides, types] = await Promise.all([
      outcome(
        api.GET('/v1/databases/{db}/profiles/{id}/relations', {
          params: { path: { db: this.db, id: this.id } },
        }),
      ),
      outcome(api.GET('/v1/relation-types', { params: { query: { limit: 1000 } } })),
    ]);
    if (types.ok) this.types = types.data.items;
    if (!sides.ok) return;
    this.relations = sides.data.items;
    for (const side of sides.data.items)
      for (const { id, db, name } of this.across(side)) {
        if (name !== undefined) {
          this.names.set(id, name || id);
          continue;
        }
        const answer = await outcome(
          api.GET('/v1/databases/{db}/profiles/{id}', {
            params: { path: { db, id }, query: { fields: '_fname,_lname,email,phones' } },
          }),
        );
        if (answer.ok) this.names.set(id, titleOf(answer.data.data, id));
      }
  }
}
