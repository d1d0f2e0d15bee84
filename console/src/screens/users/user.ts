// A user, and what is edited of one.
import { api } from '../../api/client';
import type { Role, User } from '../../api/contract';
import { outcome } from '../../api/outcome';
import { Draft } from '../../app/draft.svelte';
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

export function draftOf(user: User): Draft<User, UserChoice> {
  const path = { id: user.id };
  return new Draft<User, UserChoice>(user, {
    read: ({ email, name, role, language, databases }) => ({
      email,
      name,
      role,
      language,
      databases: databases ?? null,
    }),
    save: (value, match) =>
      outcome(
        api.PATCH('/v1/users/{id}', {
          params: { path, header: { 'If-Match': match } },
          body: { ...value, email: value.email.trim(), name: value.name.trim() },
        }),
      ),
    again: () => outcome(api.GET('/v1/users/{id}', { params: { path } })),
    pointers: ['/email', '/name', '/databases'],
  });
}
