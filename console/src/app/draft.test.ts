// Two people edit the same settings: what both changed is asked about, all else is kept.
import { expect, test, vi } from 'vitest';

vi.mock('../api/explain', () => ({
  explain: () => '',
  explainValue: () => '',
  wrongAt: () => undefined,
}));
const { Draft } = await import('./draft.svelte');

interface Settings {
  revision: number;
  name: string;
  role: string;
}
function draft(server: Settings) {
  const made = new Draft<Settings, { name: string; role: string }>(
    { ...server },
    {
      read: ({ name, role }) => ({ name, role }),
      save: (value, match) => {
        if (match !== `"${server.revision}"`)
          return Promise.resolve({
            ok: false,
            problem: { code: 'precondition_failed', status: 412, title: '', detail: '' },
          });
        Object.assign(server, value, { revision: server.revision + 1 });
        return Promise.resolve({ ok: true, data: { ...server }, etag: null });
      },
      again: () => Promise.resolve({ ok: true, data: { ...server }, etag: null }),
    },
  );
  return made;
}

test('different members are both kept, without a question', async () => {
  const server = { revision: 1, name: 'Ada', role: 'viewer' };
  const mine = draft(server);
  mine.value.name = 'Eve';
  Object.assign(server, { role: 'agent', revision: 2 });
  expect(await mine.save()).toMatchObject({ name: 'Eve', role: 'agent', revision: 3 });
});
test('the same member is asked about', async () => {
  const server = { revision: 1, name: 'Ada', role: 'viewer' };
  const mine = draft(server);
  mine.value.role = 'marketer';
  mine.value.name = 'Eve';
  Object.assign(server, { role: 'agent', revision: 2 });
  expect(await mine.save()).toBeNull();
  expect(mine.conflicts).toEqual([{ name: 'role', yours: 'marketer', theirs: 'agent' }]);
  mine.take();
  expect(mine.plain).toEqual({ name: 'Eve', role: 'agent' });
  expect(mine.dirty).toBe(true);
  expect(await mine.save()).toMatchObject({ name: 'Eve', role: 'agent' });
});
test('what was changed here can be kept', async () => {
  const server = { revision: 1, name: 'Ada', role: 'viewer' };
  const mine = draft(server);
  mine.value.role = 'marketer';
  Object.assign(server, { role: 'agent', name: 'Theirs', revision: 2 });
  await mine.save();
  expect(await mine.keep()).toMatchObject({ role: 'marketer', name: 'Theirs' });
});
