// Saving a difference: what changed, and what happens when somebody else saved first.
import { expect, test } from 'vitest';
import { changed, Draft } from './draft.svelte';
import type { Outcome } from './outcome';

const stale: Outcome<never> = {
  ok: false,
  problem: { code: 'precondition_failed', status: 412, title: '', detail: '' },
};
type Letter = { name: string; url: string; tags: string[] };
type Ways = NonNullable<ConstructorParameters<typeof Draft<Letter>>[2]>;
const begun = (save: Ways['save'] = async () => stale, again: Ways['again'] = async () => stale) =>
  new Draft<Letter>({ name: 'Letter', url: '', tags: ['a'] }, '"1"', { save, again });

test('only what differs is sent', async () => {
  expect(changed({ a: 1, b: [1] }, { a: 2, b: [1] })).toEqual(['a']);
  let sent: unknown;
  const draft = begun(async ({ changes, etag }) => {
    sent = [changes, etag];
    return { ok: true, data: { name: 'News', url: '', tags: ['a'] }, etag: '"2"' };
  });
  draft.value.name = 'News';
  await draft.save();
  expect(sent).toEqual([{ name: 'News' }, '"1"']);
  expect(draft.dirty).toBe(false);
  expect(draft.etag).toBe('"2"');
});
test('somebody else’s change of something else is no conflict', async () => {
  let asked = 0;
  const draft = begun(
    async ({ changes }) =>
      (asked += 1) === 1
        ? stale
        : { ok: true, data: { name: changes.name!, url: 'x', tags: ['a'] }, etag: '"3"' },
    async () => ({ ok: true, data: { name: 'Letter', url: 'x', tags: ['a'] }, etag: '"2"' }),
  );
  draft.value.name = 'News';
  expect(await draft.save()).toMatchObject({ name: 'News', url: 'x' });
  expect(draft.value).toEqual({ name: 'News', url: 'x', tags: ['a'] });
});
test('two values for one member are shown, and one is chosen', async () => {
  const draft = begun(
    async () => stale,
    async () => ({ ok: true, data: { name: 'Post', url: 'x', tags: ['a'] }, etag: '"2"' }),
  );
  draft.value.name = 'News';
  expect(await draft.save()).toBe(null);
  expect(draft.conflicts).toEqual([{ name: 'name', yours: 'News', theirs: 'Post' }]);
  draft.decide(true);
  expect([draft.value.name, draft.value.url, draft.dirty]).toEqual(['News', 'x', true]);
});
test('what was typed stays when the server refuses', async () => {
  const problem = { code: 'validation_failed', status: 422, title: '', detail: '' };
  const draft = begun(async () => ({ ok: false, problem }));
  draft.value.name = '';
  await draft.save();
  expect([draft.value.name, draft.problem]).toEqual(['', problem]);
});
test('a value that was changed since is no longer called wrong', () => {
  const draft = begun();
  draft.problem = {
    code: 'validation_failed',
    status: 422,
    title: '',
    detail: '',
    errors: [
      { pointer: '/name', code: 'empty', detail: '' },
      { pointer: '/tags/0', code: 'too_long', detail: '' },
    ],
  };
  draft.value.name = 'News';
  expect(draft.standing?.errors?.map((one) => one.pointer)).toEqual(['/tags/0']);
  draft.value.tags = [];
  expect(draft.standing).toBe(null);
  expect(draft.problem).not.toBe(null);
});

interface Settings {
  revision: number;
  name: string;
  role: string;
}
/** A part of something is edited, which has more. */
function part(server: Settings) {
  return new Draft<{ name: string; role: string }, Settings>(
    { ...server },
    `"${server.revision}"`,
    {
      read: ({ name, role }) => ({ name, role }),
      save: async ({ value, etag }) => {
        if (etag !== `"${server.revision}"`) return stale;
        Object.assign(server, value, { revision: server.revision + 1 });
        return { ok: true, data: { ...server }, etag: `"${server.revision}"` };
      },
      again: async () => ({ ok: true, data: { ...server }, etag: `"${server.revision}"` }),
    },
  );
}
test('of a part, different members are both kept, without a question', async () => {
  const server = { revision: 1, name: 'Ada', role: 'viewer' };
  const mine = part(server);
  mine.value.name = 'Eve';
  Object.assign(server, { role: 'agent', revision: 2 });
  expect(await mine.save()).toMatchObject({ name: 'Eve', role: 'agent', revision: 3 });
});
test('of a part, theirs is taken where both changed the same, and the rest of mine stays', async () => {
  const server = { revision: 1, name: 'Ada', role: 'viewer' };
  const mine = part(server);
  mine.value.role = 'marketer';
  mine.value.name = 'Eve';
  Object.assign(server, { role: 'agent', revision: 2 });
  expect(await mine.save()).toBe(null);
  expect(mine.conflicts).toEqual([{ name: 'role', yours: 'marketer', theirs: 'agent' }]);
  mine.decide(false);
  expect(mine.plain).toEqual({ name: 'Eve', role: 'agent' });
  expect(await mine.save()).toMatchObject({ name: 'Eve', role: 'agent' });
});
