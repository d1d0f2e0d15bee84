// Every sentence of the console in English, area by area. The shape of this object is what ru.ts must have.
import { clues } from './en/clues';
import { condition } from './en/condition';
import { database } from './en/database';
import { duplicates } from './en/duplicates';
import { exportWords } from './en/exports';
import { home } from './en/home';
import { imports } from './en/imports';
import { jobs } from './en/jobs';
import { merge } from './en/merge';
import { peopleList } from './en/people';
import { person } from './en/person';
import { problems } from './en/problems';
import { search } from './en/search';
import { sections } from './en/sections';
import { segments } from './en/segments';
import { shell } from './en/shell';
import { signIn } from './en/sign-in';
import { timeline } from './en/timeline';
import { updates } from './en/updates';
import { words } from './en/words';

export const en = {
  ...clues,
  ...condition,
  ...database,
  ...duplicates,
  ...exportWords,
  ...home,
  ...imports,
  ...jobs,
  ...merge,
  ...peopleList,
  ...person,
  ...problems,
  ...search,
  ...sections,
  ...segments,
  ...shell,
  ...signIn,
  ...timeline,
  ...updates,
  ...words,
};

export type Messages = typeof en;
