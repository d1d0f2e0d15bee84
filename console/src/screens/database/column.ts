// A column of a list, and which are chosen.
import type { Field } from '../../app/databases.svelte';

export interface Column {
  name: string;
  title: string;
  /** The type of its values; `status` and `moment` are of the profile itself. */
  type: string;
  field?: Field;
}

/** They are one column, the first, which leads to the person. */
export const nameFields = ['_fname', '_lname'];
export const usual = ['email', 'phones', '_status', 'created_at'];
export const withoutName = (names: readonly string[]) =>
  names.filter((name) => !nameFields.includes(name));

/** What a view keeps: an export by it has the name too. */
export const withName = (names: readonly string[]) => [...nameFields, ...withoutName(names)];

/** The fields to ask for; the rest is in every profile. */
export function fieldsOf(columns: readonly Column[]): string[] {
  const asked = columns.flatMap((column) => (column.field ? [column.name] : []));
  return [...new Set([...nameFields, 'email', 'phones', ...asked])];
}

/** What a list can be put in order by: the API compares no objects. */
export const sortable = (type: string) => !['object', 'objects', 'id'].includes(type);

/** The order that an address names, if it is by a column that is shown; that of creation needs none. */
export function orderAmong(order: string | null, columns: readonly Column[]): string | null {
  if (order === '-created_at') return order;
  const by = order?.replace(/^-/, '') ?? '';
  const known = columns.some((column) => column.name === by && sortable(column.type));
  return known || by === '_fname' ? order : null;
}

/** How wide a column is, in rem. */
export function widthOf(column: Column): number {
  switch (column.type) {
    case 'status':
    case 'boolean':
      return 9;
    case 'integer':
    case 'float':
    case 'enum':
      return 8.5;
    case 'date':
    case 'moment':
      return 11.5;
    case 'email':
      return 16;
    default:
      return 12;
  }
}
