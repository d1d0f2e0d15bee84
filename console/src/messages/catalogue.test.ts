// The catalogue is whole: the compiler holds its shape, this test holds what the compiler can't see.
import { expect, test } from 'vitest';
import { counter } from './count';
import { en } from './en';
import { ru } from './ru';

type Tree = { [key: string]: string | ((...given: never[]) => string) | Tree };
function leaves(tree: Tree, path = ''): [string, string | ((...given: never[]) => string)][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object'
      ? leaves(value, `${path}/${key}`)
      : [[`${path}/${key}`, value] as [string, typeof value]],
  );
}
const english = new Map(leaves(en as Tree));
const russian = new Map(leaves(ru as Tree));

test('both languages have the same sentences, none of them empty', () => {
  expect([...russian.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [path, value] of [...english, ...russian])
    if (typeof value === 'string' && !path.endsWith('subscription_status/subscribed'))
      expect(value.trim(), path).not.toBe('');
});
test('a sentence takes as much in one language as in the other', () => {
  for (const [path, value] of english) {
    expect(typeof russian.get(path), path).toBe(typeof value);
    if (typeof value === 'function')
      expect(value.length >= (russian.get(path) as () => string).length, path).toBe(true);
  }
});
test('sentences that are made of something show it', () => {
  for (const map of [english, russian])
    for (const [path, value] of map) {
      if (typeof value !== 'function' || value.length === 0) continue;
      const made = (value as (...given: unknown[]) => string)(
        ...Array.from({ length: value.length }, (_, index) =>
          path.startsWith('/clues')
            ? { column: 'given', field: 'given', name: 'given', count: 7, total: 9 }
            : path.includes('inControl')
              ? 7
              : `given${index}`,
        ),
      );
      expect(made, path).toMatch(/given|\d|NaN|не\sчисло/);
    }
});
test('no exclamation marks', () => {
  for (const [path, value] of [...english, ...russian])
    expect(String(value), path).not.toMatch(/![^=]|!$/);
});
test('Russian is Russian: only names, examples and abbreviations are Latin', () => {
  const latin = /^(English|Русский|SMS|Push|Telegram|WhatsApp|Viber|Id)$/;
  for (const [path, value] of russian)
    if (typeof value === 'string' && value && !latin.test(value))
      expect(value, path).toMatch(/[а-яё]/i);
});
test('plurals', () => {
  const forms = { one: 'человек', few: 'человека', many: 'человек', other: 'человека' };
  expect([1, 3, 5, 21, 112, 1.5].map((n) => counter('ru')(n, forms))).toEqual([
    '1 человек',
    '3 человека',
    '5 человек',
    '21 человек',
    '112 человек',
    '1,5 человека',
  ]);
  expect(counter('en')(1000, { one: 'person', other: 'people' })).toBe('1,000 people');
});
test('no two areas share a name, or one would hide the other', () => {
  const areas = import.meta.glob<Record<string, object>>('./en/*.ts', { eager: true });
  const names = Object.values(areas).flatMap((area) => Object.values(area).flatMap(Object.keys));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
