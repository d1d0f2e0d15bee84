// The catalogue in use. Only the chosen language is loaded; changing it redraws, and reloads nothing.
import { storedLanguage, storeLanguage, type Language } from '../app/preferences';
import type { Messages } from './en';

const catalogues: Record<Language, () => Promise<Messages>> = {
  en: async () => (await import('./en')).en,
  ru: async () => (await import('./ru')).ru,
};

let language = $state<Language>('en');
let messages = $state.raw<Messages | null>(null);

export async function speak(wanted: Language = storedLanguage(), how: { keep?: boolean } = {}) {
  messages = await catalogues[wanted]();
  language = wanted;
  document.documentElement.lang = wanted;
  if (how.keep) storeLanguage(wanted);
}

/** The sentences. `main.ts` has loaded them before anything is drawn. */
export function say(): Messages {
  return messages!;
}

export function spoken(): Language {
  return language;
}
