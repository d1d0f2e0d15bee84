// Lists of people, and conditions that choose them, in Russian.
import { condition } from '../condition';
import { database } from '../database';
import { peopleList } from '../people';
import { segments } from '../segments';

export const book = { ...condition, ...database, ...peopleList, ...segments };
