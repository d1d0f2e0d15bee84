// Columns of a list, and of what a view keeps.
import { expect, test } from 'vitest';
import { withName, withoutName } from './column';

test('first and last name are one column in a list, and two in a view', () => {
  expect(withoutName(['_fname', '_lname', 'email'])).toEqual(['email']);
  expect(withName(['email', '_status'])).toEqual(['_fname', '_lname', 'email', '_status']);
  expect(withName(withName(['email']))).toEqual(['_fname', '_lname', 'email']);
});
