// Names, types and places of fields.
import { expect, test } from 'vitest';
import { changesValues, fresh, nameFor, positions, withType } from './field';

test('a name is made of a title', () => {
  expect(nameFor('Loyalty card no. 2')).toBe('loyalty_card_no_2');
  expect(nameFor('Größe')).toBe('gro_e');
  expect(nameFor('2nd visit')).toBe('nd_visit');
  expect(nameFor('Дата')).toBe('');
});
test('another type takes away what it can’t have', () => {
  const text = { ...fresh(), searchable: true, multiline: true, case: 'insensitive', default: 'a' };
  expect(withType(text, 'integer')).toMatchObject({
    type: 'integer',
    searchable: false,
    multiline: false,
    case: 'sensitive',
    default: null,
  });
  expect(withType({ ...fresh(), unique: true, matchable: true }, 'tags')).toMatchObject({
    unique: false,
    matchable: true,
  });
});

test('another type, an option less and one line instead of several touch values', () => {
  const size = { ...fresh(), type: 'enum', options: ['S', 'M'] };
  expect(changesValues(size, { ...size, title: 'Size', required: true })).toBe(false);
  expect(changesValues(size, { ...size, options: ['M', 'L', 'S'] })).toBe(false);
  expect(changesValues(size, { ...size, options: ['S'] })).toBe(true);
  expect(changesValues(size, { ...size, type: 'string' })).toBe(true);
  const note = { ...fresh(), multiline: true };
  expect(changesValues(note, { ...note, multiline: false })).toBe(true);
  expect(changesValues(fresh(), note)).toBe(false);
});

const stand = (...all: [string, number][]) => all.map(([name, position]) => ({ name, position }));
/** How they stand once the changes are made. */
const after = (order: { name: string; position: number }[], moved: string) => {
  const changes = new Map(positions(order, moved).map((one) => [one.name, one.position]));
  return order.map((one) => changes.get(one.name) ?? one.position);
};
const ascending = (numbers: number[]) => numbers.every((n, i) => !i || n > numbers[i - 1]!);

test('a field that is moved changes as few positions as may be', () => {
  expect(positions(stand(['a', 1], ['c', 30], ['b', 20]), 'c')).toEqual([
    { name: 'c', position: 2 },
  ]);
  expect(positions(stand(['b', 2], ['a', 1]), 'b')).toEqual([{ name: 'b', position: 0 }]);
  expect(positions(stand(['a', 1], ['b', 2]), 'b')).toEqual([]);
  expect(positions(stand(['a', 1], ['d', 4], ['b', 2], ['c', 3]), 'd')).toEqual([
    { name: 'd', position: 2 },
    { name: 'b', position: 3 },
    { name: 'c', position: 4 },
  ]);
});
test('afterwards they stand in the order that was asked for', () => {
  for (const [order, moved] of [
    [stand(['b', 5], ['a', 5], ['c', 6]), 'b'],
    [stand(['a', 1], ['z', 100], ['b', 2], ['c', 3], ['d', 9]), 'z'],
    [stand(['a', 1], ['b', 2], ['x', -4]), 'x'],
  ] as const)
    expect(ascending(after([...order], moved)), moved).toBe(true);
});
