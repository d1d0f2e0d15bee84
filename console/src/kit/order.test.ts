// The head of a column goes from order to order.
import { expect, test } from 'vitest';
import { columnOf, directionOf, pressed } from './order';

test('lowest, highest, as it was', () => {
  expect(pressed('_status', null)).toBe('_status');
  expect(pressed('_status', '_status')).toBe('-_status');
  expect(pressed('_status', '-_status')).toBe(null);
  expect(pressed('_status', '-email')).toBe('_status');
});
test('without an order it is that of creation', () => {
  expect(directionOf('created_at', null)).toBe('ascending');
  expect(pressed('created_at', null)).toBe('-created_at');
  expect(pressed('created_at', '-created_at')).toBe(null);
  expect(pressed('created_at', 'email')).toBe(null);
  expect(directionOf('email', null)).toBe(undefined);
  expect(columnOf('-email')).toBe('email');
});
