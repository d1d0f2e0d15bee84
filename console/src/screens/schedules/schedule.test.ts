// How a source is sent: secrets stay where nobody typed another, and of the source that isn't chosen
// nothing is sent.
import { expect, test } from 'vitest';
import {
  fresh,
  missing,
  sameRows,
  settingsOf,
  sourceOf,
  type Schedule,
  type Source,
} from './schedule';

const { rows } = fresh('UTC').source;
const before: Source = {
  kind: 'file',
  rows,
  url: 'https://files.example.org/a.csv',
  headers: [{ name: 'x-key', value: '***' }],
  auth: 'basic',
  who: 'roster',
  secret: '',
};
const shop: Source = {
  ...before,
  kind: 'rows',
  rows: { ...rows, connector: '1', table: ' crm.customers', query: 'SELECT 1', key: 'id' },
};

test('what isn’t typed stays', () => {
  expect(sourceOf(before, before)).toEqual({
    url: before.url,
    headers: { 'x-key': '***' },
    auth: { type: 'basic', user: 'roster' },
  });
});
test('what is taken away is said to be gone', () => {
  expect(sourceOf({ ...before, headers: [], auth: 'none' }, before)).toEqual({
    url: before.url,
    headers: { 'x-key': null },
    auth: null,
    secret: null,
  });
});
test('a new one sends what was typed', () => {
  const source = {
    ...fresh('UTC').source,
    url: ' https://x.example ',
    secret: 's',
    auth: 'bearer',
  };
  expect(sourceOf(source as Source)).toEqual({
    url: 'https://x.example',
    headers: {},
    auth: { type: 'bearer' },
    secret: 's',
  });
});
test('of rows the table or the query is sent, and nothing of a file', () => {
  const sent = { connector: '1', key: 'id', watermark: null };
  expect(sourceOf(shop, before)).toEqual({ ...sent, table: 'crm.customers' });
  const query = { ...shop, rows: { ...shop.rows, by: 'query' as const } };
  expect(sourceOf(query, shop)).toEqual({ ...sent, query: 'SELECT 1' });
  expect(sourceOf(before, shop)).toEqual({
    url: before.url,
    headers: { 'x-key': '***' },
    auth: { type: 'basic', user: 'roster' },
  });
});
test('another key reads the same rows, another table others', () => {
  expect(sameRows(shop, { ...shop, rows: { ...shop.rows, key: 'code', query: '' } })).toBe(true);
  expect(sameRows(shop, { ...shop, rows: { ...shop.rows, table: 'orders' } })).toBe(false);
  expect(sameRows(shop, before)).toBe(false);
});
test('a source of rows is read back as it was sent', () => {
  const source = { ...sourceOf(shop), page_rows: 10_000 };
  const schedule = { ...fresh('UTC'), source } as unknown as Schedule;
  expect(sourceOf(settingsOf(schedule).source)).toEqual(sourceOf(shop));
});
test('what is missing is said before it is sent', () => {
  const pointers = (source: Source, settings = {}) =>
    missing({ ...fresh('UTC'), source, settings }, 'look')?.errors?.map((one) => one.pointer);
  expect(pointers(before)).toEqual(['/settings']);
  expect(pointers({ ...shop, rows })).toEqual(['/source/connector', '/source/table', '/settings']);
  expect(pointers(shop, { matching: 'email' })).toBe(undefined);
});
