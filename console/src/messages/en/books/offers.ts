// What people subscribe to, and where, in English.
import { formPage } from '../form-page';
import { resourceSet } from '../resource-set';

export const book = { ...formPage, ...resourceSet };
