// Making one person of several, in English.
import { counter } from '../count';

const count = counter('en');

export const merge = {
  merge: {
    title: 'Merge',
    text: 'Two profiles of one person become one. The other profile is no longer listed, and everything that leads to it leads to the one that stays.',
    back: 'Back to the card',
    menu: 'Merge with another profile',
    lead: 'The profile that stays keeps its values and takes those that it lacks. Where values differ, choose one.',
    compare: 'The profiles side by side',
    whoStays: 'Which profile stays',
    after: 'Afterwards',
    added: (date: string) => `added ${date}`,
    leaveOut: (name: string) => `Leave ${name} out`,
    onlyDifferences: 'Differences only',
    noDifferences: 'No values differ. What one profile lacks, it takes from the other.',
    afterwards: 'Status and subscriptions afterwards',
    strictest: 'The stricter of both.',
    nobodyWakes:
      'Where two statuses differ, the stricter one stays. Nobody gets messages by a merge who got none before.',
    skipped: (n: number) =>
      `${count(n, { one: 'detail has', other: 'details have' })} no place in the profile that stays.`,
    comes: 'What comes along',
    history: 'The history of the other profile',
    segments: 'Its places in static segments',
    undoable: 'A merge can be undone on the card.',
    act: (n: number) => `Merge ${count(n, { one: 'profile', other: 'profiles' })}`,
    done: 'The profiles are merged',
    changed:
      'Somebody changed one of the profiles meanwhile. Here they are as they are now: look again before you merge.',
    chooseOther: 'Which other profile is the same person?',
    addAnother: 'Add another profile',
    alike: 'Those who look alike',
    nobodyAlike: 'Nobody shares a contact or a name with this person.',
    search: 'Search in this database',
    searchHint: 'By name, e-mail, phone or any other detail.',
    shared: {
      email: 'same e-mail',
      phone: 'same phone',
      name: 'same name',
      birth: 'same date of birth',
    },
  },
};
