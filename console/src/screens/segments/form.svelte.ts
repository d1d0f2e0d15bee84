// What is typed about a segment, and how it is saved without overwriting somebody else's change.
import { api } from '../../api/client';
import { outcome, type Outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { say } from '../../messages/index.svelte';
import { isJson, type Json } from '../condition/tree';
import { same } from '../person/values';
import type { Segment } from './segment';

export type Kind = components['schemas']['SegmentKind'];

export class SegmentForm {
  name = $state('');
  description = $state('');
  kind = $state<Kind>('dynamic');
  condition = $state.raw<Json | null>({});
  daily = $state(false);
  limit = $state('');
  busy = $state(false);
  tried = $state(false);
  problem = $state<Problem | null>(null);
  /** What somebody else made of it meanwhile. */
  theirs = $state.raw<Segment | null>(null);
  #base = $state.raw<Record<string, unknown>>({});
  #etag: string | null = null;

  constructor(
    readonly db: string,
    readonly segment: Segment | null,
    etag: string | null,
  ) {
    if (segment) this.#fill(segment, etag);
    else this.#base = this.#values();
  }

  get conditional(): boolean {
    return this.kind !== 'static';
  }

  get dirty(): boolean {
    return !same(this.#values(), this.#base);
  }

  get nameWrong(): string | undefined {
    if (this.tried && !this.name.trim()) return say().segments.unnamed;
    return this.problem?.code === 'name_taken' ? say().segments.nameTaken : undefined;
  }

  get limitWrong(): string | undefined {
    const text = this.limit.trim();
    return text && !/^[1-9]\d{0,14}$/.test(text) ? say().segments.limitWrong : undefined;
  }

  /** Saves it. What stands against it is in `problem`; who was quicker is in `theirs`. */
  async save(): Promise<Segment | null> {
    this.tried = true;
    if (this.busy || !this.name.trim() || (this.kind === 'updatable' && this.limitWrong))
      return null;
    if (this.conditional && !this.condition) return null;
    this.busy = true;
    const answer = await (this.segment ? this.#change() : this.#make());
    this.busy = false;
    this.problem = answer.ok ? null : answer.problem;
    if (answer.ok) {
      this.#base = this.#values();
      return answer.data;
    }
    if (answer.problem.status === 412) await this.#readTheirs();
    return null;
  }

  takeTheirs() {
    if (this.theirs) this.#fill(this.theirs, this.#etag);
    this.theirs = null;
    this.problem = null;
  }

  #fill(segment: Segment, etag: string | null) {
    this.name = segment.name;
    this.description = segment.description;
    this.kind = segment.kind;
    this.condition = isJson(segment.condition) ? segment.condition : {};
    this.daily = segment.refresh === 'daily';
    this.limit = segment.limit ? String(segment.limit) : '';
    this.#etag = etag;
    this.#base = this.#values();
  }

  #values(): Record<string, unknown> {
    return {
      name: this.name.trim(),
      description: this.description.trim(),
      ...(this.conditional ? { condition: this.condition } : {}),
      ...(this.kind === 'updatable'
        ? {
            refresh: this.daily ? 'daily' : null,
            limit: this.limit.trim() ? Number(this.limit) : null,
          }
        : {}),
    };
  }

  #make(): Promise<Outcome<Segment>> {
    return outcome(
      api.POST('/v1/databases/{db}/segments', {
        params: { path: { db: this.db } },
        body: { ...this.#values(), kind: this.kind } as components['schemas']['NewSegment'],
      }),
    );
  }

  #change(): Promise<Outcome<Segment>> {
    // Only what was changed goes out, so nothing that isn't shown here is touched.
    const values = this.#values();
    const changes = Object.fromEntries(
      Object.entries(values).filter(([key, value]) => !same(value, this.#base[key])),
    );
    return outcome(
      api.PATCH('/v1/databases/{db}/segments/{id}', {
        params: {
          path: { db: this.db, id: this.segment!.id },
          header: this.#etag ? { 'If-Match': this.#etag } : {},
        },
        body: changes,
      }),
    );
  }

  async #readTheirs() {
    const answer = await outcome(
      api.GET('/v1/databases/{db}/segments/{id}', {
        params: { path: { db: this.db, id: this.segment!.id } },
      }),
    );
    if (!answer.ok) return;
    this.theirs = answer.data;
    this.#join(new SegmentForm(this.db, answer.data, answer.etag));
    // Who saves again has seen theirs.
    this.#etag = answer.etag;
  }

  /** What nobody touched here becomes theirs; what was typed stays. */
  #join(other: SegmentForm) {
    const mine = this.#values();
    const kept = (key: string) => same(mine[key], this.#base[key]);
    if (kept('name')) this.name = other.name;
    if (kept('description')) this.description = other.description;
    if (this.condition && kept('condition')) this.condition = other.condition;
    if (kept('refresh')) this.daily = other.daily;
    if (kept('limit')) this.limit = other.limit;
    this.#base = other.#values();
  }
}
