// What makes two profiles look like one person: a shared contact, or name and day of birth.
import { nameOf, type Values } from '../person/name';

export type Likeness = 'email' | 'phone' | 'name' | 'birth';

const plain = (text: string) => text.trim().toLowerCase();

interface Contacts {
  data: Values;
  subscriptions?: { email?: string; phone?: string }[] | null;
}
/** Addresses and numbers of somebody, those of subscriptions too. */
export function contactsOf(profile: Contacts): { email: Set<string>; phone: Set<string> } {
  const data = profile.data;
  const found = { email: new Set<string>(), phone: new Set<string>() };
  if (typeof data.email === 'string') found.email.add(plain(data.email));
  if (Array.isArray(data.phones)) for (const one of data.phones) found.phone.add(String(one));
  for (const one of profile.subscriptions ?? []) {
    if (one.email) found.email.add(plain(one.email));
    if (one.phone) found.phone.add(one.phone);
  }
  return found;
}

/** What two profiles have in common; nothing if only a name without a day of birth, and another day. */
export function shared(one: Contacts, other: Contacts): Likeness[] {
  const mine = contactsOf(one);
  const theirs = contactsOf(other);
  const a = one.data;
  const b = other.data;
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
