// What the preview shows is what people get: the words are the server's, and nothing typed is markup.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { card, fill, letter, mail, text, type Sample } from './preview';
import { days, usual } from './wording';

const sample: Sample = {
  resource: 'Tea & <Times>',
  contact: 'ada@example.org',
  link: 'https://example.org/s/confirm/abc',
  days: 7,
  brand: '',
  next: '',
};

test('the usual words are those of crates/pages', () => {
  for (const language of ['en', 'ru'] as const) {
    const source = readFileSync(
      new URL(`../../../../crates/pages/src/texts/${language}.rs`, import.meta.url),
      'utf8',
    );
    for (const [name, words] of Object.entries(usual[language]))
      expect(source, `${language}: ${name}`).toContain(words.replaceAll('"', '\\"'));
  }
});
test('placeholders are filled once, and unknown ones stay', () => {
  expect(fill('{resource} {typo} {contact}', { resource: '{contact}', contact: 'x' })).toBe(
    '{contact} {typo} x',
  );
});
test('nothing that is typed becomes markup', () => {
  const own = { message: '<b>{resource}</b>\n\n{link}', page: '<i>', thanks: '"', button: '<u>' };
  for (const html of [
    mail(own, 'en', sample, false),
    text(own, 'en', sample, false),
    card(own, 'en', sample, 'page'),
    card(own, 'en', sample, 'thanks'),
  ])
    expect(html).not.toMatch(/<[biu]>|<Times>/);
});
test('a message without a link gets one', () => {
  expect(letter({ message: 'Say yes' }, 'en', sample, false).body).toBe('Say yes\n\n{link}');
  expect(mail({ message: 'Say yes' }, 'en', sample, false)).toContain('mail-button');
});
test('days agree with their number', () => {
  expect(['1', '3', '11', '21'].map((n) => days('ru', Number(n)))).toEqual([
    '1\u00a0день',
    '3\u00a0дня',
    '11\u00a0дней',
    '21\u00a0день',
  ]);
  expect(days('en', 1)).toBe('1\u00a0day');
});
