// Every sentence of the console in English, area by area. The shape of this object is what ru.ts must have.
import { clues } from './en/clues';
import { condition } from './en/condition';
import { database } from './en/database';
import { dbSettings } from './en/db-settings';
import { duplicates } from './en/duplicates';
import { exportWords } from './en/exports';
import { fieldSet } from './en/field-set';
import { form } from './en/form';
import { formPage } from './en/form-page';
import { home } from './en/home';
import { imports } from './en/imports';
import { jobs } from './en/jobs';
import { merge } from './en/merge';
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
import { timeline } from './en/timeline';
import { updates } from './en/updates';
import { words } from './en/words';

export const en = {
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

export type Messages = typeof en;
