// Every sentence of the console in Russian, area by area.
import { database } from './ru/database';
import { form } from './ru/form';
import { hookRules } from './ru/hook-rules';
import { home } from './ru/home';
import { imports } from './ru/imports';
import { person } from './ru/person';
import { problems } from './ru/problems';
import { search } from './ru/search';
import { sections } from './ru/sections';
import { shell } from './ru/shell';
import { signIn } from './ru/sign-in';
import { setup } from './ru/setup';
import { users } from './ru/users';
import { tokens } from './ru/tokens';
import { webhooks } from './ru/webhooks';
import { watchers } from './ru/watchers';
import { suppressions } from './ru/suppressions';
import { control } from './ru/control';
import { outbox } from './ru/outbox';
import { audit } from './ru/audit';
import { words } from './ru/words';
import type { Messages } from './en';

export const ru: Messages = {
  ...sections,
  ...shell,
  ...signIn,
  ...form,
  ...home,
  ...search,
  ...database,
  ...words,
  ...person,
  ...imports,
  ...problems,
  ...audit,
  ...outbox,
  ...control,
  ...suppressions,
  ...watchers,
  ...webhooks,
  ...hookRules,
  ...tokens,
  ...users,
  ...setup,
};
