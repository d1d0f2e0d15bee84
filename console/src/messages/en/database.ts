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
    failed: 'The list can’t be shown',
  },
};
