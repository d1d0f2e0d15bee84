// A condition is read and written back without a loss, and says where each part stands.
import { expect, test } from 'vitest';
import { whole } from './subject';
import { isGroup, newTest, read, tests, write, type Json } from './tree';

const again = (condition: Json) => write(read(condition)).condition;

test('what is written as the console writes it stays as it is', () => {
  for (const condition of [
    {},
    { field: 'plan', eq: 'free' },
    { not: { field: 'plan', eq: 'free' } },
    { all: [{ field: 'a', ge: 1 }, { not: { event: { type: ['clicked'], last: '30d' } } }] },
    { any: [{ all: [{ segment: '1' }, { control_group: false }] }, { status: ['suspended'] }] },
    { not: { any: [{ segment: '1' }, { segment: '2' }] } },
    { not: { all: [{ segment: '1' }, { segment: '2' }] } },
    { all: [{ any: [{ segment: '1' }, { segment: '2' }] }, { segment: '3' }] },
  ] as Json[])
    expect(again(condition), JSON.stringify(condition)).toEqual(condition);
});
test('what is not known is kept as it is', () => {
  const odd = { all: [{ weather: { sunny: true } }, { field: 'a', eq: 1 }] };
  expect(again(odd)).toEqual(odd);
  expect(again({ any: [] })).toEqual({ any: [] });
  expect(again({ all: 'x' })).toEqual({ all: 'x' });
});
test('several tests of one field become several conditions, all of which hold', () => {
  expect(again({ field: 'age', ge: 18, lt: 65 })).toEqual({
    all: [
      { field: 'age', ge: 18 },
      { field: 'age', lt: 65 },
    ],
  });
  expect(
    again({ any: [{ segment: '1' }, { created_at: { ge: '2026-01-01', lt: '2026-02-01' } }] }),
  ).toEqual({
    any: [
      { segment: '1' },
      { all: [{ created_at: { ge: '2026-01-01' } }, { created_at: { lt: '2026-02-01' } }] },
    ],
  });
  expect(again({ field: 'a', contains: 'x', ne: 'xx', ignore_case: true })).toEqual({
    all: [
      { field: 'a', contains: 'x', ignore_case: true },
      { field: 'a', ne: 'xx', ignore_case: true },
    ],
  });
});
test('not a not is so', () => {
  expect(again({ not: { not: { segment: '1' } } })).toEqual({ segment: '1' });
  expect(again({ not: { all: [{ not: { segment: '1' } }] } })).toEqual({ segment: '1' });
});
test('each part knows where the API sees it', () => {
  const root = read({
    all: [{ field: 'a', eq: 1 }, { not: { any: [{ segment: '1' }, { not: { segment: '2' } }] } }],
  });
  const { places } = write(root);
  expect(tests(root).map((one) => places.get(one.id))).toEqual([
    '/all/0',
    '/all/1/not/any/0',
    '/all/1/not/any/1/not',
  ]);
});
test('what is not finished is left out, and is known to be', () => {
  const root = read({ all: [{ segment: '1' }, { segment: '' }] });
  root.items.push(newTest());
  expect(tests(root).map(whole)).toEqual([true, false, false]);
  expect(write(root, whole).condition).toEqual({ segment: '1' });
});
test('a hundred parts', () => {
  const all = Array.from({ length: 100 }, (_, n) => ({ field: 'n', ne: n }));
  const root = read({ all });
  expect(isGroup(root) && root.items).toHaveLength(100);
  expect(again({ all })).toEqual({ all });
});
