// A change is taken back only where nothing else has happened to its values.
import { expect, test } from 'vitest';
import type { Field } from '../../app/databases.svelte';
import { oldValues } from './putback';

const field = (name: string, system = false) => ({ name, system, type: 'string' }) as Field;
const fields = [field('_city'), field('_open_date', true)];
const entry = (...changes: object[]) => ({ kind: 'profile.updated', changes }) as never;

test('a value that is as the change made it', () => {
  expect(
    oldValues(entry({ field: '_city', before: 'Bonn', after: 'Köln' }), fields, { _city: 'Köln' }),
  ).toEqual([{ field: fields[0], now: 'Köln', before: 'Bonn' }]);
  expect(oldValues(entry({ field: '_city', after: 'Köln' }), fields, { _city: 'Köln' })).toEqual([
    { field: fields[0], now: 'Köln', before: null },
  ]);
});
test('a value that has changed since, a subscription, what the system keeps, another kind', () => {
  expect(oldValues(entry({ field: '_city', after: 'Köln' }), fields, { _city: 'Ulm' })).toBe(null);
  expect(oldValues(entry({ field: 'subscriptions/1/email/a', after: {} }), fields, {})).toBe(null);
  expect(oldValues(entry({ field: '_open_date', after: 'x' }), fields, { _open_date: 'x' })).toBe(
    null,
  );
  expect(oldValues({ kind: 'profile.event', changes: [] }, fields, {})).toBe(null);
});
