// Conditions are joined without needless groups.
import { expect, test } from 'vitest';
import { isEverybody, joined, testsOf } from './condition';

test('everybody adds nothing', () => {
  expect(joined({}, { all: [] })).toEqual({});
  expect(joined({}, { status: ['invalid'] })).toEqual({ status: ['invalid'] });
  expect(isEverybody({ any: [] })).toBe(false);
});
test('groups of the same kind become one', () => {
  const a = { field: 'x', eq: 1 };
  const b = { segment: '1' };
  expect(joined({ all: [a] }, b)).toEqual({ all: [a, b] });
  expect(joined({ any: [a, b] }, b)).toEqual({ all: [{ any: [a, b] }, b] });
});
test('tests are counted through groups', () => {
  expect(testsOf({})).toBe(0);
  expect(testsOf({ all: [{ segment: '1' }, { not: { any: [{ segment: '2' }, {}] } }] })).toBe(2);
});
