// A value cut into what matched and what is around it. The API counts in Unicode characters.
export interface Piece {
  text: string;
  hit: boolean;
}

/** `longest` characters at most, with the first match in sight. */
export function pieces(
  value: string,
  ranges: readonly (readonly number[])[],
  longest = 160,
): Piece[] {
  const characters = [...value];
  const sorted = ranges
    .map(([from = 0, to = 0]) => [from, Math.min(to, characters.length)] as const)
    .filter(([from, to]) => to > from)
    .sort((a, b) => a[0] - b[0]);
  const start =
    characters.length > longest
      ? Math.max(0, Math.min((sorted[0]?.[0] ?? 0) - 20, characters.length - longest))
      : 0;
  const end = Math.min(characters.length, start + longest);
  const list: Piece[] = [];
  const add = (from: number, to: number, hit: boolean) => {
    const text = characters.slice(Math.max(from, start), Math.min(to, end)).join('');
    if (text) list.push({ text, hit });
  };
  let at = start;
  for (const [from, to] of sorted) {
    if (from < at && to <= at) continue;
    add(at, from, false);
    add(Math.max(from, at), to, true);
    at = Math.max(at, to);
  }
  add(at, end, false);
  if (start > 0) list.unshift({ text: '…', hit: false });
  if (end < characters.length) list.push({ text: '…', hit: false });
  return list;
}
