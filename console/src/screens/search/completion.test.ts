// Field names and values are completed at the end of what is typed, and nowhere else.
import { expect, test } from 'vitest';
import { completions } from './completion';

const fields = [
  { name: '_city', title: 'City', values: [] },
  { name: 'plan', title: 'Tariff', values: ['free', 'paid', 'paid plus'] },
  { name: '_status', title: 'Status', values: ['subscribed', 'suspended'] },
];
const texts = (q: string) => completions(q, fields).map((one) => one.q);

test('a name, with or without its underscore', () => {
  expect(texts('_ci')).toEqual(['_city:']);
  expect(texts('ci')).toEqual(['_city:']);
});
test('a title', () => {
  expect(texts('grace tar')).toEqual(['grace plan:']);
});
test('values of an option field, quoted where they have spaces', () => {
  expect(texts('plan:pa')).toEqual(['plan:paid ', 'plan:"paid plus" ']);
  expect(texts('x _status:sus')).toEqual(['x _status:suspended ']);
});
test('one letter, a whole word or nothing completes nothing', () => {
  expect(texts('c')).toEqual([]);
  expect(texts('plan:free ')).toEqual([]);
  expect(texts('')).toEqual([]);
  expect(texts('zzz')).toEqual([]);
});
test('an underscore alone offers fields', () => {
  expect(texts('_')).toEqual(['_city:', '_status:']);
});
