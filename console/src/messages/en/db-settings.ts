// Making, setting up and deleting a database, in English.
import { counter } from '../count';

const count = counter('en');
const people = (n: number) => count(n, { one: 'person', other: 'people' });

export const dbSettings = {
  dbSettings: {
    newLead: 'A database holds people who have the same fields: customers, stores, guests.',
    make: 'Make the database',
    made: (name: string) => `${name} is made`,
    failed: 'The settings can’t be shown',
    about: 'About',
    aboutText: 'What colleagues see in the navigation and on the home page.',
    reading: 'Phone numbers and dates',
    readingText: 'How values are read that don’t say it themselves, in files and in forms.',
    card: 'The card',
    cardText: 'What a person’s card shows first.',
    cardFields: 'Main fields',
    cardHint: 'Up to 20, in this order. Without any, the card shows the usual ones.',
    region: 'Country of phone numbers',
    noRegion: 'None',
    regionHint: 'For numbers without + and a country code. With none, such numbers are refused.',
    timeZone: 'Time zone',
    timeZoneHint: 'For times without a zone, and for schedules.',
    manager: 'Pages for people',
    managerText:
      'The pages where people confirm, choose topics and unsubscribe, and the messages that ask them.',
    language: 'Language',
    languageHint: 'The pages are there in English and Russian. Another language gets English.',
    managerTitle: 'Title',
    managerTitleHint: 'Stands at the top of each page: your name, for example.',
    colour: 'Colour',
    colourHint: 'Of buttons and links.',
    pickColour: 'Pick a colour',
    usualColour: 'The usual green',
    altcraft: 'Programs that speak Altcraft’s API',
    altcraftText: 'What such programs write and read, where Altcraft’s installations differ.',
    sexFromOne: '1 is male and 2 is female (otherwise 0 and 1)',
    copyTitle: 'Copy this database',
    copyText:
      'The copy has the same settings, fields and static segments, and nobody in it. You can change it before people come.',
    dangerText: 'History keeps what was done and by whom, but not the people.',
    wipe: 'Remove everybody',
    wipeText: 'All people and their subscriptions go. Settings, fields and segments stay.',
    wipeAsk: (name: string) => `Remove everybody from ${name}?`,
    wiped: (name: string) => `${name} is empty now`,
    remove: 'Delete the database',
    removeText: 'The people go, and with them segments, imports, exports and schedules.',
    removeAsk: (name: string) => `Delete ${name}?`,
    deleted: (name: string) => `${name} is deleted`,
    go: (n: number) =>
      n ? `${people(n)} will be deleted for good. This can’t be undone.` : 'Nobody is in it.',
    goUnknown: 'Everybody in it will be deleted for good. This can’t be undone.',
  },
};
