// What every form says, in English.
import { counter } from '../count';

const count = counter('en');

export const form = {
  form: {
    unsaved: 'Unsaved changes',
    discard: 'Discard',
    saved: 'Saved',
    lookAbove: 'Nothing is saved yet. The values marked in red need a look.',
    leaveTitle: 'Leave without saving?',
    leaveText: 'What you changed on this page is not saved yet and will be lost.',
    leave: 'Leave',
    stay: 'Go on editing',
    left: (n: number) => `${count(n, { one: 'character', other: 'characters' })} left`,
    typeIt: (phrase: string) => `To confirm, type ${phrase}`,
    optional: 'Optional',
    allOptions: 'Show all options',
    noOption: 'Nothing matches.',
    typeOn: 'Type on to see fewer.',
    move: (what: string, place: number, count: number) =>
      `Move ${what}, ${place} of ${count}. Use the arrow keys.`,
    conflictTitle: 'Somebody else changed this meanwhile',
    conflictText: 'Choose which values stay.',
    yours: 'Yours',
    theirs: 'Theirs',
    before: 'What it was before',
    keepYours: 'Keep mine',
    takeTheirs: 'Take theirs',
    nothing: 'nothing',
    yes: 'Yes',
    no: 'No',
  },
};
