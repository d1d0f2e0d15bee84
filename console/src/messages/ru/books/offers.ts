// What people subscribe to, and where, in Russian.
import { formPage } from '../form-page';
import { resourceSet } from '../resource-set';

export const book = { ...formPage, ...resourceSet };
