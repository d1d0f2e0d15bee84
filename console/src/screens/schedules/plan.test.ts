// Plans that are picked, and when they run.
import { expect, test } from 'vitest';
import { choiceOf, nextRuns, planOf } from './plan';

const iso = (runs: Date[] | null) => runs?.map((run) => run.toISOString());
const now = Date.parse('2026-11-30T10:00:00Z');

test('a plan that the picker can show comes back as it was', () => {
  for (const plan of [
    { cron: '30 6 * * *', time_zone: 'Europe/Berlin' },
    { cron: '0 22 * * 1,3', time_zone: 'UTC' },
    { cron: '5 0 15 * *', time_zone: 'UTC' },
    { cron: '*/7 1-3 * 2 *', time_zone: 'UTC' },
    { every_hours: 6 },
    { every_minutes: 15 },
  ])
    expect(planOf(choiceOf(plan, 'UTC'))).toEqual(plan);
  expect(choiceOf({ cron: '30 6 * * 1-5' }, 'UTC')).toMatchObject({
    kind: 'weekly',
    time: '06:30',
    days: [1, 2, 3, 4, 5],
  });
  expect(choiceOf({ cron: '0 0 1 * 1' }, 'UTC').kind).toBe('cron');
});
test('the next runs are by the clock of the zone', () => {
  expect(iso(nextRuns({ cron: '30 6 * * *', time_zone: 'Europe/Berlin' }, 'UTC', now, 2))).toEqual([
    '2026-12-01T05:30:00.000Z',
    '2026-12-02T05:30:00.000Z',
  ]);
  expect(iso(nextRuns({ cron: '0 9 * * 1-5' }, 'UTC', Date.parse('2026-12-04T10:00Z'), 1))).toEqual(
    ['2026-12-07T09:00:00.000Z'],
  );
  expect(iso(nextRuns({ cron: '0 0 31 * *' }, 'UTC', now, 2))).toEqual([
    '2026-12-31T00:00:00.000Z',
    '2027-01-31T00:00:00.000Z',
  ]);
});
test('what the clock skips runs once, right after the gap', () => {
  const march = Date.parse('2027-03-27T12:00:00Z');
  expect(
    iso(nextRuns({ cron: '30 2 * * *', time_zone: 'Europe/Berlin' }, 'UTC', march, 2))?.[1],
  ).toBe('2027-03-29T00:30:00.000Z');
});
test('every so many minutes is counted from 1970', () => {
  expect(iso(nextRuns({ every_hours: 6 }, 'UTC', now, 2))).toEqual([
    '2026-11-30T12:00:00.000Z',
    '2026-11-30T18:00:00.000Z',
  ]);
});
test('what we can’t read is left to the server', () => {
  expect(nextRuns({ cron: '0 6 L * *' }, 'UTC', now)).toBe(null);
  expect(nextRuns({ cron: '99 6 * * *' }, 'UTC', now)).toBe(null);
  expect(nextRuns({ cron: '0 6 * * *', time_zone: 'Mars/North' }, 'UTC', now)).toBe(null);
});
