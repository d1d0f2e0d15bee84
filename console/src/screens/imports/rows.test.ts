// Reports are read as they are written.
import { expect, test } from 'vitest';
import { badRows, readCsv } from './rows';

test('quotes, line breaks and empty cells', () => {
  expect(readCsv('a,"b ""c""\nd",\r\n,x')).toEqual([
    ['a', 'b "c"\nd', ''],
    ['', 'x'],
  ]);
  expect(readCsv('')).toEqual([]);
});
test('a row that failed with the cell that was wrong', () => {
  const csv =
    '_outcome,_file,_line,_code,_column,_reason,E-mail,Name\nfailed,p.csv,4,invalid_email,E-mail,"""nobody"" is none",nobody,Bob\n';
  expect(badRows(csv)).toEqual([
    {
      line: '4',
      code: 'invalid_email',
      column: 'E-mail',
      reason: '"nobody" is none',
      cell: 'nobody',
    },
  ]);
});
