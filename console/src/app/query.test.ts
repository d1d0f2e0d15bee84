// Addresses keep what isn't changed.
import { expect, test } from 'vitest';
import { queryWith } from './query';

test('some is set, some goes, the rest stays', () => {
  const query = new URLSearchParams('view=3&status=invalid');
  expect(queryWith(query, { status: null, columns: 'email,phones' })).toBe(
    '?view=3&columns=email,phones',
  );
  expect(queryWith(query, { status: undefined, view: null })).toBe('');
  expect(query.get('view')).toBe('3');
});
