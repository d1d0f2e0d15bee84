// A user, and what is edited of one.
import { api } from '../../api/client';
import type { Role, User } from '../../api/contract';
import { outcome } from '../../api/outcome';
import { Draft } from '../../api/draft.svelte';
import type { Language } from '../../app/preferences';

export const roles: readonly Role[] = ['viewer', 'agent', 'marketer', 'admin'];

export interface UserChoice {
  email: string;
  name: string;
  role: Role;
  language: Language;
  databases: string[] | null;
}

export const calledBy = (user: Pick<User, 'name' | 'email'>): string => user.name || user.email;

export function draftOf(user: User): Draft<UserChoice, User> {
  const path = { id: user.id };
  return new Draft<UserChoice, User>(user, `"${user.revision}"`, {
    read: ({ email, name, role, language, databases }) => ({
      email,
      name,
      role,
      language,
      databases: databases ?? null,
    }),
    save: ({ value, etag }) =>
      outcome(
        api.PATCH('/v1/users/{id}', {
          params: { path, header: { 'If-Match': etag } },
          body: { ...value, email: value.email.trim(), name: value.name.trim() },
        }),
      ),
    again: () => outcome(api.GET('/v1/users/{id}', { params: { path } })),
    pointers: ['/email', '/name', '/databases'],
  });
}
