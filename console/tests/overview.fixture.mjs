// What `GET /v1/overview` answers, for journeys against a server that doesn't have it.
let state = 7;
const random = () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
const days = (make) => Array.from({ length: 90 }, (_, index) => make(day(89 - index), index));

export const overview = {
  databases: [
    {
      id: '1',
      name: 'Northwind customers',
      profiles: {
        total: 4206,
        by_status: { subscribed: 3311, unsubscribed: 512, hardbounced: 203, complained: 12 },
      },
      days: days((at, index) => ({
        day: at,
        new: Math.round(20 + 60 * random() + (index === 60 ? 400 : 0)),
        lost: Math.round(14 * random()),
      })),
      control_group: 210,
    },
    {
      id: '2',
      name: 'Читатели',
      profiles: { total: 310, by_status: { subscribed: 280, unsubscribed: 30 } },
      days: days((at) => ({ day: at, new: Math.round(6 * random()), lost: 0 })),
      control_group: null,
    },
    {
      id: '3',
      name: 'Stores',
      profiles: { total: 12, by_status: { subscribed: 12 } },
      days: [],
      control_group: null,
    },
  ],
  resources: [
    {
      id: '1',
      name: 'Weekly letter',
      channels: [
        { channel: 'email', by_status: { subscribed: 2801, unsubscribed: 390, hardbounced: 188 } },
        { channel: 'sms', by_status: { subscribed: 401, unconfirmed: 77 } },
      ],
    },
    {
      id: '2',
      name: 'Order updates',
      channels: [{ channel: 'push', by_status: { subscribed: 96, suspended: 4 } }],
    },
    { id: '3', name: 'A resource that nobody has subscribed to yet', channels: [] },
  ],
  messages: {
    days: days((at, index) => ({
      day: at,
      sent: index % 7 === 2 ? Math.round(2400 + 600 * random()) : Math.round(30 * random()),
      bounced: index % 7 === 2 ? Math.round(60 * random()) : 0,
    })),
  },
  jobs: [
    {
      kind: 'import',
      database_id: '1',
      id: '9',
      name: 'people-of-the-autumn-fair.csv',
      state: 'running',
      done: 4200,
      total: 10_000,
    },
    {
      kind: 'export',
      database_id: '2',
      id: '4',
      name: 'Everybody',
      state: 'queued',
      done: 0,
      total: null,
    },
  ],
  attention: [
    {
      kind: 'import_failed',
      database_id: '1',
      id: '8',
      name: 'people-of-the-spring-fair-with-a-very-long-name.xlsx',
      count: 1,
      at: `${day(1)}T10:00:00Z`,
    },
    {
      kind: 'message_dead',
      database_id: null,
      id: null,
      name: '',
      count: 14,
      at: `${day(0)}T08:00:00Z`,
    },
    {
      kind: 'hook_failing',
      database_id: '1',
      id: '2',
      name: 'Shop',
      count: 3,
      at: `${day(0)}T07:00:00Z`,
    },
    { kind: 'duplicates', database_id: '1', id: null, name: '', count: 21, at: null },
    {
      kind: 'something_new',
      database_id: null,
      id: null,
      name: 'Something new',
      count: 1,
      at: null,
    },
  ],
};

export const nothing = {
  databases: overview.databases.map((one) => ({ ...one, days: [], control_group: null })),
  resources: [],
  messages: { days: [] },
  jobs: [],
  attention: [],
};

/** Answers the page's request for it. */
export const answer = (tab, body = overview) =>
  tab.route('**/v1/overview', (route) =>
    route.fulfill({ contentType: 'application/json', body: JSON.stringify(body) }),
  );
