// Every sentence of the console in Russian, book by book.
import type { Messages } from './en';
import { book as core } from './ru/books/core';
import { book as home } from './ru/books/home';
import { book as loading } from './ru/books/loading';
import { book as offers } from './ru/books/offers';
import { book as people } from './ru/books/people';
import { book as person } from './ru/books/person';
import { book as structure } from './ru/books/structure';
import { book as system } from './ru/books/system';

export const ru: Messages = {
  ...core,
  ...home,
  ...loading,
  ...offers,
  ...people,
  ...person,
  ...structure,
  ...system,
};
