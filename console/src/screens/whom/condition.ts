// Conditions as they are put together: `{}` is everybody and adds nothing.
export type Condition = Record<string, unknown>;

export const isEverybody = (condition: Condition): boolean =>
  Object.keys(condition).length === 0 ||
  (Array.isArray(condition.all) && condition.all.length === 0);

/** Who meets all of them. */
export function joined(...parts: Condition[]): Condition {
  const all = parts
    .filter((part) => !isEverybody(part))
    .flatMap((part) => (Array.isArray(part.all) ? (part.all as Condition[]) : [part]));
  if (all.length === 0) return {};
  return all.length === 1 ? all[0]! : { all };
}

/** How many tests a condition has, for "3 conditions". */
export function testsOf(condition: Condition): number {
  if (isEverybody(condition)) return 0;
  for (const group of ['all', 'any'])
    if (Array.isArray(condition[group]))
      return (condition[group] as Condition[]).reduce((sum, one) => sum + testsOf(one), 0);
  if (condition.not && typeof condition.not === 'object')
    return testsOf(condition.not as Condition);
  return 1;
}
