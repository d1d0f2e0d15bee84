// Days by the reader's clock, as instants.

/** The instant at which a day begins here; `days` later. */
export function instantOf(day: string, days = 0): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return undefined;
  const begins = new Date(year, month - 1, date + days);
  return Number.isNaN(begins.getTime()) ? undefined : begins.toISOString();
}
