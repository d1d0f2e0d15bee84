// What is edited comes back as the API takes it.
import { expect, test } from 'vitest';
import { draftOf, localOf, same, valueOf } from './values';

const field = (type: string) => ({ type });

test('an empty control clears the value', () => {
  for (const type of ['string', 'integer', 'date', 'boolean', 'enum', 'object'])
    expect(valueOf(field(type), ' ')).toEqual({ value: null });
  expect(valueOf(field('tags'), [])).toEqual({ value: null });
});
test('numbers go as they were typed, so that no digit is lost', () => {
  expect(valueOf(field('integer'), '9007199254740993')).toEqual({ value: '9007199254740993' });
});
test('a day stays a day, a time becomes an instant', () => {
  expect(valueOf(field('date'), '2001-12-31')).toEqual({ value: '2001-12-31' });
  const instant = '2026-11-20T10:00:00.000Z';
  expect(valueOf(field('date'), draftOf(field('date'), instant))).toEqual({ value: instant });
  expect(localOf('no date')).toBe('no date');
});
test('yes, no, lists and objects', () => {
  expect(valueOf(field('boolean'), 'false')).toEqual({ value: false });
  expect(valueOf(field('phones'), [' +1 ', ''])).toEqual({ value: ['+1'] });
  expect(valueOf(field('object'), '{"a": 1}')).toEqual({ value: { a: 1 } });
  expect(valueOf(field('object'), '{a')).toEqual({ wrong: 'json' });
  expect(draftOf(field('tags'), null)).toEqual([]);
});
test('two values are one whatever the order of members', () => {
  expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(same([1, 2], [2, 1])).toBe(false);
  expect(same(undefined, null)).toBe(true);
});
