// A chart has every day, whatever the server counted.
import { expect, test } from 'vitest';
import { everyDay, together } from './days';
import type { PeopleDay } from './overview';
import { mendedAt } from './whereto';

test('days without a count are there, in order, up to today', () => {
  const days = everyDay(
    [{ day: '2026-11-29', new: 3, lost: 1 }],
    { new: 0, lost: 0 },
    '2026-11-30',
    3,
  );
  expect(days).toEqual([
    { day: '2026-11-28', new: 0, lost: 0 },
    { day: '2026-11-29', new: 3, lost: 1 },
    { day: '2026-11-30', new: 0, lost: 0 },
  ]);
  expect(
    everyDay<PeopleDay>([], { new: 0, lost: 0 }, '2026-03-01', 2).map((one) => one.day),
  ).toEqual(['2026-02-28', '2026-03-01']);
});
test('several databases are added up', () => {
  expect(
    together([
      [{ day: '2026-11-29', new: 3, lost: 1 }],
      [
        { day: '2026-11-28', new: 1, lost: 0 },
        { day: '2026-11-29', new: 2, lost: 2 },
      ],
    ]),
  ).toEqual([
    { day: '2026-11-28', new: 1, lost: 0 },
    { day: '2026-11-29', new: 5, lost: 3 },
  ]);
});
test('each trouble leads to where it is mended, one that is not known nowhere', () => {
  const at = (kind: string) => mendedAt({ kind, database_id: '7', id: '9', name: '', count: 1 });
  expect(at('import_failed')).toBe('/databases/7/imports/9');
  expect(at('hook_failing')).toBe('/webhooks/9');
  expect(at('message_dead')).toBe('/outbox?state=dead');
  expect(at('something_new')).toBe(null);
});
