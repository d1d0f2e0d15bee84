// Reasons are sentences, with as many parts as the API gives.
import { expect, test } from 'vitest';
import { en } from '../../messages/en';
import { because } from './because';

const one = {
  status: 'unsubscribed',
  status_by: 'person',
  left_by: 'person',
  left_at: '2026-11-20',
  suspended_until: null,
} as const;
const say = (reason: { code: string } & Record<string, unknown>) =>
  because({ detail: 'In English.', ...reason }, one, 'suspended', en);

test('a suppression list with and without its name', () => {
  expect(say({ code: 'suppressed' })).toBe('The contact is on a suppression list.');
  expect(say({ code: 'suppressed', list: { id: '1', name: 'Robinson' }, note: 'By letter' })).toBe(
    'The contact is on the suppression list “Robinson”. Note: By letter',
  );
});
test('a status, by whom', () => {
  expect(say({ code: 'subscription_status' })).toMatch(/^Unsubscribed by the person/);
  expect(say({ code: 'global_status' })).toContain('Suspended');
});
test('a category, another resource, and what is not known', () => {
  expect(say({ code: 'category', category: 'news' })).toContain('news');
  expect(say({ code: 'left_elsewhere', resource: { id: '2', name: 'Shop' } })).toContain('Shop');
  expect(say({ code: 'something_new' })).toBe('In English.');
});
