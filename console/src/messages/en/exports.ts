// Exports, in English.
import { counter } from '../count';

const count = counter('en');

export const exportWords = {
  exports: {
    lead: 'Files with people of this database. Each is kept for 7 days.',
    new: 'New export',
    newLead: 'People come out as a file that you can open or load elsewhere.',
    none: 'Nothing was exported yet',
    noneText: 'An export makes a file of people, with the columns that you choose.',
    failed: 'The exports can’t be shown',
    untitled: 'Export',
    whom: 'Which people',
    columns: 'Columns',
    choose: 'Choose columns',
    noColumns: 'Choose one column at least.',
    contacts: 'Contacts of subscriptions',
    contactsHint: 'Each adds a column with the contacts that are subscribed to a resource.',
    noContacts: 'No resource serves this database.',
    which: 'Which contacts',
    deliverable: 'Only those that may get messages now, and only people who have one',
    every: 'All contacts, whatever their status',
    everyNote:
      'There will be people in the file who unsubscribed, complained or bounced. A column beside each contact says so. Don’t send to them.',
    file: 'The file',
    format: 'Format',
    formats: {
      csv: 'CSV',
      xlsx: 'Excel (XLSX)',
      tsv: 'TSV, with tabs',
      jsonl: 'JSON Lines',
    },
    formatHints: {
      csv: 'A text that every table program and most tools read.',
      xlsx: 'Opens in Excel by a double click.',
      tsv: 'As CSV, with tabs between the columns.',
      jsonl: 'One object in each line, for programs.',
    },
    delimiter: 'Between the columns',
    delimiters: { comma: 'Comma', semicolon: 'Semicolon' },
    delimiterHint: 'Excel in most of Europe expects a semicolon.',
    bom: 'For Excel: a mark at the beginning that keeps letters such as é and я readable',
    gzip: 'Packed (gzip)',
    name: 'Name, if you like',
    nameHint: 'It becomes the name of the file.',
    start: 'Export',
    startWith: (n: number) => `Export ${count(n, { one: 'person', other: 'people' })}`,
    keptDays: 'The file is kept for 7 days.',
    until: (date: string) => `until ${date}`,
    download: 'Download',
    downloadOf: (file: string) => `Download ${file}`,
    remove: 'Remove the file',
    removeOf: (name: string) => `Remove the file of ${name}`,
    removeTitle: 'Remove the file?',
    removeText: (file: string) =>
      `${file} can’t be downloaded any more. The export stays in this list.`,
    removed: 'The file is removed',
    fileGone: 'The file is gone',
  },
};
