// Which rows of a long list are drawn: those in sight, and a few around them.
export interface Rows {
  from: number;
  to: number;
}

/** `top` is how far the list is scrolled, `height` how much of it is seen, `row` one row's height. */
export function rowsInSight(
  top: number,
  height: number,
  row: number,
  count: number,
  around = 8,
): Rows {
  if (count <= 0 || row <= 0) return { from: 0, to: 0 };
  const first = Math.floor(Math.max(0, top) / row);
  const last = Math.ceil((Math.max(0, top) + Math.max(0, height)) / row);
  const to = Math.min(count, last + around);
  return { from: Math.max(0, Math.min(first - around, to - 1)), to };
}
