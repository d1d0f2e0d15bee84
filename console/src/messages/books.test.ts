// Each route opens the books that its screen says something of. Read from the sources: what a screen
// imports, and which areas those files name after `say()`.
import { expect, test } from 'vitest';
import { en } from './en';
import type { Book } from './shelf';

const sources = import.meta.glob<string>(
  ['../**/*.{svelte,ts}', '!../**/*.test.ts', '!../api/schema.d.ts', '!./{en,ru}/**', '!./*.ts'],
  { query: '?raw', import: 'default', eager: true },
);
const contents = import.meta.glob<object>('./en/books/*.ts', { import: 'book', eager: true });
const bookOf = new Map(
  Object.entries(contents).flatMap(([path, book]) =>
    Object.keys(book).map((area) => [area, path.split('/').at(-1)!.slice(0, -3)] as const),
  ),
);
const ROUTES = '../app/routes.ts';

function resolve(from: string, to: string): string | undefined {
  const path = new URL(to, `file:///src/messages/${from}`).pathname.replace('/src/', '../');
  const written = path.startsWith('../messages/') ? path.replace('../messages/', './') : path;
  return [written, `${written}.ts`, `${written}.svelte.ts`].find((one) => one in sources);
}

function importsOf(path: string): string[] {
  const found = sources[path]!.matchAll(
    /(?:^|\s)(?:import|export)\s(?!type\s)[^;'"]*?from '(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g,
  );
  return [...found].flatMap((one) => resolve(path, (one[1] ?? one[2])!) ?? []);
}

/** The areas that a file names: after `say()`, and after what it got all sentences as. */
function areasOf(path: string): string[] {
  const text = sources[path]!;
  const whole = [...text.matchAll(/\b(\w+): Messages\b(?!\[)/g)].map((one) => `\\b${one[1]}`);
  const named = text.matchAll(
    new RegExp(`(?:${['say\\(\\)', ...whole].join('|')})\\s*\\.(\\w+)`, 'g'),
  );
  return [...named].map((one) => one[1]!).filter((area) => area in en);
}

function needs(start: string, known: ReadonlySet<string> = new Set()): Map<string, string> {
  const files = new Set([start]);
  for (const file of files)
    if (file !== ROUTES) for (const one of importsOf(file)) if (!known.has(one)) files.add(one);
  const books = new Map<string, string>();
  for (const file of files)
    for (const area of areasOf(file)) {
      const book = bookOf.get(area)!;
      if (book !== 'core' && !books.has(book)) books.set(book, `${area} in ${file}`);
    }
  return books;
}

const routes = [
  ...sources[ROUTES]!.matchAll(/import\('([^']+)'\)(?:,\s*books: \[([^\]]*)\])?/g),
].map((one) => ({
  screen: resolve(ROUTES, one[1]!)!,
  opens: (one[2]?.match(/\w+/g) ?? []) as Book[],
}));

test('sentences are named so that this test finds them', () => {
  for (const [path, text] of Object.entries(sources))
    for (const [said, after] of text.matchAll(/\bsay\(\)\s*(\S{0,2})/g))
      expect(after, `${said} in ${path}`).toMatch(/^(\.\w|,|\))/);
});
test('what stands on every page says nothing but the core', () => {
  expect(Object.fromEntries(needs('../main.ts'))).toEqual({});
});
test('each route opens what its screen says, and nothing besides', () => {
  expect(routes.length).toBeGreaterThan(40);
  for (const { screen, opens } of routes) {
    const found = needs(screen);
    expect([...opens].sort(), `${screen}: ${JSON.stringify(Object.fromEntries(found))}`).toEqual(
      [...found.keys()].sort(),
    );
  }
});
test('every area is in one book', () => {
  expect([...bookOf.keys()].sort()).toEqual(Object.keys(en).sort());
});
