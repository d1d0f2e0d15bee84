// What the server counts becomes what the page shows.
import { expect, test } from 'vitest';
import { overviewOf, type Glance } from './glance';

const job = (state: string, failed = 0) => ({
  kind: 'import',
  database_id: '1',
  id: state,
  name: 'a.csv',
  state,
  done: 1,
  total: 2,
  failed,
  ended_at: null,
  created_at: '2026-11-30T08:00:00Z',
});
const seen: Glance = {
  databases: [{ id: '1', name: 'A', total: 3, statuses: { subscribed: 3 }, control_group: null }],
  days: [
    {
      day: '2026-11-30',
      created: 5,
      deleted: 1,
      left: 2,
      events: { delivered: 90, hard_bounce: 3 },
    },
  ],
  resources: [{ id: '1', name: 'Letter', channels: { email: { subscribed: 2 } } }],
  jobs: [job('running'), job('failed'), job('completed', 4), job('cancelled')],
  dead_messages: [{ database_id: '1', count: 14 }],
  failing_hooks: [{ id: 'x', database_id: '1', name: 'Shop', count: 2, last_at: '2026-11-30' }],
};

test('days, messages, jobs, and what needs a person', () => {
  const page = overviewOf(seen);
  expect(page.days).toEqual([{ day: '2026-11-30', new: 5, lost: 3 }]);
  expect(page.messages.days).toEqual([{ day: '2026-11-30', sent: 93, bounced: 3 }]);
  expect(page.jobs.map((one) => one.state)).toEqual(['running']);
  expect(page.attention.map((one) => [one.kind, one.count])).toEqual([
    ['import_failed', 1],
    ['import_rows_failed', 4],
    ['message_dead', 14],
    ['hook_failing', 2],
  ]);
});
