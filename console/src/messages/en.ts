// Every sentence of the console in English, area by area. The shape of this object is what ru.ts must have.
import { database } from './en/database';
import { form } from './en/form';
import { hookRules } from './en/hook-rules';
import { home } from './en/home';
import { imports } from './en/imports';
import { person } from './en/person';
import { problems } from './en/problems';
import { search } from './en/search';
import { sections } from './en/sections';
import { shell } from './en/shell';
import { signIn } from './en/sign-in';
import { setup } from './en/setup';
import { users } from './en/users';
import { tokens } from './en/tokens';
import { webhooks } from './en/webhooks';
import { watchers } from './en/watchers';
import { suppressions } from './en/suppressions';
import { control } from './en/control';
import { outbox } from './en/outbox';
import { audit } from './en/audit';
import { words } from './en/words';

export const en = {
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

export type Messages = typeof en;
