// Every sentence of the console in English, area by area. The shape of this object is what ru.ts must have.
import { audit } from './en/audit';
import { clues } from './en/clues';
import { condition } from './en/condition';
import { control } from './en/control';
import { database } from './en/database';
import { dbSettings } from './en/db-settings';
import { duplicates } from './en/duplicates';
import { exportWords } from './en/exports';
import { fieldSet } from './en/field-set';
import { form } from './en/form';
import { formPage } from './en/form-page';
import { home } from './en/home';
import { hookRules } from './en/hook-rules';
import { imports } from './en/imports';
import { jobs } from './en/jobs';
import { merge } from './en/merge';
import { outbox } from './en/outbox';
import { peopleList } from './en/people';
import { person } from './en/person';
import { problems } from './en/problems';
import { relationType } from './en/relation-type';
import { resourceSet } from './en/resource-set';
import { schedule } from './en/schedule';
import { search } from './en/search';
import { sections } from './en/sections';
import { segments } from './en/segments';
import { setUpWords } from './en/set-up';
import { shell } from './en/shell';
import { signIn } from './en/sign-in';
import { suppressions } from './en/suppressions';
import { timeline } from './en/timeline';
import { tokens } from './en/tokens';
import { updates } from './en/updates';
import { users } from './en/users';
import { watchers } from './en/watchers';
import { webhooks } from './en/webhooks';
import { words } from './en/words';

export const en = {
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

export type Messages = typeof en;
