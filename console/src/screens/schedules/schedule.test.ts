// How a source is sent: secrets stay where nobody typed another.
import { expect, test } from 'vitest';
import { fresh, sourceOf, type Source } from './schedule';

const before: Source = {
  url: 'https://files.example.org/a.csv',
  headers: [{ name: 'x-key', value: '***' }],
  auth: 'basic',
  who: 'roster',
  secret: '',
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
