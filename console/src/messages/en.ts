// Every sentence of the console in English, area by area. The shape of this object is what ru.ts must have.
import { database } from './en/database';
import { form } from './en/form';
import { home } from './en/home';
import { imports } from './en/imports';
import { person } from './en/person';
import { problems } from './en/problems';
import { search } from './en/search';
import { sections } from './en/sections';
import { setUpWords } from './en/set-up';
import { shell } from './en/shell';
import { signIn } from './en/sign-in';
import { dbSettings } from './en/db-settings';
import { fieldSet } from './en/field-set';
import { resourceSet } from './en/resource-set';
import { formPage } from './en/form-page';
import { schedule } from './en/schedule';
import { relationType } from './en/relation-type';
import { words } from './en/words';

export const en = {
  ...sections,
  ...setUpWords,
  ...shell,
  ...signIn,
  ...form,
  ...home,
  ...search,
  ...database,
  ...words,
  ...person,
  ...imports,
  ...dbSettings,
  ...fieldSet,
  ...resourceSet,
  ...formPage,
  ...schedule,
  ...relationType,
  ...problems,
};

export type Messages = typeof en;
