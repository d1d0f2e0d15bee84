// How a change of a resource is sent.
import { expect, test } from 'vitest';
import { fresh, patch } from './resource';

test('a language that is taken away is said to be gone', () => {
  const before = fresh(['1']);
  before.double_opt_in.texts = { en: { subject: 'A' }, de: { subject: 'B' } };
  const now = { ...before.double_opt_in, texts: { en: { message: 'C {link}' } } };
  expect(patch(before, { double_opt_in: now })).toEqual({
    double_opt_in: { ...now, texts: { en: { subject: '', message: 'C {link}' }, de: null } },
  });
  expect(patch(before, { name: 'X' })).toEqual({ name: 'X' });
});
test('a new resource asks for a confirmation', () => {
  expect(fresh([]).double_opt_in.enabled).toBe(true);
});
