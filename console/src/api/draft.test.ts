// Saving a difference: what changed, and what happens when somebody else saved first.
import { expect, test } from 'vitest';
import { changed, Draft } from './draft.svelte';
import type { Outcome } from './outcome';

const stale: Outcome<never> = {
  ok: false,
  problem: { code: 'precondition_failed', status: 412, title: '', detail: '' },
};
const begun = () => new Draft({ name: 'Letter', url: '', tags: ['a'] }, '"1"');

test('only what differs is sent', async () => {
  expect(changed({ a: 1, b: [1] }, { a: 2, b: [1] })).toEqual(['a']);
  const draft = begun();
  draft.value.name = 'News';
  let sent: unknown;
  await draft.save(
    async (changes, etag) => {
      sent = [changes, etag];
      return { ok: true, data: { name: 'News', url: '', tags: ['a'] }, etag: '"2"' };
    },
    async () => stale,
  );
  expect(sent).toEqual([{ name: 'News' }, '"1"']);
  expect(draft.dirty).toBe(false);
  expect(draft.etag).toBe('"2"');
});
test('somebody else’s change of something else is no conflict', async () => {
  const draft = begun();
  draft.value.name = 'News';
  let asked = 0;
  const saved = await draft.save(
    async (changes) =>
      (asked += 1) === 1
        ? stale
        : { ok: true, data: { name: changes.name!, url: 'x', tags: ['a'] }, etag: '"3"' },
    async () => ({ ok: true, data: { name: 'Letter', url: 'x', tags: ['a'] }, etag: '"2"' }),
  );
  expect(saved).toBe(true);
  expect(draft.value).toEqual({ name: 'News', url: 'x', tags: ['a'] });
});
test('two values for one member are shown, and one is chosen', async () => {
  const draft = begun();
  draft.value.name = 'News';
  const saved = await draft.save(
    async () => stale,
    async () => ({ ok: true, data: { name: 'Post', url: 'x', tags: ['a'] }, etag: '"2"' }),
  );
  expect(saved).toBe(false);
  expect(draft.contested).toEqual(['name']);
  draft.decide(true);
  expect([draft.value.name, draft.value.url, draft.dirty]).toEqual(['News', 'x', true]);
});
test('what was typed stays when the server refuses', async () => {
  const draft = begun();
  draft.value.name = '';
  const problem = { code: 'validation_failed', status: 422, title: '', detail: '' };
  await draft.save(
    async () => ({ ok: false, problem }),
    async () => stale,
  );
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
