// Values as examples: what they are stays plain.
import { expect, test } from 'vitest';
import { spelled, spelledChange } from './spelled';

const change = (before: unknown, after: unknown) =>
  spelledChange(before, after, 'none', (text) => `“${text}”`);

test('a value in one line', () => {
  expect(spelled('a\nb', 'none')).toBe('a ↵ b');
  expect(spelled(['a', 'b'], 'none')).toBe('a, b');
  expect(spelled([], 'none')).toBe('[]');
  expect(spelled({ a: 1 }, 'none')).toBe('{"a":1}');
  expect(spelled(null, 'none')).toBe('none');
});
test('a text that becomes something else stands in quotes', () => {
  expect(change('007', 7)).toEqual({ before: '“007”', after: '7' });
  expect(change(7, '7')).toEqual({ before: '7', after: '“7”' });
  expect(change('red', ['red'])).toEqual({ before: '“red”', after: 'red' });
  expect(change('1.2.2026', '2026-02-01')).toEqual({ before: '1.2.2026', after: '2026-02-01' });
  expect(change('x', null)).toEqual({ before: '“x”', after: 'none' });
});
