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
    steps: {
      title: 'First steps',
      text: 'Three things, and you can look around.',
      done: 'Done',
      database: {
        name: 'A database',
        text: 'It holds people with the same fields: customers, readers, guests.',
        act: 'New database',
      },
      resource: {
        name: 'A resource',
        text: 'It is what people subscribe to: a newsletter, order updates.',
        act: 'New resource',
      },
      file: {
        name: 'People',
        text: 'From a file, CSV or Excel. You see where each column goes before anything is written.',
        act: 'Load a file',
      },
    },
    failed: 'The numbers can’t be shown',
    subscriptions: 'Subscriptions',
    noSubscriptions: 'No subscriptions',
    attention: 'Needs you',
    nothingWaits: 'Nothing needs you at the moment.',
    troubles: {
      import_failed: (_n, name) => `The import ${name} failed`,
      import_rows_failed: (n, name) =>
        `${count(n, { one: 'row', other: 'rows' })} of ${name} ${n === 1 ? 'wasn’t' : 'weren’t'} loaded`,
      export_failed: (_n, name) => `The export ${name} failed`,
      update_failed: (_n, name) => `The bulk update ${name} failed`,
      refresh: (_n, name) => `The segment ${name} couldn’t be refreshed`,
      control_draw: () => 'The draw of the control group failed',
      message_dead: (n) => `${count(n, { one: 'message', other: 'messages' })} couldn’t be sent`,
      hook_failing: (n, name) =>
        `The webhook ${name} refused ${count(n, { one: 'delivery', other: 'deliveries' })}`,
    } as Record<string, (n: number, name: string) => string>,
    trouble: (n: number, name: string) => (n > 1 ? `${name} (${n})` : name),
    alike: 'Worth a look',
    someAlike: (name: string) => `Some people in ${name} may be one person`,
    jobs: 'At work',
    noJobs: 'Nothing is at work.',
    jobKinds: {
      import: 'Import',
      export: 'Export',
      update: 'Bulk update',
      refresh: 'Refresh of a segment',
      control_draw: 'Draw of a control group',
    } as Record<string, string>,
    done: (done: string, total: string) => `${done} of ${total}`,
    coming: 'People who came and went',
    comingSum: (came: string, went: string, days: number) =>
      `${came} new and ${went} lost in ${days} days`,
    new: 'New',
    lost: 'Lost',
    messages: 'Messages',
    messagesSum: (sent: string, bounced: string, share: string, days: number) =>
      `${sent} sent in ${days} days, ${bounced} of them bounced (${share})`,
    noMessages: (days: number) => `No messages were sent in ${days} days.`,
    sent: 'Sent',
    bounced: 'Bounced',
    ofAll: (all: string) => `subscribed of ${all}`,
    inControl: (n: number) =>
      `${count(n, { one: 'person', other: 'people' })} in the control group`,
  },
  chart: {
    day: 'Day',
    keys: 'Arrow keys go from day to day.',
  },
};
