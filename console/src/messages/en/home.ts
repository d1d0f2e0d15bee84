// The home page, in English.
import { counter } from '../count';

const count = counter('en');

export const home = {
  home: {
    title: 'Home',
    greeting: (name: string) => `Hello, ${name}`,
    lead: 'Find a person by name, e-mail, phone or any other detail.',
    people: (n: number) => count(n, { one: 'person', other: 'people' }),
    none: 'There are no databases yet',
    noneText:
      'A database holds people with the same fields. An administrator creates the first one.',
    inControl: (n: number) =>
      `${count(n, { one: 'person', other: 'people' })} in the control group`,
  },
};
