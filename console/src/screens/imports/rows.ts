// The report of an import: the rows that were not applied, read from its CSV.
export interface BadRow {
  line: string;
  code: string;
  column: string;
  reason: string;
  cell: string;
}

/** Reads CSV as the API writes it: commas, quotes doubled inside quotes. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!;
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (sign === '"') quoted = false;
      else cell += sign;
    } else if (sign === '"') quoted = true;
    else if (sign === ',') endCell();
    else if (sign === '\n') {
      endCell();
      rows.push(row);
      row = [];
    } else if (sign !== '\r') cell += sign;
  }
  if (cell || row.length) {
    endCell();
    rows.push(row);
  }
  return rows;
}

export function badRows(csv: string): BadRow[] {
  const [head, ...rows] = readCsv(csv.replace(/^\uFEFF/, ''));
  if (!head) return [];
  return rows.map((row) => ({
    line: row[2] ?? '',
    code: row[3] ?? '',
    column: row[4] ?? '',
    reason: row[5] ?? '',
    cell: row[head.indexOf(row[4] ?? '', 6)] ?? '',
  }));
}
