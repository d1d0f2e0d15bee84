// Where the books of sentences are; each is loaded when a screen needs it. A part of the first file
// (start.ts), so it imports nothing.
import type { Language } from '../app/preferences';
import type { Messages } from './en';

export type Book =
  'core' | 'home' | 'person' | 'people' | 'loading' | 'structure' | 'offers' | 'system';

const shelf = import.meta.glob<Partial<Messages>>('./{en,ru}/books/*.ts', { import: 'book' });

export const fetchBook = (language: Language, book: Book): Promise<Partial<Messages>> =>
  shelf[`./${language}/books/${book}.ts`]!();
