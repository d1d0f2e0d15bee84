// People of a database who may be the same person: they share a contact, or name and day of birth.
// The API finds duplicates of all people only, so the search is asked for each contact of this one.
import { api } from '../../api/client';
import { outcome, type Problem } from '../../api/outcome';
import type { components } from '../../api/schema';
import { nameOf, type Values } from '../person/name';
import { contactsOf, shared, type Likeness } from './likeness';

export type Profile = components['schemas']['Profile'];

export interface Lookalike {
  profile: components['schemas']['FoundProfile'];
  /** What both have. */
  shared: Likeness[];
}

const MOST_CONTACTS = 6;
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
