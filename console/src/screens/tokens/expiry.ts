// When a token ends, as people choose it.
export type Expiry = 'never' | '30' | '90' | '365' | 'day';
export const expiries: readonly Expiry[] = ['never', '30', '90', '365', 'day'];

/** The moment after which it is refused: the end of the last day, by the reader's clock. Null for
 * never; undefined where no day that is to come was chosen. */
export function endOf(choice: Expiry, day: string, now = new Date()): string | null | undefined {
  if (choice === 'never') return null;
  if (choice === 'day') {
    const end = new Date(`${day}T23:59:59`);
    return day && !Number.isNaN(end.getTime()) && end > now ? end.toISOString() : undefined;
  }
  const end = new Date(now);
  end.setDate(end.getDate() + Number(choice));
  return end.toISOString();
}
