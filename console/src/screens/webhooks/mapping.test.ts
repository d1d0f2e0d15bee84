// A mapping as rows and back; what the rows don't show stays.
import { expect, test } from 'vitest';
import { mergePatch, rowsOf, ruleOf, stepsOf, withRows, type JsonObject } from './mapping';

const mapping: JsonObject = {
  mode: 'import',
  fields: {
    email: { from: ['/a', '/b'], transform: ['trim', 'lower'] },
    _city: '/city',
    _vendor: { value: 'shop' },
    _fname: { from: '/answers', find: { '/type': 'name' }, then: '/text' },
    '*': { from: '/traits', except: ['plan'] },
  },
};

test('simple rules are rows, others stay rules', () => {
  expect(rowsOf(mapping).map(({ field, kind, text }) => [field, kind, text])).toEqual([
    ['email', 'place', '/a, /b'],
    ['_city', 'place', '/city'],
    ['_vendor', 'value', 'shop'],
    ['_fname', 'rule', ''],
    ['*', 'all', '/traits'],
  ]);
  expect(stepsOf(rowsOf(mapping)[0]!)).toBe('trim, lower');
});
test('rows that nobody touched give the same mapping', () => {
  expect(withRows(mapping, rowsOf(mapping))).toEqual(mapping);
  const flat: JsonObject = { fields: '*', mode: 'import' };
  expect(withRows(flat, rowsOf(flat))).toEqual(flat);
});
test('a changed place keeps what follows it', () => {
  const [email] = rowsOf(mapping);
  expect(ruleOf({ ...email!, text: '/mail' })).toEqual({
    transform: ['trim', 'lower'],
    from: '/mail',
  });
  expect(ruleOf({ field: 'x', kind: 'value', text: '5', rule: { value: 5 } })).toEqual({
    value: 5,
  });
  expect(ruleOf({ field: 'x', kind: 'place', text: '/a, /b', rule: '/a' })).toEqual({
    from: ['/a', '/b'],
  });
});
test('a field beside all of them', () => {
  const flat: JsonObject = { fields: '*' };
  const rows = [
    ...rowsOf(flat),
    { field: '_city', kind: 'place' as const, text: '/c', rule: null },
  ];
  expect(withRows(flat, rows).fields).toEqual({ '*': { from: '' }, _city: '/c' });
});
test('a merge patch says what goes', () => {
  expect(mergePatch({ a: { b: 1, c: 2 }, d: 1, e: [1] }, { a: { b: 1, x: 3 }, e: [2] })).toEqual({
    a: { c: null, x: 3 },
    d: null,
    e: [2],
  });
});
