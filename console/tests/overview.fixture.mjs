// What `GET /v1/overview` answers, with troubles and jobs that the invented people don't have.
let state = 7;
const random = () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);

/** What somebody started a while ago. */
const job = {
  kind: 'import',
  database_id: '1',
  started_by: 'Ada',
  phase: 'rows',
  done: 0,
  total: 0,
  failed: 0,
  created_at: `${day(1)}T09:00:00.000Z`,
  ended_at: null,
};

export const overview = {
  databases: [
    {
      id: '1',
      name: 'Northwind customers',
      total: 4206,
      statuses: { subscribed: 3311, unsubscribed: 512, hardbounced: 203, complained: 12 },
      control_group: 210,
    },
    {
      id: '2',
      name: 'Читатели',
      total: 310,
      statuses: { subscribed: 280, unsubscribed: 30 },
      control_group: null,
    },
    { id: '3', name: 'Stores', total: 12, statuses: { subscribed: 12 }, control_group: null },
  ],
  days: Array.from({ length: 90 }, (_, index) => {
    const busy = index % 7 === 2;
    return {
      day: day(89 - index),
      created: Math.round(20 + 60 * random() + (index === 60 ? 400 : 0)),
      deleted: Math.round(3 * random()),
      left: Math.round(11 * random()),
      events: {
        delivered: busy ? Math.round(2400 + 600 * random()) : Math.round(30 * random()),
        hard_bounce: busy ? Math.round(60 * random()) : 0,
      },
    };
  }),
  resources: [
    {
      id: '1',
      name: 'Weekly letter',
      channels: {
        email: { subscribed: 2801, unsubscribed: 390, hardbounced: 188 },
        sms: { subscribed: 401, unconfirmed: 77 },
      },
    },
    {
      id: '2',
      name: 'Order updates',
      channels: { push: { subscribed: 96, suspended: 4 } },
    },
    { id: '3', name: 'A resource that nobody has subscribed to yet', channels: {} },
  ],
  jobs: [
    {
      ...job,
      id: '9',
      name: 'people-of-the-autumn-fair.csv',
      state: 'running',
      done: 4200,
      total: 10_000,
    },
    { ...job, kind: 'export', database_id: '2', id: '4', name: 'Everybody', state: 'queued' },
    {
      ...job,
      id: '8',
      name: 'people-of-the-spring-fair-with-a-very-long-name.xlsx',
      state: 'failed',
      ended_at: `${day(1)}T10:00:00.000Z`,
    },
    { ...job, kind: 'something_new', id: '5', name: 'Something new', state: 'failed' },
  ],
  dead_messages: [{ database_id: '1', count: 14 }],
  failing_hooks: [
    { id: '2', database_id: '1', name: 'Shop', count: 3, last_at: `${day(0)}T07:00:00.000Z` },
  ],
};

export const nothing = {
  databases: overview.databases.map((one) => ({ ...one, control_group: null })),
  days: [],
  resources: [],
  jobs: [],
  dead_messages: [],
  failing_hooks: [],
};

/** Answers the page's requests for it; the days of one database are those of nobody. */
export const answer = (tab, body = overview) =>
  tab.route('**/v1/overview?*', (route) =>
    route.fulfill({
      contentType: 'application/json',
      body: JSON.stringify(
        new URL(route.request().url()).searchParams.has('database') ? { ...body, days: [] } : body,
      ),
    }),
  );
