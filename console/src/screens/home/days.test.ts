// A chart has every day, whatever the server counted.
import { expect, test } from 'vitest';
import { everyDay, messages, people } from './days';

test('days without a count are there, in order, up to today', () => {
  expect(everyDay([{ day: '2026-11-29', up: 3, down: 1 }], '2026-11-30', 3)).toEqual([
    { day: '2026-11-28', up: 0, down: 0 },
    { day: '2026-11-29', up: 3, down: 1 },
    { day: '2026-11-30', up: 0, down: 0 },
  ]);
  expect(everyDay([], '2026-03-01', 2).map((one) => one.day)).toEqual(['2026-02-28', '2026-03-01']);
});
test('who was deleted or left is gone; what came back was sent too', () => {
  const day = {
    day: '2026-11-30',
    created: 5,
    deleted: 1,
    left: 2,
    events: { delivered: 90, hard_bounce: 3, opened: 40 },
  };
  expect(people(day)).toEqual({ day: '2026-11-30', up: 5, down: 3 });
  expect(messages(day)).toEqual({ day: '2026-11-30', up: 93, down: 3 });
});
