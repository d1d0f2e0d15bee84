// Messages speak: for whom, and why.
import { expect, test } from 'vitest';
import { en } from '../../messages/en';
import { reasonOf, recipientOf } from './message';

test('for whom it is', () => {
  expect(recipientOf('email:ann@example.org', en)).toBe('ann@example.org');
  expect(recipientOf('sms:+4930901820', en)).toBe('SMS: +4930901820');
  expect(recipientOf('watcher:3', en, () => 'CRM')).toBe('Watcher CRM');
  expect(recipientOf('watcher:3', en)).toBe('Watcher № 3');
});
test('why', () => {
  expect(reasonOf('suppressed', en)).toBe('The contact stands on a suppression list.');
  expect(reasonOf('no_sender: neither', en)).toMatch(/who the sender is/);
  expect(reasonOf('cancelled by Ada', en)).toBe('Cancelled by Ada.');
  expect(reasonOf('550 no such user', en)).toBe('550 no such user');
});
