// A database and the people in it, in English.
export const database = {
  database: {
    title: 'People',
    status: 'Status',
    anyStatus: 'Any status',
    name: 'Name',
    contact: 'E-mail or phone',
    created: 'Added',
    none: 'Nobody is here yet',
    noneText: 'People come by import, by forms, by webhooks and by the API.',
    noneStatus: 'Nobody has this status',
    gone: 'This database isn’t here',
    goneText: 'It was deleted, your account doesn’t include it, or the address is wrong.',
    failed: 'The list can’t be shown',
  },
};
