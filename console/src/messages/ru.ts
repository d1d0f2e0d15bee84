// Every sentence of the console in Russian, area by area.
import { clues } from './ru/clues';
import { condition } from './ru/condition';
import { database } from './ru/database';
import { dbSettings } from './ru/db-settings';
import { duplicates } from './ru/duplicates';
import { exportWords } from './ru/exports';
import { fieldSet } from './ru/field-set';
import { form } from './ru/form';
import { formPage } from './ru/form-page';
import { home } from './ru/home';
import { imports } from './ru/imports';
import { jobs } from './ru/jobs';
import { merge } from './ru/merge';
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
import { timeline } from './ru/timeline';
import { updates } from './ru/updates';
import { words } from './ru/words';
import type { Messages } from './en';

export const ru: Messages = {
  ...clues,
  ...condition,
  ...database,
  ...dbSettings,
  ...duplicates,
  ...exportWords,
  ...fieldSet,
  ...form,
  ...formPage,
  ...home,
  ...imports,
  ...jobs,
  ...merge,
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
  ...timeline,
  ...updates,
  ...words,
};
