// Every sentence of the console in Russian, area by area.
import { database } from './ru/database';
import { form } from './ru/form';
import { home } from './ru/home';
import { imports } from './ru/imports';
import { person } from './ru/person';
import { problems } from './ru/problems';
import { search } from './ru/search';
import { sections } from './ru/sections';
import { setUpWords } from './ru/set-up';
import { shell } from './ru/shell';
import { signIn } from './ru/sign-in';
import { dbSettings } from './ru/db-settings';
import { fieldSet } from './ru/field-set';
import { resourceSet } from './ru/resource-set';
import { formPage } from './ru/form-page';
import { schedule } from './ru/schedule';
import { relationType } from './ru/relation-type';
import { words } from './ru/words';
import type { Messages } from './en';

export const ru: Messages = {
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
