// A list of a million draws as much as one of thirty.
import { expect, test } from 'vitest';
import { rowsInSight } from './rows';

test('rows in sight and a few around them', () => {
  expect(rowsInSight(0, 500, 50, 1_000_000, 5)).toEqual({ from: 0, to: 15 });
  expect(rowsInSight(5_000, 500, 50, 1_000_000, 5)).toEqual({ from: 95, to: 115 });
});
test('at the end, beyond it, and of nothing', () => {
  expect(rowsInSight(49_600, 500, 50, 1_000, 5)).toEqual({ from: 987, to: 1_000 });
  expect(rowsInSight(90_000, 500, 50, 10, 5)).toEqual({ from: 9, to: 10 });
  expect(rowsInSight(0, 500, 50, 0)).toEqual({ from: 0, to: 0 });
  expect(rowsInSight(-40, 500, 50, 3, 5)).toEqual({ from: 0, to: 3 });
});
