// A change of a definition in plain words: what happened to what, and each value before and after.
import type { components } from '../../api/schema';
import { moment } from '../../messages/dates';
import type { Messages } from '../../messages/en';
import { plain } from '../person/narrate';

export type Change = components['schemas']['DefinitionChange'];
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
  'schedule',
  'import_settings',
  'token',
  'relation_type',
  'control_group',
  'user',
] as const;
export type Noun = (typeof nouns)[number];

export interface Told {
  title: string;
  changes: { label: string; before: string; after: string }[];
}
/** The name of a definition that the change itself doesn't name. */
export type NameOf = (noun: string, id: string, database: string | null) => string | undefined;

type Part = Record<string, unknown>;
const part = (value: unknown): Part | null =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Part) : null;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

export function tell(change: Change, words: Messages, nameOf: NameOf): Told {
  const { noun, kind } = change;
  // The document leaves them untyped: `{field, before, after}` each.
  const raw = change.changes as { field?: string; before?: unknown; after?: unknown }[];
  const changes = raw.flatMap((one) => readable(one, words, nameOf));
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
  return { title, changes };
}

/** The name that a change itself says, if it does: what came or went is told whole. */
export const ownName = (change: Change): string | undefined =>
  nameIn(change.changes as { before?: unknown; after?: unknown }[]);

function nameIn(raw: { before?: unknown; after?: unknown }[]): string | undefined {
  for (const one of raw)
    for (const side of [part(one.after), part(one.before)]) {
      const name = side?.title || side?.name || side?.email;
      if (typeof name === 'string' && name) return name;
    }
  return undefined;
}

function readable(
  one: { field?: string; before?: unknown; after?: unknown },
  words: Messages,
  nameOf: NameOf,
): Told['changes'] {
  const [, , ...path] = (one.field ?? '').split('/');
  const member = path.join('/');
  if (member)
    return [
      {
        label: labelOf(member, words),
        before: shown(one.before, member, words, nameOf),
        after: shown(one.after, member, words, nameOf),
      },
    ];
  // The whole of it came or went: member by member, what is empty left out.
  const before = part(one.before) ?? {};
  const after = part(one.after) ?? {};
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => ({
      label: labelOf(name, words),
      before: shown(before[name], name, words, nameOf),
      after: shown(after[name], name, words, nameOf),
    }))
    .filter((line) => line.before || line.after);
}

const labelOf = (member: string, words: Messages): string =>
  words.audit.fields[member] ?? words.fields[member] ?? member.replaceAll('_', ' ');

function shown(value: unknown, member: string, words: Messages, nameOf: NameOf): string {
  const named = wordOf(value, member, words, nameOf);
  if (named !== undefined) return named;
  if (typeof value === 'string' && INSTANT.test(value)) return moment(value);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string' && INSTANT.test(one)))
    return value.map((one) => moment(one as string)).join(', ');
  const empty =
    value === null ||
    value === undefined ||
    (Array.isArray(value) && value.length === 0) ||
    (part(value) && Object.keys(value as Part).length === 0);
  return empty ? '' : plain(value, words);
}

/** Values that have names of their own: databases, roles, channels, rights. */
function wordOf(
  value: unknown,
  member: string,
  words: Messages,
  nameOf: NameOf,
): string | undefined {
  const list = (name: (one: string) => string | undefined) =>
    Array.isArray(value) && value.length
      ? value
          .map((one) => (typeof one === 'string' ? (name(one) ?? one) : plain(one, words)))
          .join(', ')
      : undefined;
  if (member === 'databases') return list((id) => nameOf('database', id, null));
  if (member === 'channels') return list((one) => words.channel[one as keyof Messages['channel']]);
  if (member === 'scopes') return list((one) => scopeWord(one, words));
  if (member === 'role') return words.roles[value as keyof Messages['roles']];
  if (member === 'language') return words.language[value as 'en' | 'ru'];
  return undefined;
}

function scopeWord(scope: string, words: Messages): string {
  const [noun = '', act] = scope.split(':');
  const does = act === 'read' ? words.tokens.read : words.tokens.write;
  return `${words.scopeNouns[noun] ?? noun}: ${does.toLowerCase()}`;
}
