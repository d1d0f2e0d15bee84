// A search as an address, and back.
import type { Question, Within } from './finder.svelte';

const places: Within[] = ['all', 'profiles', 'subscriptions'];

export function questionOf(query: URLSearchParams): Question {
  const within = places.find((one) => one === query.get('in')) ?? 'all';
  return { q: query.get('q') ?? '', within, database: query.get('database') ?? '' };
}

export function searchPath({ q, within, database }: Question): string {
  const query = new URLSearchParams();
  if (q) query.set('q', q);
  if (within !== 'all') query.set('in', within);
  if (database) query.set('database', database);
  const text = query.toString();
  return text ? `/search?${text}` : '/search';
}

/** So many are found at a time. */
const PAGE = 30;

/** The same as the API takes it. */
export const askedOf = ({ q, within, database }: Question) => ({
  q,
  in: within,
  limit: PAGE,
  ...(database ? { database } : {}),
});

export const requestOf = (question: Question): string =>
  Object.entries(askedOf(question))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
