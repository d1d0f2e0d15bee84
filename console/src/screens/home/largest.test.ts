// Which databases are asked for people who may be there twice.
import { expect, test } from 'vitest';
import { largest } from './largest';

test('the five largest, the largest first, and none with a single person', () => {
  const totals = [3, 1, 900, 0, 40, 7, 2, 5];
  const asked = largest(totals.map((total) => ({ total })));
  expect(asked.map((one) => one.total)).toEqual([900, 40, 7, 5, 3]);
});
