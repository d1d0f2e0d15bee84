// History speaks in words, in both languages.
import { expect, test, vi } from 'vitest';
import { en } from '../../messages/en';
import { ru } from '../../messages/ru';
import type { Entry } from './history.svelte';

vi.mock('../../messages/dates', () => ({
  day: (value: string) => value.slice(0, 10),
  moment: (value: string) => value,
}));
const { narrate, plain } = await import('./narrate');

const names = {
  field: (name: string) => en.fields[name] ?? name,
  resource: (id: string) => `Letter ${id}`,
  relation: () => 'Buys at',
  segment: () => 'Loyal',
};
const entry = (kind: string, changes: object[], about: object | null = null): Entry =>
  ({
    id: '1',
    at: '2026-11-30T10:00:00Z',
    kind,
    actor: 'Ada',
    interface: 'api',
    changes,
    about,
  }) as Entry;

test('one change names its field, several are counted', () => {
  const city = { field: '_city', before: 'London', after: 'Leeds' };
  expect(narrate(entry('profile.updated', [city]), en, names)).toMatchObject({
    title: 'City changed',
    who: 'Ada, by the API',
    changes: [{ label: 'City', before: 'London', after: 'Leeds' }],
  });
  expect(
    narrate(entry('profile.updated', [city, { ...city, field: 'plan' }]), en, names).title,
  ).toBe('2 details changed');
  expect(
    narrate(entry('profile.updated', [city, { ...city, field: 'plan' }]), ru, names).title,
  ).toBe('Изменено 2 значения');
});
test('a subscription is shown by its status, and what stands against the contact is left out', () => {
  const story = narrate(
    entry('profile.updated', [
      {
        field: 'subscriptions/3/sms/+4420',
        before: { status: 'subscribed', cats: [] },
        after: { status: 'suspended', suspended_until: '2027-01-15T00:00:00Z', cats: [] },
      },
      { field: 'standing/3/sms/+4420', before: null, after: {} },
    ]),
    en,
    names,
  );
  expect(story.changes).toEqual([
    { label: 'Letter 3, SMS +4420', before: 'Subscribed', after: 'Suspended until 2027-01-15' },
  ]);
});
test('consent and reasons are shown', () => {
  const story = narrate(
    entry('profile.created', [], {
      reason: 'asked for it',
      consent: { wording: 'I agree', ip: '1.2.3.4' },
    }),
    en,
    names,
  );
  expect(story.notes).toEqual([
    { label: 'Reason', text: 'asked for it' },
    { label: 'Wording', text: 'I agree' },
    { label: 'IP address', text: '1.2.3.4' },
  ]);
});
test('events have their own words, unknown ones their own names', () => {
  expect(narrate(entry('profile.event', [], { event: 'opened' }), en, names).title).toBe(
    'Opened a message',
  );
  expect(narrate(entry('profile.event', [], { event: 'purchase' }), ru, names).title).toBe(
    'Событие: purchase',
  );
});
test('values as text', () => {
  expect(plain(true, en)).toBe('Yes');
  expect(plain(['a', 'b'], en)).toBe('a, b');
  expect(plain(null, en)).toBe('');
  expect(plain({ a: 1 }, en)).toBe('{"a":1}');
});
