// Reports are read as they are written, and written as they were read.
import { expect, test } from 'vitest';
import { badRows, readCsv, reportCell, shownCell, writeReport } from './rows';

const csv =
  '_outcome,_file,_line,_code,_column,_reason,E-mail,Name,Phone\nfailed,p.csv,4,invalid_email,E-mail,"""nobody"" is none",nobody,"Bob, ""B""",\'+4930901820\n';

test('quotes, line breaks and empty cells', () => {
  expect(readCsv('a,"b ""c""\nd",\r\n,x')).toEqual([
    ['a', 'b "c"\nd', ''],
    ['', 'x'],
  ]);
  expect(readCsv('')).toEqual([]);
  expect(badRows('')).toEqual({ names: [], rows: [] });
});
test('a row that failed with the cell that was wrong', () => {
  const { names, rows } = badRows(csv);
  expect(names).toEqual(['E-mail', 'Name', 'Phone']);
  expect(rows[0]).toMatchObject({
    line: 4,
    code: 'invalid_email',
    column: 'E-mail',
    reason: '"nobody" is none',
    cells: ['nobody', 'Bob, "B"', "'+4930901820"],
    wrong: 0,
  });
});
test('a row that is wrong as a whole, and one that is too short', () => {
  const { rows } = badRows(
    '_outcome,_file,_line,_code,_column,_reason,A,B\nfailed,p,2,row_too_long,,x,1\n',
  );
  expect(rows[0]).toMatchObject({ wrong: -1, cells: ['1', ''] });
});
test('what was read is written', () => {
  const { names, rows } = badRows(csv);
  expect(writeReport(names, rows)).toBe(csv);
});
test('apostrophes before what could be a formula', () => {
  for (const text of ['+49 30', '=1+1', '-5', "'tis", "'=1", '\tx', '@home', 'plain', ''])
    expect(shownCell(reportCell(text)), text).toBe(text);
  expect(shownCell("'+4930")).toBe('+4930');
  expect(reportCell('+4930')).toBe("'+4930");
  expect(reportCell('-5')).toBe('-5');
});
