// Every sentence of the console in Russian, area by area.
import { audit } from './ru/audit';
import { clues } from './ru/clues';
import { condition } from './ru/condition';
import { control } from './ru/control';
import { database } from './ru/database';
import { dbSettings } from './ru/db-settings';
import { duplicates } from './ru/duplicates';
import { exportWords } from './ru/exports';
import { fieldSet } from './ru/field-set';
import { form } from './ru/form';
import { formPage } from './ru/form-page';
import { home } from './ru/home';
import { hookRules } from './ru/hook-rules';
import { imports } from './ru/imports';
import { jobs } from './ru/jobs';
import { merge } from './ru/merge';
import { outbox } from './ru/outbox';
import { peopleList } from './ru/people';
import { person } from './ru/person';
import { problems } from './ru/problems';
import { relationType } from './ru/relation-type';
import { resourceSet } from './ru/resource-set';
import { schedule } from './ru/schedule';
import { search } from './ru/search';
import { sections } from './ru/sections';
import { segments } from './ru/segments';
import { setUpWords } from './ru/set-up';
import { shell } from './ru/shell';
import { signIn } from './ru/sign-in';
import { suppressions } from './ru/suppressions';
import { timeline } from './ru/timeline';
import { tokens } from './ru/tokens';
import { updates } from './ru/updates';
import { users } from './ru/users';
import { watchers } from './ru/watchers';
import { webhooks } from './ru/webhooks';
import { words } from './ru/words';
import type { Messages } from './en';

export const ru: Messages = {
  ...audit,
  ...clues,
  ...condition,
  ...control,
  ...database,
  ...dbSettings,
  ...duplicates,
  ...exportWords,
  ...fieldSet,
  ...form,
  ...formPage,
  ...home,
  ...hookRules,
  ...imports,
  ...jobs,
  ...merge,
  ...outbox,
  ...peopleList,
  ...person,
  ...problems,
  ...relationType,
  ...resourceSet,
  ...schedule,
  ...search,
  ...sections,
  ...segments,
  ...setUpWords,
  ...shell,
  ...signIn,
  ...suppressions,
  ...timeline,
  ...tokens,
  ...updates,
  ...users,
  ...watchers,
  ...webhooks,
  ...words,
};
