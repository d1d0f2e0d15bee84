// What every screen may say, in Russian.
import { form } from '../form';
import { problems } from '../problems';
import { search } from '../search';
import { sections } from '../sections';
import { setUpWords } from '../set-up';
import { shell } from '../shell';
import { signIn } from '../sign-in';
import { words } from '../words';

export const book = {
  ...form,
  ...problems,
  ...search,
  ...sections,
  ...setUpWords,
  ...shell,
  ...signIn,
  ...words,
};
