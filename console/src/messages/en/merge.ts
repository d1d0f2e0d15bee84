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
    compareAct: 'Compare',
    merges: 'Merged profiles',
    mergedOn: (n: number, date: string) =>
      `${count(n, { one: 'profile was', other: 'profiles were' })} merged into this one on ${date}`,
    undoneOn: (date: string) => `A merge, undone on ${date}`,
    undo: 'Undo',
    undoTitle: 'Undo this merge',
    undoText:
      'The profile that was merged is there again, with its values, subscriptions and history. This one gives back what it got, as far as nobody has changed it since.',
    undoAct: 'Undo the merge',
    undone: 'The merge is undone',
    restored: (n: number) =>
      `${count(n, { one: 'profile', other: 'profiles' })} will be there again.`,
    keptTitle: 'What stays as it is',
    kept: {
      changed_since: 'Somebody has changed it since.',
      would_wake: 'Giving it back would send messages to somebody who said no.',
      does_not_fit: 'The field is another one now, or is gone.',
    } as Record<string, string>,
    undoProblems: {
      already_undone: 'This merge was undone already.',
      database_gone: 'The database of the merged profile is gone, so the merge can’t be undone.',
    } as Record<string, string>,
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
