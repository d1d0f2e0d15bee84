// Counts day by day, made whole for a chart.
import type { Day } from './overview';

/** So many days are shown. */
export const DAYS = 90;

/** A day of a chart: what came, and what went. */
export interface DayBar {
  day: string;
  up: number;
  down: number;
}

export const people = (day: Day): DayBar => ({
  day: day.day,
  up: day.created,
  down: day.deleted + day.left,
});

/** What was sent is what arrived and what came back. */
export function messages({ day, events }: Day): DayBar {
  const down = (events.hard_bounce ?? 0) + (events.soft_bounce ?? 0);
  return { day, up: (events.delivered ?? 0) + down, down };
}

/** Every day up to the last, those without a count too, so that the chart has no holes. */
export function everyDay(
  known: readonly DayBar[],
  today: string = new Date().toISOString().slice(0, 10),
  length = DAYS,
): DayBar[] {
  const end = known.reduce((last, one) => (one.day > last ? one.day : last), today);
  return Array.from({ length }, (_, index) => {
    const date = new Date(`${end}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() - (length - 1 - index));
    const day = date.toISOString().slice(0, 10);
    return known.find((one) => one.day === day) ?? { day, up: 0, down: 0 };
  });
}
