// Rules of a mapping and the columns that they are for.
import type { Rules, Target } from '../imports/import';

/** Which rule each column has, by its name or place, and the rules that are left. */
export function rulesOf(mapping: Rules, columns: string[]) {
  const rules: (Target | undefined)[] = columns.map(() => undefined);
  const others: Rules = [];
  for (const rule of mapping) {
    const at = placeOf(rule.column, columns);
    if (at < 0 || rules[at] !== undefined) others.push(rule);
    else rules[at] = rule.to as Target;
  }
  return { rules, others };
}

function placeOf(column: string | number, columns: string[]): number {
  if (typeof column === 'number') return column <= columns.length ? column - 1 : -1;
  const exact = columns.indexOf(column);
  if (exact >= 0) return exact;
  const low = column.toLowerCase();
  const alike = columns.filter((one) => one.toLowerCase() === low);
  return alike.length === 1 ? columns.indexOf(alike[0]!) : -1;
}
