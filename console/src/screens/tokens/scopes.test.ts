// Scopes stand in groups and speak in sentences.
import { expect, test } from 'vitest';
import { en } from '../../messages/en';
import { scopeGroups, scopeSentences } from './scopes';

const own = ['profiles:read', 'profiles:write', 'events:write', 'jobs:run', 'moons:read'];

test('only what one has oneself can be given away', () => {
  const groups = scopeGroups(own);
  expect(groups.map((group) => group.name)).toEqual(['people', 'system']);
  expect(groups[0]?.nouns.map((one) => one.noun)).toEqual(['profiles', 'events']);
  expect(groups[1]?.nouns).toEqual([
    { noun: 'jobs', scopes: { write: 'jobs:run' } },
    { noun: 'moons', scopes: { read: 'moons:read' } },
  ]);
});
test('what a token may do in words', () => {
  expect(scopeSentences(['profiles:read', 'events:write'], own, en)).toEqual([
    'Reads: People',
    'Changes: Events',
  ]);
  expect(scopeSentences(own, own, en)).toEqual(['May do everything']);
  expect(scopeSentences(['profiles:read', 'moons:read'], own, en)).toEqual(['Reads everything']);
});
