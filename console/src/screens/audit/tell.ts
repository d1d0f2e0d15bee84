// A change of a definition in plain words: what happened to what, and each value before and after.
import type { components } from '../../api/schema';
import { moment, number } from '../../messages/dates';
import type { Messages } from '../../messages/en';
import { plain } from '../person/narrate';

export type Change = components['schemas']['DefinitionChange'];
type ValueChange = components['schemas']['Change'];
export const nouns = [
  'database',
  'field',
  'resource',
  'segment',
  'suppression',
  'watcher',
  'hook',
  'form',
  'view',
  'connector',
  'schedule',
  'import_settings',
  'token',
  'relation_type',
  'control_group',
  'user',
] as const;
export type Noun = (typeof nouns)[number];

export interface Entry {
  title: string;
  /** It was deleted: the changes say what it was. */
  gone: boolean;
  changes: { label: string; before: string; after: string }[];
}
/** The name of a definition that the change itself doesn't name. */
export type NameOf = (noun: string, id: string, database: string | null) => string | undefined;
/** What a condition says, as a sentence. */
export type Sentence = (condition: unknown, database: string | null) => string;
interface Tongue {
  words: Messages;
  nameOf: NameOf;
  sentence: (condition: unknown) => string;
}

type Part = Record<string, unknown>;
const part = (value: unknown): Part | null =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Part) : null;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

export function tell(
  change: Change,
  words: Messages,
  nameOf: NameOf,
  sentence: Sentence = () => '',
): Entry {
  const { noun, kind } = change;
  const tongue: Tongue = {
    words,
    nameOf,
    sentence: (condition) => sentence(condition, change.database_id ?? null),
  };
  const raw = change.changes;
  const changes = raw.flatMap((one) => readable(one, tongue));
  const act = kind.split('.')[1] ?? kind;
  const title =
    words.audit.others[kind] ??
    words.audit.headline(
      (noun && words.audit.nouns[noun]) || noun || kind.split('.')[0] || kind,
      words.audit.acts[act] ?? act.replaceAll('_', ' '),
      nameIn(raw) ??
        (noun && change.definition_id
          ? (nameOf(noun, change.definition_id, change.database_id ?? null) ??
            `№ ${change.definition_id}`)
          : ''),
    );
  return {
    title,
    changes,
    gone: raw.some((one) => part(one.before) && !isMember(one) && !one.after),
  };
}

/** The name that a change itself says, if it does: what came or went is shown whole. */
export const ownName = (change: Change): string | undefined => nameIn(change.changes);

const isMember = (one: ValueChange) => one.field.split('/').length > 2;

function nameIn(raw: readonly ValueChange[]): string | undefined {
  for (const one of raw)
    for (const side of [part(one.after), part(one.before)]) {
      const name = side?.title || side?.name || side?.email;
      if (typeof name === 'string' && name) return name;
    }
  return undefined;
}

function readable(one: ValueChange, tongue: Tongue): Entry['changes'] {
  const [, , ...path] = one.field.split('/');
  const member = path.join('/');
  if (member) return lines(labelOf(member, tongue.words), member, one.before, one.after, tongue);
  // The whole of it came or went: member by member, what is empty or not chosen left out.
  return members(one.before, one.after).flatMap((name) => {
    const [before, after] = [part(one.before)?.[name], part(one.after)?.[name]];
    if (INNER.has(name) || ((before ?? after) === false && name !== 'enabled')) return [];
    return lines(labelOf(name, tongue.words), name, before, after, tongue);
  });
}

/** One member of a definition in lines, for the history of a database. */
export const linesOf = (
  member: string,
  before: unknown,
  after: unknown,
  words: Messages,
  sentence: (condition: unknown) => string,
): Entry['changes'] =>
  lines(labelOf(member, words), member, before, after, {
    words,
    nameOf: () => undefined,
    sentence,
  });

/** Members that say nothing to a reader: they follow from what was done. */
const INNER = new Set(['id', 'honeypot', 'minimum_seconds', 'position', 'profiles', 'relations']);
/** Members whose inside is a page of its own: that they changed is said, and not how. */
const DEEP = new Set(['mapping', 'texts', 'settings', 'match']);
const CONDITIONS = new Set(['condition', 'exclude']);

const members = (before: unknown, after: unknown) => [
  ...new Set([...Object.keys(part(before) ?? {}), ...Object.keys(part(after) ?? {})]),
];

/** One member in lines: an object gives a line for each part of it that changed. */
function lines(
  label: string,
  member: string,
  before: unknown,
  after: unknown,
  tongue: Tongue,
): Entry['changes'] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (DEEP.has(member)) {
    const { changedInside, setInside } = tongue.words.audit;
    if (!isEmpty(after))
      return [{ label, before: '', after: isEmpty(before) ? setInside : changedInside }];
    return isEmpty(before) ? [] : [{ label, before: setInside, after: '' }];
  }
  if (!CONDITIONS.has(member) && (part(before) ?? part(after)))
    return members(before, after).flatMap((name) => {
      const was = part(before)?.[name];
      const is = part(after)?.[name];
      if ((before === null || before === undefined) && is === false) return [];
      return lines(`${label}: ${labelOf(name, tongue.words)}`, name, was, is, tongue);
    });
  const line = {
    label,
    before: shown(before, member, tongue),
    after: shown(after, member, tongue),
  };
  return line.before || line.after ? [line] : [];
}

const labelOf = (member: string, words: Messages): string =>
  words.audit.fields[member] ?? words.fields[member] ?? member.replaceAll('_', ' ');

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (!!part(value) && Object.keys(value as Part).length === 0);

function shown(value: unknown, member: string, tongue: Tongue): string {
  if (isEmpty(value)) return '';
  const { words } = tongue;
  if (CONDITIONS.has(member)) return tongue.sentence(value) || words.audit.setInside;
  const named = wordOf(value, member, tongue);
  if (named !== undefined) return named;
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string' && INSTANT.test(value)) return moment(value);
  if (Array.isArray(value)) return value.map((one) => shownOf(one, words)).join(', ');
  return plain(value, words);
}

/** One of a list: a moment, a text, or a thing by its name. */
function shownOf(value: unknown, words: Messages): string {
  if (typeof value === 'string') return INSTANT.test(value) ? moment(value) : value;
  const { title, label, name, column, email } = part(value) ?? {};
  const known = [title, label, name, column, email].find((one) => typeof one === 'string' && one);
  return typeof known === 'string' ? known : plain(value, words);
}

/** Values that have names of their own: databases, roles, channels, rights. */
function wordOf(value: unknown, member: string, { words, nameOf }: Tongue): string | undefined {
  const list = (name: (one: string) => string | undefined) =>
    Array.isArray(value) && value.length
      ? value
          .map((one) => (typeof one === 'string' ? (name(one) ?? one) : shownOf(one, words)))
          .join(', ')
      : undefined;
  const text = typeof value === 'string' ? value : '';
  switch (member) {
    case 'databases':
      return list((id) => nameOf('database', id, null));
    case 'database_a':
    case 'database_b':
    case 'database_id':
      return nameOf('database', text, null);
    case 'resource_id':
      return nameOf('resource', text, null);
    case 'resources':
      return (
        list((id) => nameOf('resource', id, null)) ?? (text === 'all' ? words.audit.all : undefined)
      );
    case 'channels':
      return list((one) => words.channel[one as keyof Messages['channel']]);
    case 'channel':
    case 'primary_channel':
      return words.channel[text as keyof Messages['channel']];
    case 'columns':
    case 'card':
      return list((one) => words.fields[one]);
    case 'scopes':
      return list((one) => scopeWord(one, words));
    case 'sources':
      return list((one) => words.optIn.source[one as keyof Messages['optIn']['source']]);
    case 'role':
      return words.roles[text as keyof Messages['roles']];
    case 'language':
      return words.language[text as 'en' | 'ru'];
    case 'type':
      return words.fieldType[text];
    case 'kind':
      return words.segments.kinds[text as keyof Messages['segments']['kinds']];
    case 'password':
      return text === 'changed' ? words.audit.changedInside : undefined;
    default:
      return undefined;
  }
}

function scopeWord(scope: string, words: Messages): string {
  const [noun = '', act] = scope.split(':');
  const does = act === 'read' ? words.tokens.read : words.tokens.write;
  return `${words.scopeNouns[noun] ?? noun}: ${does.toLowerCase()}`;
}
