// Conditions in plain words, in both languages.
import { beforeEach, expect, test, vi } from 'vitest';
import { en } from '../../messages/en';
import { ru } from '../../messages/ru';

let language: 'en' | 'ru' = 'en';
vi.mock('../../messages/index.svelte', () => ({
  say: () => (language === 'en' ? en : ru),
  spoken: () => language,
}));
vi.mock('../../messages/dates', () => ({
  day: (value: string) => value,
  moment: (value: string) => value,
  number: String,
}));
vi.mock('../../app/resources.svelte', () => ({ resources: { name: () => 'Weekly letter' } }));
vi.mock('../../app/databases.svelte', () => ({ databases: { get: () => ({ name: 'Stores' }) } }));
vi.mock('./vocabulary.svelte', () => ({ vocabularyOf: () => words }));
const types: Record<string, string> = {
  plan: 'enum',
  visits: 'integer',
  _city: 'string',
  seen: 'date',
};
const words = {
  db: '1',
  field: (name: string) => ({
    name,
    type: types[name] ?? 'string',
    system: false,
    standard: false,
  }),
  title: (name: string) => name.replace('_', '').replace(/^./, (first) => first.toUpperCase()),
  segment: () => 'Loyal',
  relationType: () => ({
    id: '1',
    title: 'Buys at',
    database_a: '1',
    database_b: '3',
    properties: [],
  }),
};
const { describe } = await import('./sentence');
const said = (condition: unknown) => describe(condition, words as never);
beforeEach(() => (language = 'en'));

const wanted = {
  all: [
    { event: { type: 'clicked', last: '30d' } },
    { deliverable: { channel: 'email' } },
    { control_group: false },
  ],
};
test('the audience of a mailing', () => {
  expect(said(wanted)).toBe(
    'Clicked a link in the last 30 days, can be reached (E-mail) and isn’t in the control group',
  );
  language = 'ru';
  expect(said(wanted)).toBe(
    'Клик по ссылке за последние 30 дней, можно написать (Почта) и не в контрольной группе',
  );
});
test('fields', () => {
  expect(said({ field: 'plan', in: ['free', 'pro'] })).toBe('Plan is one of free, pro');
  expect(said({ field: 'plan', in: ['free'] })).toBe('Plan is free');
  expect(said({ field: 'visits', between: [1, 5] })).toBe('Visits is between 1 and 5');
  expect(said({ not: { field: '_city', contains: 'Par' } })).toBe('City doesn’t contain “Par”');
  expect(said({ field: 'seen', older_than: '1mo' })).toBe('Seen is longer ago than 1 month');
  expect(said({ field: '_city', empty: true })).toBe('City is empty');
  language = 'ru';
  expect(said({ field: 'plan', eq: 'free' })).toBe('Plan: free');
  expect(said({ field: 'visits', ge: 5 })).toBe('Visits: не меньше 5');
});
test('groups', () => {
  expect(
    said({ any: [{ segment: '1' }, { all: [{ status: ['subscribed'] }, { suppressed: true }] }] }),
  ).toBe(
    'Is in the segment Loyal or (Global status is one of Subscribed and is on a suppression list)',
  );
  expect(said({ not: { any: [{ segment: '1' }, { suppressed: true }] } })).toBe(
    'None of these: is in the segment Loyal or is on a suppression list',
  );
});
test('relations and counts', () => {
  expect(
    said({ relation: { type: '1', count: { ge: 2 }, with: { field: '_city', eq: 'Bath' } } }),
  ).toBe('Is related: Buys at (Stores), at least 2 times, the other one: City is “Bath”');
});
test('everybody, and what has no words', () => {
  expect(said({})).toBe('Everybody');
  expect(said(null)).toBe('Everybody');
  expect(said({ weather: 1 })).toContain('{"weather":1}');
});
