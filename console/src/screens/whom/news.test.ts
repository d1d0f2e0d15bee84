// What counts as a change of people in a list.
import { expect, test } from 'vitest';
import { isNews } from './news.svelte';

const event = (...fields: string[]) =>
  isNews({ kind: 'profile.event', changes: fields.map((field) => ({ field })) });

test('what is sent and opened is no news, who bounced is', () => {
  expect(event('_open_date', '_open_exist')).toBe(false);
  expect(event('_bounce_date', 'subscriptions/2/email/ada@example.com')).toBe(true);
  expect(isNews({ kind: 'profile.created', changes: [] })).toBe(true);
});
