// Changes of definitions speak in words.
import { expect, test, vi } from 'vitest';
import { en } from '../../messages/en';
import { ru } from '../../messages/ru';

vi.mock('../../messages/dates', () => ({
  day: (value: string) => value.slice(0, 10),
  moment: (value: string) => value.slice(0, 16),
  number: String,
}));
const { tell } = await import('./tell');
type Change = Parameters<typeof tell>[0];
const change = (kind: string, changes: object[]): Change =>
  ({
    id: '1',
    at: '2026-11-30T05:00:00Z',
    kind,
    noun: kind.split('.')[0],
    definition_id: '5',
    actor: 'Ada',
    interface: 'api',
    changes,
  }) as Change;

test('what was added is named by its own name, and shown member by member', () => {
  const entry = tell(
    change('user.created', [
      {
        field: 'users/5',
        before: null,
        after: { email: 'a@b.cc', name: '', role: 'viewer', databases: null },
      },
    ]),
    en,
    () => undefined,
  );
  expect(entry.title).toBe('User a@b.cc: added');
  expect(entry.changes).toEqual([
    { label: 'E-mail', before: '', after: 'a@b.cc' },
    { label: 'Role', before: '', after: 'viewer' },
  ]);
});
test('what was changed is named by who knows it', () => {
  const entry = tell(
    change('control_group.updated', [{ field: 'control_groups/5/percent', before: 5, after: 6 }]),
    ru,
    (_, id) => `База ${id}`,
  );
  expect(entry.title).toBe('Контрольная группа База 5: изменение');
  expect(entry.changes).toEqual([{ label: 'Проценты', before: '5', after: '6' }]);
});
test('moments are written as people write them, acts without a word stay', () => {
  const entry = tell(
    change('token.some_act', [
      { field: 'tokens/5/expires_at', before: null, after: '2026-12-07T05:48:26.688Z' },
    ]),
    en,
    () => undefined,
  );
  expect(entry.title).toBe('Token № 5: some act');
  expect(entry.changes[0]?.after).toBe('2026-12-07T05:48');
});

test('what is nested is shown part by part, and what isn’t chosen is left out', () => {
  const entry = tell(
    change('resource.updated', [
      {
        field: 'resources/5/double_opt_in',
        before: { enabled: true, from: '', link_days: 7, sources: ['form'], texts: {} },
        after: {
          enabled: true,
          from: 'a@b.cc',
          link_days: 9,
          sources: ['form'],
          texts: { en: {} },
        },
      },
      { field: 'resources/5/categories', before: [], after: [{ name: 'x', title: 'News' }] },
    ]),
    en,
    () => 'Letter',
  );
  expect(entry.changes).toEqual([
    { label: 'Double opt-in: Address of the sender', before: '', after: 'a@b.cc' },
    { label: 'Double opt-in: The link works for (days)', before: '7', after: '9' },
    { label: 'Double opt-in: Texts', before: '', after: 'set' },
    { label: 'Topics', before: '', after: 'News' },
  ]);
});
