// People of a database who may be the same person: they share a contact, or name and day of birth.
// The API finds duplicates of all people only, so the search is asked for each contact of this one.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { nameOf, type Values } from '../person/name';

export type Profile = components['schemas']['Profile'];
type Found = components['schemas']['FoundProfile'];
export type Likeness = 'email' | 'phone' | 'name' | 'birth';

export interface Lookalike {
  profile: Found;
  /** What both have. */
  shared: Likeness[];
}

const MOST_CONTACTS = 6;
const plain = (text: string) => text.trim().toLowerCase();

interface Contacts {
  data: object;
  subscriptions?: object[] | null;
}
/** Addresses and numbers of somebody, those of subscriptions too. */
export function contactsOf(profile: Contacts): { email: Set<string>; phone: Set<string> } {
  const data = profile.data as Values;
  const found = { email: new Set<string>(), phone: new Set<string>() };
  if (typeof data.email === 'string') found.email.add(plain(data.email));
  if (Array.isArray(data.phones)) for (const one of data.phones) found.phone.add(String(one));
  for (const one of (profile.subscriptions ?? []) as { email?: string; phone?: string }[]) {
    if (one.email) found.email.add(plain(one.email));
    if (one.phone) found.phone.add(one.phone);
  }
  return found;
}

/** What two profiles have in common; nothing if only a name without a day of birth, and another day. */
export function shared(one: Contacts, other: Contacts): Likeness[] {
  const mine = contactsOf(one);
  const theirs = contactsOf(other);
  const a = one.data as Values;
  const b = other.data as Values;
  const list: Likeness[] = [];
  if ([...mine.email].some((email) => theirs.email.has(email))) list.push('email');
  if ([...mine.phone].some((phone) => theirs.phone.has(phone))) list.push('phone');
  const name = plain(nameOf(a));
  const sameName = name !== '' && name === plain(nameOf(b));
  const sameBirth = typeof a._bdate === 'string' && a._bdate === b._bdate;
  const otherBirth = Boolean(a._bdate && b._bdate && a._bdate !== b._bdate);
  if (sameName && !(otherBirth && !list.length)) list.push('name');
  if (sameName && sameBirth) list.push('birth');
  return list;
}

export async function lookalikes(
  db: string,
  profile: Profile,
): Promise<{ list: Lookalike[]; problem: Problem | null }> {
  const { email, phone } = contactsOf(profile);
  const name = nameOf(profile.data as Values);
  const questions = [...email, ...phone].slice(0, MOST_CONTACTS);
  if (name) questions.push(name);
  const answers = await Promise.all(
    questions.map((q) =>
      outcome(
        api.GET('/v1/search', {
          params: { query: { q: q.slice(0, 200), database: db, limit: 10 } },
        }),
      ),
    ),
  );
  const list: Lookalike[] = [];
  for (const answer of answers) {
    if (!answer.ok) continue;
    for (const { profile: other } of answer.data.items) {
      if (other.id === profile.id || list.some((known) => known.profile.id === other.id)) continue;
      const both = shared(profile, other);
      if (both.length) list.push({ profile: other, shared: both });
    }
  }
  list.sort((a, b) => b.shared.length - a.shared.length);
  const failed = answers.find((answer) => !answer.ok);
  return { list, problem: failed && !failed.ok && !list.length ? failed.problem : null };
}
