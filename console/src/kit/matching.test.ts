// Typing finds what is meant, also among ten thousand.
import { expect, test } from 'vitest';
import { matching } from './matching';

const choices = ['Plan', 'Last order', 'Order count', 'Border', 'City'].map((label) => ({
  value: label.toLowerCase().replace(' ', '_'),
  label,
}));

test('what begins so comes first, then words that do, then the rest', () => {
  expect(matching(choices, 'ord', 10).map((one) => one.label)).toEqual([
    'Order count',
    'Last order',
    'Border',
  ]);
});
test('a name is found where the label has another', () => {
  expect(matching([{ value: '_bdate', label: 'Born' }], 'bdate', 10)).toHaveLength(1);
});
test('no more than asked for', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({
    value: String(index),
    label: `Field ${index}`,
  }));
  expect(matching(many, '', 50)).toHaveLength(50);
  expect(matching(many, '9999', 50)[0]?.label).toBe('Field 9999');
});
