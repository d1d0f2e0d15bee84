// A change of what was defined, in plain words: its name, and what of it changed.
import type { components } from '../../api/schema';
import type { Messages } from '../../messages/en';
import type { Story } from '../person/narrate';
import { linesOf as lines } from '../audit/tell';
import { kindTitle } from './kinds';

type Entry = components['schemas']['HistoryEntry'];
type Part = Record<string, unknown>;

export function narrateDefinition(
  entry: Entry,
  words: Messages,
  sentence: (condition: unknown) => string = () => '',
): Story {
  const changes = entry.changes;
  const title = kindTitle(entry.kind, words);
  const name = changes
    .map((one) => nameOf(one.after) || nameOf(one.before))
    .find((found) => found !== '');
  return {
    title: name ? `${title}: ${name}` : title,
    who: words.history.by(entry.actor, words.history.through[entry.interface] ?? entry.interface),
    changes: changes.flatMap((one) => {
      // One that was made or deleted stands there whole, and its name says enough.
      if (whole(one.before) || whole(one.after)) return [];
      // The same words as in the audit trail.
      const place = one.field.split('/');
      const member = place.length > 2 ? place.slice(2).join('/') : (place.at(-1) ?? '');
      return lines(member, one.before, one.after, words, sentence);
    }),
    notes: [],
  };
}

const whole = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'name' in value;

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { title, name } = value as Part;
  return [title, name].find((one): one is string => typeof one === 'string' && one !== '') ?? '';
}
