// The list of people, its columns and saved views, in English.
import { counter } from '../count';

const count = counter('en');
const people = { one: 'person', other: 'people' };

export const peopleList = {
  people: {
    loadFile: 'Load a file',
    toSegment: 'Put into a segment',
    segmentName: 'Name of the segment',
    segmentNameTaken: 'There is a segment with this name already.',
    table: 'People, arrows move from row to row',
    count: (n: number, more: boolean, narrowed: boolean) =>
      `${more ? 'At least ' : ''}${count(n, people)}${narrowed ? ' in this list' : ''}`,
    changed: (n: number) => `${count(n, people)} changed`,
    manyChanged: (n: number) => `More than ${count(n, people)} changed`,
    someChanged: 'People changed since you opened this list',
    sinceOpened: ' since you opened this list',
    showChanged: 'Show',
    columns: 'Columns',
    slowOrder:
      'There are too many people to sort them this way. Narrow the list with a filter, or choose an order by the day they were added.',
    newestFirst: 'Newest first',
    oldestFirst: 'Oldest first',
    filter: 'Filter',
    filterTitle: 'Whom to show',
    conditions: (n: number) =>
      n ? count(n, { one: 'condition', other: 'conditions' }) : 'everybody',
    noFilter: 'Remove the filter',
    showAll: 'Show everybody',
    none: 'Nobody is in this list',
    noneText: 'No one meets the filter. Take a condition away, or show everybody.',
    choose: (name: string) => `Choose ${name}`,
    chooseShown: 'Choose everybody who is loaded',
    selection: 'Chosen people',
    chosen: (n: number) => `${count(n, people)} chosen`,
    allChosen: (n: number | null) =>
      n === null ? 'Everybody in this list is chosen' : `All ${count(n, people)} chosen`,
    chooseAll: (n: number | null) =>
      n === null ? 'Choose everybody in this list' : `Choose all ${count(n, people)}`,
    chooseNobody: 'Choose nobody',
    export: 'Export',
    change: 'Change',
    segment: 'Segment',
    newSegment: 'A new segment',
    noStatic: 'There is no static segment yet. A marketer can make one.',
    chooseSegment: 'Choose a segment.',
    segmentText: 'A static segment keeps the people who are put into it.',
    put: (n: number, name: string) =>
      n ? `${count(n, people)} put into ${name}` : `They were all in ${name} already`,
    putting: (name: string) => `The people are being put into ${name}`,
    chosenOn: (date: string, number: string) => `Chosen on ${date} (${number})`,
  },
  columns: {
    text: 'They stand in this order. Keep them in a saved view to find them again.',
    chosen: 'Shown',
    others: 'Not shown',
    search: 'Find a column',
    up: (name: string) => `Move ${name} up`,
    down: (name: string) => `Move ${name} down`,
    takeOut: (name: string) => `Don’t show ${name}`,
    add: (name: string) => `Add ${name}`,
    none: 'No column is chosen',
    noneFound: 'There is no other column like this',
    reset: 'As before',
    done: 'Done',
  },
  views: {
    label: 'Saved views',
    everybody: 'Everybody',
    save: 'Save the view',
    saveAs: 'Save as a view',
    saveText: 'The columns and the filter are kept under a name. Your colleagues see the view too.',
    name: 'Name of the view',
    rename: 'Rename the view',
    remove: 'Delete the view',
    removeTitle: (name: string) => `Delete the view ${name}?`,
    removeText: 'It goes for your colleagues too. The people that it shows stay.',
    removed: (name: string) => `The view ${name} is deleted`,
    saved: (name: string) => `The view ${name} is saved`,
    actions: (name: string) => `More about the view ${name}`,
    taken: 'There is a view with this name already.',
    gone: 'This view isn’t here any more. Everybody is shown.',
    renamedMeanwhile:
      'Somebody else has just changed this view. Save again to rename it all the same.',
    conflictText: (name: string) =>
      `While you were working, ${name} was changed. Choose which one stays.`,
  },
};
