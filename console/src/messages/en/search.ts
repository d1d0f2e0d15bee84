// Finding people, in English.
import { counter } from '../count';

const count = counter('en');

export const search = {
  search: {
    label: 'Search people',
    placeholder: 'Search by name, e-mail, phone …',
    title: 'Find people',
    titleOf: (q: string) => `${q} – search`,
    start: 'Who are you looking for?',
    startText: 'Type a part of a name, an address or some digits of a number.',
    examples: 'What you can type',
    exampleName: 'words that begin so, in any order',
    exampleNumber: 'a phone number in any spelling',
    exampleField: 'the value of one field',
    exampleStatus: 'everybody with this status',
    none: (q: string) => `Nobody matches “${q}”`,
    noneText: 'Check the spelling, or type less: a part of a word is enough.',
    noneNarrow: 'You are searching in a part of the data only.',
    everywhere: 'Search everywhere',
    short: 'Type at least two letters or digits.',
    failed: 'The search didn’t work',
    slow: 'This takes longer than usual …',
    found: (n: number, more: boolean) =>
      more
        ? `More than ${count(n, { one: 'person', other: 'people' })}`
        : count(n, { one: 'person', other: 'people' }),
    within: 'Search in',
    all: 'Profiles and subscriptions',
    profiles: 'Profiles',
    subscriptions: 'Subscriptions',
    database: 'Database',
    allDatabases: 'All databases',
    allResults: (q: string) => `All results for “${q}”`,
    fields: 'Search in one field',
    keys: 'to choose',
    open: 'to open',
    results: 'Search results',
    unnamed: 'No name',
  },
};
