// What the server counts becomes what needs a person, and where that is mended.
import { expect, test } from 'vitest';
import type { Job, Overview } from './overview';
import { atWork, troublesOf } from './troubles';
import { mendedAt } from './whereto';

const job = (state: string, failed = 0): Job => ({
  kind: 'import',
  database_id: '1',
  id: state,
  name: 'a.csv',
  state,
  started_by: 'Ada',
  phase: '',
  done: 1,
  total: 2,
  failed,
  ended_at: null,
  created_at: '2026-11-30T08:00:00Z',
});
const seen: Overview = {
  databases: [],
  days: [],
  resources: [],
  jobs: [job('running'), job('failed'), job('completed', 4), job('cancelled')],
  dead_messages: [{ database_id: '1', count: 14 }],
  failing_hooks: [{ id: 'x', database_id: '1', name: 'Shop', count: 2, last_at: '2026-11-30' }],
};

test('jobs at work, and what needs a person', () => {
  expect(atWork(seen.jobs).map((one) => one.state)).toEqual(['running']);
  expect(troublesOf(seen).map((one) => [one.kind, one.count])).toEqual([
    ['import_failed', 1],
    ['import_rows_failed', 4],
    ['message_dead', 14],
    ['hook_failing', 2],
  ]);
});
test('each trouble leads to where it is mended, one that is not known nowhere', () => {
  const at = (kind: string) => mendedAt({ kind, database_id: '7', id: '9', name: '', count: 1 });
  expect(at('import_failed')).toBe('/databases/7/imports/9');
  expect(at('refresh')).toBe('/databases/7/segments');
  expect(at('hook_failing')).toBe('/webhooks/9');
  expect(at('message_dead')).toBe('/outbox?state=dead');
  expect(at('something_new')).toBe(null);
});
