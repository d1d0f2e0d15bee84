// The catalogue in use: of one language, and of that the books that the screens so far have needed.
// A book is some areas together (en/books). Changing the language redraws, and reloads nothing.
import { storedLanguage, storeLanguage, type Language } from '../app/preferences';
import type { Messages } from './en';
import { fetchBook, type Book } from './shelf';

let language = $state<Language>('en');
let messages = $state.raw<Messages | null>(null);
/** The books that are open, in whichever language. */
let opened: readonly Book[] = ['core'];
/** The last change of language; it counts, whatever comes of the ones before. */
let turn = 0;
let asked: Language = 'en';
let speaking: Promise<void> = Promise.resolve();

async function read(wanted: Language, books: readonly Book[]): Promise<Partial<Messages>> {
  const parts = books.map((book) => fetchBook(wanted, book));
  return Object.assign({}, ...(await Promise.all(parts))) as Partial<Messages>;
}

export function speak(
  wanted: Language = storedLanguage(),
  how: { keep?: boolean } = {},
): Promise<void> {
  turn += 1;
  asked = wanted;
  speaking = change(wanted, how, turn);
  return speaking;
}

async function change(wanted: Language, how: { keep?: boolean }, mine: number): Promise<void> {
  const count = opened.length;
  const words = await read(wanted, opened);
  if (mine !== turn) return;
  // A screen opened another book meanwhile, in the language before.
  if (count !== opened.length) return change(wanted, how, mine);
  messages = words as Messages;
  language = wanted;
  document.documentElement.lang = wanted;
  if (how.keep) storeLanguage(wanted);
}

/** Opens what a screen says before it is drawn. Nobody has read these sentences yet, so nothing of
 *  what is there is drawn again. */
export async function open(books: readonly Book[]): Promise<void> {
  const missing = books.filter((book) => !opened.includes(book));
  if (!missing.length) return;
  const spoken = asked;
  const words = await read(spoken, missing);
  await speaking;
  if (spoken !== language) return open(books);
  Object.assign(messages!, words);
  opened = [...opened, ...missing.filter((book) => !opened.includes(book))];
}

/** The sentences. `main.ts` has opened what all screens share, and a route what its screen says
 *  besides; a test holds that no route forgets a book. */
export function say(): Messages {
  return messages!;
}

export function spoken(): Language {
  return language;
}
