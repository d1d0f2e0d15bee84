// A value as it is edited, and back. What is right or wrong is the API's to say; only what can't be
// sent at all is refused here.
import type { Field } from '../../app/databases.svelte';

export type Draft = string | string[];
export type Read = { value: unknown } | { wrong: 'json' };

const lists = new Set(['tags', 'phones']);
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function draftOf(field: Pick<Field, 'type'>, value: unknown): Draft {
  if (lists.has(field.type)) return Array.isArray(value) ? value.map(String) : [];
  if (value === null || value === undefined) return '';
  if (field.type === 'object' || field.type === 'objects') return JSON.stringify(value, null, 2);
  if (field.type === 'date' && typeof value === 'string' && !DAY.test(value)) return localOf(value);
  return String(value);
}

export function valueOf(field: Pick<Field, 'type'>, draft: Draft): Read {
  if (Array.isArray(draft)) {
    const list = draft.map((one) => one.trim()).filter(Boolean);
    return { value: list.length ? list : null };
  }
  // Spaces around a text mean nothing to the API; a text of nothing else is no value.
  if (!draft.trim()) return { value: null };
  if (field.type === 'boolean') return { value: draft === 'true' };
  if (field.type === 'object' || field.type === 'objects') {
    try {
      return { value: JSON.parse(draft) as unknown };
    } catch {
      return { wrong: 'json' };
    }
  }
  if (field.type === 'date' && !DAY.test(draft)) {
    const instant = new Date(draft);
    return { value: Number.isNaN(instant.getTime()) ? draft : instant.toISOString() };
  }
  return { value: draft };
}

/** An instant by the reader's clock, as `datetime-local` takes it. */
export function localOf(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Whether two values are one, whatever the order of an object's members. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value && typeof value === 'object')
    return `{${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`)
      .join()}}`;
  return JSON.stringify(value ?? null);
}
