// An entry of the history in plain words: a headline, what changed with before and after, and what
// is known of the act.
import { day, moment } from '../../messages/dates';
import type { Messages } from '../../messages/en';
import type { Entry } from './history.svelte';

export interface Change {
  label: string;
  before: unknown;
  after: unknown;
}
export interface Story {
  title: string;
  who: string;
  changes: Change[];
  notes: { label: string; text: string }[];
}
export interface Names {
  field: (name: string) => string;
  resource: (id: string) => string;
  relation: (id: string) => string;
  segment: (id: string) => string;
}

type Part = Record<string, unknown>;
const part = (value: unknown): Part | null =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Part) : null;

export function narrate(entry: Entry, words: Messages, names: Names): Story {
  const history = words.history;
  const changes = entry.changes.flatMap((change) => readable(change, words, names));
  const about = part(entry.about);
  const by = history.by(entry.actor, history.through[entry.interface] ?? entry.interface);
  const who = about?.merged_from ? `${by} · ${history.ofMerged}` : by;
  return { title: headline(entry, changes, words), who, changes, notes: notesOf(about, words) };
}

function headline(entry: Entry, changes: Change[], words: Messages): string {
  const history = words.history;
  const event = part(entry.about)?.event;
  if (entry.kind === 'profile.event' && typeof event === 'string')
    return history.events[event] ?? history.event(event);
  if (part(entry.about)?.merge) return history.merged;
  if (entry.kind === 'profile.updated' && changes.length === 1)
    return history.changedOne(changes[0]!.label);
  if (entry.kind === 'profile.updated' && changes.length > 1)
    return history.changedMany(changes.length);
  return history.kinds[entry.kind] ?? entry.kind;
}

/** One change of the API may be several for people, as of a subscription's parts; or none. */
export function readable(
  change: { field?: string; before?: unknown; after?: unknown },
  words: Messages,
  names: Names,
): Change[] {
  const field = change.field ?? '';
  const [noun, first = '', second = '', ...rest] = field.split('/');
  if (field === '_status')
    return [
      {
        label: words.history.statusOf,
        before: status(change.before, words),
        after: status(change.after, words),
      },
    ];
  if (noun === 'subscriptions') {
    const channel = words.channel[second as keyof Messages['channel']] ?? second;
    return subscription(
      `${names.resource(first)}, ${channel} ${rest.join('/')}`,
      part(change.before),
      part(change.after),
      words,
    );
  }
  // What stands against a contact follows from a status that stands beside it.
  if (noun === 'standing') return [];
  if (noun === 'relations')
    return [
      {
        label: names.relation(first),
        before: weights(change.before),
        after: weights(change.after),
      },
    ];
  if (noun === 'segments')
    return [{ label: names.segment(first), before: change.before, after: change.after }];
  return [{ label: names.field(field), before: change.before, after: change.after }];
}

function subscription(
  label: string,
  before: Part | null,
  after: Part | null,
  words: Messages,
): Change[] {
  const list: Change[] = [];
  const state = (one: Part | null) => {
    if (!one) return null;
    if (one.deleted === true) return words.subs.deleted;
    const until =
      typeof one.suspended_until === 'string'
        ? ` ${words.subs.until(day(one.suspended_until))}`
        : '';
    return `${String(status(one.status, words))}${until}`;
  };
  if (state(before) !== state(after))
    list.push({ label, before: state(before), after: state(after) });
  const cats = (one: Part | null) =>
    Array.isArray(one?.cats) && one.cats.length ? (one.cats as string[]) : null;
  if (before && JSON.stringify(cats(before)) !== JSON.stringify(cats(after)))
    list.push({
      label: `${label}: ${words.subs.categories.toLowerCase()}`,
      before: cats(before),
      after: cats(after),
    });
  return list.length || !before ? list : [{ label, before: null, after: state(after) }];
}

function status(value: unknown, words: Messages): unknown {
  return typeof value === 'string'
    ? (words.status[value as keyof Messages['status']] ?? value)
    : value;
}

function weights(value: unknown): unknown {
  const one = part(value);
  if (!one) return value;
  const parts = Object.entries(one).map(([name, weight]) => `${name}: ${String(weight)}`);
  return parts.length ? parts.join(', ') : '✓';
}

function notesOf(about: Part | null, words: Messages): Story['notes'] {
  const history = words.history;
  const consent = part(about?.consent);
  const list: [string, unknown][] = [
    [history.reason, about?.reason],
    [history.act, consent?.act],
    [history.wording, consent?.wording],
    [history.page, consent?.url],
    [history.ip, consent?.ip],
  ];
  return list.flatMap(([label, text]) =>
    typeof text === 'string' && text ? [{ label, text }] : [],
  );
}

/** A value as a text for people, of any type. */
export function plain(value: unknown, words: Messages): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'boolean') return value ? words.person.yes : words.person.no;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return value.join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}(T.*Z)?$/.test(value)) return moment(value);
  return String(value);
}
