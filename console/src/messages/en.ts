// Every sentence of the console in English, book by book. The shape of this object is what ru.ts must have;
// the console itself loads the books that a screen needs (index.svelte.ts).
import { book as core } from './en/books/core';
import { book as home } from './en/books/home';
import { book as loading } from './en/books/loading';
import { book as offers } from './en/books/offers';
import { book as people } from './en/books/people';
import { book as person } from './en/books/person';
import { book as structure } from './en/books/structure';
import { book as system } from './en/books/system';

export const en = {
  ...core,
  ...home,
  ...loading,
  ...offers,
  ...people,
  ...person,
  ...structure,
  ...system,
};

export type Messages = typeof en;
