// Changes of definitions in words.
import { expect, test, vi } from 'vitest';
import { en } from '../../messages/en';

vi.mock('./kinds', () => ({ kindTitle: (kind: string) => kind }));
const { narrateDefinition } = await import('./definition');

const entry = (kind: string, changes: { field: string; before: unknown; after: unknown }[]) => ({
  id: '1',
  at: '2026-11-30T05:00:00Z',
  kind,
  actor: 'Ada',
  interface: 'console',
  changes,
  about: null,
});

test('one that was made is named, and not shown whole', () => {
  const story = narrateDefinition(
    entry('view.created', [
      { field: 'views/1', before: null, after: { name: 'Paris', columns: [] } },
    ]),
    en,
  );
  expect(story.title).toBe('view.created: Paris');
  expect(story.changes).toEqual([]);
  expect(story.who).toContain('Ada');
});
test('a member that changed is called by its name', () => {
  const story = narrateDefinition(
    entry('segment.updated', [{ field: 'segments/3/name', before: 'a', after: 'b' }]),
    en,
  );
  expect(story.changes).toEqual([{ label: 'Name', before: 'a', after: 'b' }]);
});
