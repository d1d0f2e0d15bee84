// Counts day by day, made whole for a chart.
import type { PeopleDay } from './overview';

/** So many days are shown. */
export const DAYS = 90;

/** Every day up to the last, those without a count too, so that the chart has no holes. */
export function everyDay<T extends { day: string }>(
  known: readonly T[],
  nothing: Omit<T, 'day'>,
  today: string = new Date().toISOString().slice(0, 10),
  length = DAYS,
): T[] {
  const end = known.reduce((last, one) => (one.day > last ? one.day : last), today);
  return Array.from({ length }, (_, index) => {
    const date = new Date(`${end}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() - (length - 1 - index));
    const day = date.toISOString().slice(0, 10);
    return known.find((one) => one.day === day) ?? ({ ...nothing, day } as T);
  });
}

/** The days of several databases, added up. */
export function together(lists: readonly (readonly PeopleDay[])[]): PeopleDay[] {
  const sum: Record<string, PeopleDay> = {};
  for (const one of lists.flat()) {
    const before = sum[one.day] ?? { day: one.day, new: 0, lost: 0 };
    sum[one.day] = { day: one.day, new: before.new + one.new, lost: before.lost + one.lost };
  }
  return Object.values(sum).sort((a, b) => (a.day < b.day ? -1 : 1));
}
