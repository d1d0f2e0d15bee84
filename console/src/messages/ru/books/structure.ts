// What a database is made of, and its settings, in Russian.
import { connector } from '../connector';
import { control } from '../control';
import { dbSettings } from '../db-settings';
import { fieldSet } from '../field-set';
import { relationType } from '../relation-type';
import { schedule } from '../schedule';

export const book = {
  ...connector,
  ...control,
  ...dbSettings,
  ...fieldSet,
  ...relationType,
  ...schedule,
};
