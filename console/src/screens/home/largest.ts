// Which databases are looked at for people who may be there twice.

/** So many, the largest first. */
const MOST = 5;

/** Those that are worth a question: one alone is nobody's double. */
export const largest = <T extends { total: number }>(counted: readonly T[]): T[] =>
  [...counted]
    .filter((one) => one.total > 1)
    .sort((a, b) => b.total - a.total)
    .slice(0, MOST);
