// Pasted values are parted.
import { expect, test, vi } from 'vitest';

vi.mock('../../api/client', () => ({ api: {} }));
vi.mock('../../app/databases.svelte', () => ({ databases: { get: () => undefined } }));
vi.mock('../../api/draft.svelte', () => ({ Draft: class {} }));
const { valuesOf } = await import('./list');

test('lines, commas, semicolons and tabs part values', () => {
  expect(valuesOf(' a@b.cc \n\n+49 30 901820;x.org,\t*.y.org')).toEqual([
    'a@b.cc',
    '+49 30 901820',
    'x.org',
    '*.y.org',
  ]);
  expect(valuesOf(' \n ')).toEqual([]);
});
