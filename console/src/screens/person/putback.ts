// Which changes can be taken back by writing the old values, and what is written then. The API undoes
// imports, bulk updates and merges, but no single change of a profile.
import type { Field } from '../../app/databases.svelte';
import type { Entry } from './history.svelte';
import { same } from './values';

export interface OldValue {
  field: Field;
  now: unknown;
  before: unknown;
}

/** The values that would be written, or null where the change can't be taken back: a field that is gone
 * or kept by the system, or one that has another value by now. */
export function oldValues(
  entry: Pick<Entry, 'kind' | 'changes'>,
  fields: readonly Field[],
  data: Record<string, unknown>,
): OldValue[] | null {
  if (entry.kind !== 'profile.updated' || !entry.changes.length) return null;
  const list: OldValue[] = [];
  for (const change of entry.changes) {
    const field = fields.find((one) => one.name === change.field);
    if (!field || field.system || !same(data[field.name], change.after)) return null;
    list.push({ field, now: change.after, before: change.before ?? null });
  }
  return list;
}
