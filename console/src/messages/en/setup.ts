// What the screens of the set-up share, in English: secrets, databases, periods, refusals.
import { counter } from '../count';

const count = counter('en');

export const setup = {
  secret: {
    copy: 'Copy',
    once: 'It is shown only this once. Copy it now and keep it safe.',
    kept: 'Done',
    same: 'Both versions say the same. Saving again is safe.',
  },
  databaseChoice: {
    legend: 'Databases',
    all: 'All databases',
    some: 'Only some',
    none: 'Choose at least one database.',
    count: (n: number) => count(n, { one: 'database', other: 'databases' }),
  },
  period: {
    from: 'From',
    to: 'To',
    any: 'Any',
    noneFound: 'Nothing matches these filters',
    reset: 'Reset the filters',
  },
  refusals: {
    email_taken: 'Somebody with this e-mail is here already.',
    name_taken: 'This name is taken already.',
    last_admin:
      'This is the last administrator who can sign in. Make somebody else an administrator first.',
    global_list: 'The global list stays. It can be cleared.',
    wrong_state: 'It is in another state by now. Look again.',
    confirmation_needed: 'The name that was typed is another one.',
  } as Record<string, string>,
};
