// What a token may do, in groups that people know, and in one sentence.
import type { Messages } from '../../messages/en';

export interface ScopeNoun {
  noun: string;
  /** The scopes of it that one may give away. */
  scopes: { read?: string; write?: string };
}

const groups: { name: keyof Messages['scopeGroups']; nouns: string[] }[] = [
  { name: 'people', nouns: ['profiles', 'search', 'relations', 'history', 'links', 'events'] },
  { name: 'audiences', nouns: ['segments', 'imports', 'exports', 'views'] },
  {
    name: 'channels',
    nouns: ['resources', 'forms', 'suppressions', 'outbox', 'control-groups'],
  },
  { name: 'system', nouns: ['databases', 'connectors', 'hooks', 'tokens', 'users', 'jobs'] },
];

/** The groups with the scopes that the reader has; one that we have no word for goes to the last. */
export function scopeGroups(own: readonly string[]): { name: string; nouns: ScopeNoun[] }[] {
  const known = new Set(groups.flatMap((group) => group.nouns));
  const others = [...new Set(own.map((scope) => scope.split(':')[0] ?? ''))].filter(
    (noun) => noun && !known.has(noun),
  );
  return groups
    .map((group) => ({
      name: group.name,
      nouns: [...group.nouns, ...(group.name === 'system' ? others : [])]
        .map((noun) => ({ noun, scopes: scopesOf(noun, own) }))
        .filter(({ scopes }) => scopes.read || scopes.write),
    }))
    .filter((group) => group.nouns.length);
}

function scopesOf(noun: string, own: readonly string[]): ScopeNoun['scopes'] {
  const read = `${noun}:read`;
  // Waiting jobs are run: that changes things.
  const write = own.includes(`${noun}:run`) ? `${noun}:run` : `${noun}:write`;
  return {
    ...(own.includes(read) ? { read } : {}),
    ...(own.includes(write) ? { write } : {}),
  };
}

/** What scopes allow, as short sentences. */
export function scopeSentences(
  scopes: readonly string[],
  all: readonly string[],
  words: Messages,
): string[] {
  const has = new Set(scopes);
  if (all.length && all.every((scope) => has.has(scope))) return [words.tokens.doesAll];
  const name = (scope: string) => {
    const noun = scope.split(':')[0] ?? scope;
    return words.scopeNouns[noun] ?? noun;
  };
  const list = (some: readonly string[]) =>
    [...new Set(some.map(name))]
      .map((word, index) => (index ? word.charAt(0).toLowerCase() + word.slice(1) : word))
      .join(', ');
  const reading = scopes.filter((scope) => /:(read|admin)$/.test(scope));
  const writing = scopes.filter((scope) => !scope.endsWith(':read'));
  const readable = all.filter((scope) => scope.endsWith(':read'));
  const readsAll = readable.length > 0 && readable.every((scope) => has.has(scope));
  return [
    ...(readsAll
      ? [words.tokens.readAll]
      : reading.length
        ? [words.tokens.reads(list(reading))]
        : []),
    ...(writing.length ? [words.tokens.changes(list(writing))] : []),
  ];
}
