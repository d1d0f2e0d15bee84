// The control group of a database and its report, in English.
import { counter } from '../count';

const count = counter('en');
const people = { one: 'person', other: 'people' };

export const control = {
  control: {
    lead: 'Some people get no messages on purpose. What they do shows what the messages achieve with all others.',
    none: 'There is no control group yet',
    noneText:
      'With one, a share of the people gets no messages, and a report compares them with the rest.',
    make: 'Make a control group',
    failed: 'The control group can’t be shown',
    gone: 'There is no control group any more',
    edit: 'Edit the settings',
    remove: 'Delete',
    removeTitle: 'Delete the control group?',
    removeText:
      'Everybody gets messages again. Who was in the group, and what was compared, is lost; a new group draws other people.',
    removed: 'The control group is deleted',
    saved: 'The control group is saved',
    tabs: { label: 'Parts of the control group', group: 'Group', report: 'Report' },
    members: (n: number) => `${count(n, people)} in the group`,
    membersNote: (percent: string) => `${percent} of all people, drawn by lot`,
    off: 'Switched off: at the moment everybody gets messages.',
    drawing: 'People are being drawn. Until that is done those who were in before are in.',
    drawWaits: 'The draw begins in a moment.',
    drawDone: (share: string) => `${share} looked at`,
    drawFailed: 'The draw failed:',
    percent: 'Share of the people, in percent',
    percentHint: 'From 0.01 to 50. 5 is usual.',
    enabled: 'The group is on',
    enabledHint:
      'Switched off, everybody leaves it at once. Switched on again, the same people are in.',
    channels: 'Channels that are held back',
    channelsSentence: (list: string) => `They get no messages by ${list}.`,
    allChannels: 'They get no messages by any channel.',
    noChannel: 'Choose at least one channel.',
    resources: 'Messages that are held back',
    resourcesAll: 'Of all resources',
    resourcesSome: 'Of all but some',
    exempt: 'These are sent all the same',
    exemptSentence: (list: string) => `They still get ${list}.`,
    confirmations: 'Requests to confirm a subscription are always sent.',
    rotation: 'Everybody is drawn again',
    rotationNever: 'Never',
    rotationMonths: 'Regularly',
    everyMonths: 'Every so many months',
    onDay: 'On the day of the month',
    rotationSentence: (months: number, day: number) =>
      `Everybody is drawn again every ${count(months, { one: 'month', other: 'months' })}, on day ${day}.`,
    next: (date: string) => `The next draw is on ${date}.`,
    neverSentence: 'The group stays as it is: nobody is drawn again.',
    since: (date: string) => `This group began on ${date}.`,
    exclude: 'Who is never drawn',
    excludeHint: 'A condition as JSON. Empty if everybody may be drawn.',
    excludeSome: 'People who meet a condition are never drawn.',
    excludeNone: 'Everybody may be drawn.',
    notJson: 'This is no valid JSON.',
    drawNote: 'When the share or the condition changes, people are drawn again.',
  },
  controlReport: {
    failed: 'The report can’t be shown',
    none: 'Nothing to compare yet',
    noneText:
      'As soon as people do something that is sent here as an event, such as a purchase, it stands here.',
    event: 'What they did',
    anyEvent: 'Everything',
    csv: 'Download as CSV',
    chart: 'Share of the people who did it',
    group: 'Control group',
    rest: 'All others',
    sizes: (group: number, rest: number) =>
      `${count(group, people)} in the control group, ${rest.toLocaleString('en')} others`,
    people: 'People',
    times: 'Times',
    value: 'Value',
    share: 'Share',
    table: 'The figures',
    difference: 'What the messages did',
    more: (what: string, points: string) =>
      `${what}: with messages ${points} percentage points more.`,
    less: (what: string, points: string) =>
      `${what}: with messages ${points} percentage points less.`,
    same: (what: string) => `${what}: no difference.`,
    sure: (lower: string, upper: string) =>
      `The difference is real: it lies between ${lower} and ${upper} points.`,
    unsure: (lower: string, upper: string) =>
      `This can be chance: the difference lies somewhere between ${lower} and ${upper} points.`,
    smallest: (points: string) => `Groups of this size show a difference from ${points} points on.`,
    tooSmall: 'The groups are too small to say anything.',
  },
};
