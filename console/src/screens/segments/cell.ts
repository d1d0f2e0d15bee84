// A value in a cell of a table: one line of text.
import type { Field } from '../../app/databases.svelte';
import { moment, number } from '../../messages/dates';
import { say } from '../../messages/index.svelte';

export function cellOf(field: Field | undefined, value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return value.join(', ');
  if (typeof value === 'object') return JSON.stringify(value).slice(0, 200);
  if (typeof value === 'boolean') return value ? say().person.yes : say().person.no;
  if (typeof value === 'number') return number(value);
  const text = String(value);
  if (field?.type === 'date') return moment(text);
  if (field?.type === 'enum' && field.standard) return say().options[text] ?? text;
  return text.slice(0, 200);
}
