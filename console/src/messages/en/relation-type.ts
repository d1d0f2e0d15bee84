// How people can belong to each other, in English.
import { counter } from '../count';

const count = counter('en');
const relations = (n: number) => count(n, { one: 'relation', other: 'relations' });

export const relationType = {
  relationType: {
    lead: 'How people belong to each other: a customer buys at a store, a child has a parent.',
    add: 'New relation type',
    newTitle: 'New relation type',
    newLead:
      'It says who can be related to whom. The relations themselves come by files and the API.',
    make: 'Make the relation type',
    made: (name: string) => `${name} is made`,
    none: 'There are no relation types yet',
    noneText:
      'Relations join the people of two databases, or of one, and can say more: since when, how often.',
    listFailed: 'The relation types can’t be shown',
    failed: 'The relation type can’t be shown',
    gone: 'There is no such relation type here',
    to: 'to',
    relations: 'Relations',
    count: (n: number) => relations(n),
    about: 'About',
    aboutText: 'What colleagues read, and what files and the API call it.',
    titleHint: 'Such as “Buys at” or “Is a parent of”.',
    nameHint: 'For files, segments and the API.',
    sides: 'Databases',
    sidesText: 'They can’t be changed afterwards. Both may be the same.',
    sidesFixed: 'They stay as they are. Make another relation type for others.',
    sideA: 'Side A',
    sideAHint: 'What is chosen: stores, for example.',
    sideB: 'Side B',
    sideBHint: 'Who chooses: their customers.',
    properties: 'Properties',
    propertiesText:
      'What a relation says beside the two. One that relations have a value of can’t be taken away or get another type.',
    noProperties: 'A relation says nothing but that it is there.',
    property: (n: number) => `Property ${n}`,
    addProperty: 'Add a property',
    remove: 'Delete the relation type',
    removeAsk: (name: string) => `Delete ${name}?`,
    go: (n: number) =>
      n
        ? `${relations(n)} go with it. The people stay. This can’t be undone.`
        : 'It has no relations.',
    deleted: (name: string) => `${name} is deleted`,
  },
};
