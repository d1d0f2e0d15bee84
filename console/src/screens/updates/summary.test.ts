// Settings of a bulk update as sentences.
import { expect, test, vi } from 'vitest';
import { en } from '../../messages/en';

vi.mock('../../messages/dates', () => ({
  day: (value: string) => value.slice(0, 10),
  moment: (value: string) => value,
}));
const { summary } = await import('./summary');

const names = {
  field: (name: string) => (name === 'visits' ? 'Visits' : name),
  resource: (id: string) => `Letter ${id}`,
  segment: (id: string) => `Group ${id}`,
};

test('each thing that was asked for is one sentence', () => {
  const said = summary(
    {
      set: { visits: { action: 'incr', value: -2 }, note: null, vip: true },
      subscriptions: [{ resource_id: '1', channel: 'email', status: 'suspended' }],
      add_to_segments: ['3'],
      condition: {},
    },
    en,
    names,
  );
  expect(said).toHaveLength(5);
  expect(said[0]).toBe('Visits goes down by 2');
  expect(said[4]).toContain('Group 3');
});
