// Reports of bulk updates, read and summed up.
import { expect, test } from 'vitest';
import { readCsv } from '../imports/rows';
import { byReason, reportLines } from './report';

test('a report with reasons that hold commas', () => {
  const lines = reportLines(
    readCsv(
      'outcome,profile,code,pointer,reason\nwarning,1a,status_protected,/subscriptions/0/status,"It stays, so."\nfailed,1b,out_of_range,/set/visits,Too large.\nwarning,1c,status_protected,,x\n',
    ),
  );
  expect(lines[0]).toEqual({
    outcome: 'warning',
    profile: '1a',
    code: 'status_protected',
    place: '/subscriptions/0/status',
    reason: 'It stays, so.',
  });
  expect(byReason(lines)).toEqual([
    ['status_protected', 2],
    ['out_of_range', 1],
  ]);
});
