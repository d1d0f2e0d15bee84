// What this browser remembers: theme and language, and nothing about any person.
export type Theme = 'system' | 'light' | 'dark';
export type Language = 'en' | 'ru';
export const languages: readonly Language[] = ['en', 'ru'];

function read(key: string): string | null {
  // Storage can be forbidden; the console then starts as if for the first time.
  try {
    return localStorage.getItem(`roster.${key}`);
  } catch {
    return null;
  }
}

function write(key: string, value: string) {
  try {
    localStorage.setItem(`roster.${key}`, value);
  } catch {
    // It holds until the page is closed.
  }
}

export function storedTheme(): Theme {
  const theme = read('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function storeTheme(theme: Theme) {
  write('theme', theme);
}

/** The language that was chosen here, else the first of the browser's that there is. */
export function storedLanguage(): Language {
  const wanted = [read('language'), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  const known = wanted.find((tag) => languages.some((language) => language === tag));
  return (known as Language | undefined) ?? 'en';
}

/** Whether somebody chose a language in this browser; otherwise the account's own counts. */
export function hasStoredLanguage(): boolean {
  return read('language') !== null;
}

export function storeLanguage(language: Language) {
  write('language', language);
}
