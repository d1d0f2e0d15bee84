// The report of an import: the rows that were not applied, read from its CSV, and written as such again.
export interface BadRow {
  /** What the report says of it: outcome, file, line, code, column, reason. */
  about: string[];
  line: number;
  code: string;
  column: string;
  reason: string;
  /** Its cells as the report has them. */
  cells: string[];
  /** Which of them is wrong; -1 for the row as a whole. */
  wrong: number;
}
export interface BadRows {
  names: string[];
  rows: BadRow[];
}

/** The columns that a report begins with; a file that begins so is known as one. */
const ABOUT = ['_outcome', '_file', '_line', '_code', '_column', '_reason'];

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

export function badRows(csv: string): BadRows {
  const [head, ...rows] = readCsv(csv.replace(/^\uFEFF/, ''));
  if (!head) return { names: [], rows: [] };
  const names = head.slice(ABOUT.length);
  return {
    names,
    rows: rows.map((row) => {
      const about = ABOUT.map((_, index) => row[index] ?? '');
      const column = about[4]!;
      return {
        about,
        line: Number(about[2]),
        code: about[3]!,
        column,
        reason: about[5]!,
        cells: names.map((_, index) => row[ABOUT.length + index] ?? ''),
        wrong: column ? names.indexOf(column) : -1,
      };
    }),
  };
}

/** A report with these rows, as it is loaded again. */
export function writeReport(
  names: readonly string[],
  rows: { about: string[]; cells: string[] }[],
) {
  const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  return [[...ABOUT, ...names], ...rows.map((row) => [...row.about, ...row.cells])]
    .map((row) => `${row.map(cell).join(',')}\n`)
    .join('');
}

// A report puts an apostrophe before what a spreadsheet could take for a formula, as phone numbers with
// a plus, and it is taken off when the report is loaded (crates/model/src/import/formula.rs).
const DANGEROUS = /^'*(?:[\t\r\n]|\s*[=+\-@])/;
const NUMBER = /^-(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A cell of the report as people read it. */
export const shownCell = (cell: string) =>
  cell.startsWith("'") && DANGEROUS.test(cell.slice(1)) ? cell.slice(1) : cell;
/** What was typed as a cell of the report. */
export const reportCell = (text: string) =>
  DANGEROUS.test(text) && !NUMBER.test(text) ? `'${text}` : text;
