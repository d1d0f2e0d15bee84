// What was chosen for columns before finds them again, by name or place.
import { expect, test } from 'vitest';
import { cellsOf } from '../imports/import';
import { rulesOf } from './rules';

test('rules find their columns, and those that find none are kept apart', () => {
  const email = { field: 'email' };
  const { rules, others } = rulesOf(
    [
      { column: 'EMAIL', to: email },
      { column: 3, to: 'ignore' },
      { column: '/address/city', to: { field: '_city' } },
      { column: 'gone', to: { field: 'x' } },
    ],
    ['id', 'email', 'name'],
  );
  expect(rules).toEqual([undefined, email, 'ignore']);
  expect(others.map(({ column }) => column)).toEqual(['/address/city', 'gone']);
});
test('records are shown in cells, column by column', () => {
  expect(
    cellsOf(['a', 'b', 'c'], [{ a: 1, b: 'x', c: { d: [true] } }, { b: null }, ['p', 'q', 'r']]),
  ).toEqual([
    ['1', 'x', '{"d":[true]}'],
    ['', '', ''],
    ['p', 'q', 'r'],
  ]);
});
