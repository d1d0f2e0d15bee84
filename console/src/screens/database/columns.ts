// What a list can show of people: fields, and what each profile has by itself.
import { fieldTitle, type Database, type Field } from '../../app/databases.svelte';
import { nameFields, type Column } from './column';

const own: Record<string, string> = {
  _status: 'status',
  created_at: 'moment',
  updated_at: 'moment',
  id: 'id',
};

/** All columns there are, in the order of the database; without those that make the name. */
export function columnsOf(database: Database | undefined): Column[] {
  const fields = [...(database?.fields ?? [])].sort((a, b) => a.position - b.position);
  const column = (field: Field): Column => ({
    name: field.name,
    title: fieldTitle(field.name, field),
    type: field.type,
    field,
  });
  // A field of such a name comes first, as in exports.
  const taken = new Set(fields.map((field) => field.name));
  return [
    ...fields.filter((field) => !field.system && !nameFields.includes(field.name)).map(column),
    ...Object.entries(own)
      .filter(([name]) => !taken.has(name))
      .map(([name, type]) => ({ name, title: fieldTitle(name), type })),
    ...fields.filter((field) => field.system).map(column),
  ];
}

/** What an export can have, first and last name apart. */
export function exportColumns(database: Database | undefined): Column[] {
  const names = nameFields.flatMap(
    (name) => database?.fields.find((field) => field.name === name) ?? [],
  );
  return [
    ...names.map((field) => ({
      name: field.name,
      title: fieldTitle(field.name, field),
      type: field.type,
      field,
    })),
    ...columnsOf(database),
  ];
}
