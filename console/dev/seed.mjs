// Fills a running API with invented people, so that every screen has something to show.
// ROSTER_API and ROSTER_TOKEN say where; COUNT how many people the larger database gets.
const API = process.env.ROSTER_API ?? 'http://127.0.0.1:3500';
const TOKEN = process.env.ROSTER_TOKEN ?? '';
const COUNT = Number(process.env.COUNT ?? 4000);

async function call(method, path, body, allow = []) {
  const answer = await fetch(API + path, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok && !allow.includes(value?.code))
    throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 600)}`);
  return value;
}

// The same people every time: pictures can be compared.
let state = 20261130;
const random = () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
const pick = (list) => list[Math.floor(random() * list.length)];

const first = [
  'Ada',
  'Ben',
  'Chloe',
  'Dmitri',
  'Élodie',
  'Farid',
  'Grace',
  'Hana',
  'Igor',
  'Jürgen',
  'Katarzyna',
  'Luján',
  'Maria',
  'Niamh',
  'Omar',
  'Priya',
  'Quentin',
  'Rosa',
  'Søren',
  'Tomás',
];
const last = [
  'Abbott',
  'Bergström',
  'Castillo',
  'Dubois',
  'Eriksen',
  'Ferreira',
  'García',
  'Hopper',
  'Ivanova',
  'Jansen',
  'Kowalski',
  'Lovelace',
  'Müller',
  'Nakamura',
  'Okafor',
  'Petrov',
  'Quinn',
  'Ricci',
  'Sato',
  'Turing',
];
const firstRu = [
  'Анна',
  'Борис',
  'Вера',
  'Григорий',
  'Дарья',
  'Егор',
  'Жанна',
  'Захар',
  'Ирина',
  'Кирилл',
  'Лидия',
  'Максим',
  'Наталья',
  'Олег',
  'Полина',
  'Роман',
  'Светлана',
  'Тимур',
  'Ульяна',
  'Фёдор',
];
const lastRu = [
  'Абрамов',
  'Белов',
  'Виноградов',
  'Голубев',
  'Данилов',
  'Ершов',
  'Журавлёв',
  'Зайцев',
  'Ильин',
  'Королёв',
  'Лебедев',
  'Морозов',
  'Никитин',
  'Орлов',
  'Павлов',
  'Романов',
  'Соколов',
  'Тарасов',
  'Ушаков',
  'Фомин',
];
const latin = (text) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z]/g, '') || 'x';
const table = Object.fromEntries(
  [...'абвгдежзийклмнопрстуфхцчшщъыьэюя'].map((c, i) => [
    c,
    'a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh sch  y  e yu ya'.split(' ')[i] ?? '',
  ]),
);
const roman = (text) =>
  [...text.toLowerCase().replace('ё', 'е')].map((c) => table[c] ?? '').join('');

const existing = (await call('GET', '/v1/databases')).items;
if (existing.some((db) => db.name === 'Northwind customers')) {
  console.log('seeded already');
  process.exit(0);
}
for (const db of existing)
  if (db.name === 'probe')
    await call('DELETE', `/v1/databases/${db.id}?confirm=probe`, undefined, [
      'not_confirmed',
      'confirmation_required',
    ]);

const shop = (
  await call('POST', '/v1/databases', {
    name: 'Northwind customers',
    region: 'GB',
    time_zone: 'Europe/London',
    description: 'Everybody who bought something',
  })
).id;
const readers = (
  await call('POST', '/v1/databases', {
    name: 'Читатели',
    region: 'RU',
    time_zone: 'Europe/Moscow',
    language: 'ru',
  })
).id;
const stores = (await call('POST', '/v1/databases', { name: 'Stores', region: 'GB' })).id;

for (const field of [
  {
    name: 'plan',
    title: 'Plan',
    type: 'enum',
    options: ['free', 'starter', 'business', 'enterprise'],
    searchable: true,
  },
  { name: 'visits', title: 'Visits', type: 'integer' },
  { name: 'balance', title: 'Balance', type: 'float' },
  { name: 'vip', title: 'VIP', type: 'boolean' },
  { name: 'last_order', title: 'Last order', type: 'date' },
  { name: 'interests', title: 'Interests', type: 'tags', searchable: true },
  { name: 'note', title: 'Note', type: 'string', multiline: true },
  { name: 'customer_no', title: 'Customer number', type: 'string', unique: true, searchable: true },
  { name: 'address', title: 'Delivery address', type: 'object' },
])
  await call('POST', `/v1/databases/${shop}/fields`, field);
for (const field of [
  {
    name: 'genre',
    title: 'Любимый жанр',
    type: 'enum',
    options: ['проза', 'поэзия', 'критика'],
    searchable: true,
  },
  { name: 'books', title: 'Прочитано книг', type: 'integer' },
])
  await call('POST', `/v1/databases/${readers}/fields`, field);

const letter = (
  await call('POST', '/v1/resources', {
    name: 'Weekly letter',
    channels: ['email', 'sms'],
    databases: [shop, readers],
    categories: [
      { name: 'news', title: 'News' },
      { name: 'offers', title: 'Offers' },
    ],
    double_opt_in: { enabled: true, sources: ['form'] },
  })
).id;
const orders = (
  await call('POST', '/v1/resources', {
    name: 'Order updates',
    channels: ['email', 'sms', 'push'],
    databases: [shop],
    primary_channel: 'sms',
  })
).id;
const events = (
  await call('POST', '/v1/resources', {
    name: 'Приглашения на встречи',
    channels: ['email', 'telegram_bot'],
    databases: [readers],
  })
).id;

const statuses = [
  'subscribed',
  'subscribed',
  'subscribed',
  'subscribed',
  'subscribed',
  'unconfirmed',
  'unsubscribed',
  'suspended',
  'hardbounced',
  'complained',
  'invalid',
];
const interests = ['books', 'coffee', 'cycling', 'design', 'gardens', 'music', 'travel'];
const wording = 'I would like to receive the weekly letter and may leave at any time.';

function customer(index) {
  const [f, l] = [pick(first), pick(last)];
  const email = `${latin(f)}.${latin(l)}${index}@example.com`;
  const phone = `+4479111${String(20000 + index).padStart(5, '0')}`.slice(0, 13);
  const status = pick(statuses);
  const subscriptions = [
    {
      resource_id: letter,
      channel: 'email',
      email,
      status,
      cats: random() < 0.5 ? ['news'] : ['news', 'offers'],
      date: `2026-0${1 + (index % 9)}-1${index % 9}T09:1${index % 6}:00Z`,
      url: 'https://northwind.example/letter',
      ip: `203.0.113.${index % 250}`,
    },
    ...(random() < 0.6
      ? [{ resource_id: orders, channel: 'sms', phone, status: 'subscribed' }]
      : []),
    ...(random() < 0.3
      ? [{ resource_id: orders, channel: 'email', email, status: 'subscribed' }]
      : []),
  ];
  return {
    email,
    phones: [phone],
    _fname: f,
    _lname: l,
    _bdate: `19${50 + (index % 49)}-0${1 + (index % 9)}-1${index % 9}`,
    _sex: random() < 0.5 ? 'female' : 'male',
    _city: pick(['London', 'Leeds', 'Bristol', 'Paris', 'Köln', 'Oslo', 'Porto']),
    _country: pick(['United Kingdom', 'France', 'Germany', 'Norway', 'Portugal']),
    _regdate: `2025-${String(1 + (index % 12)).padStart(2, '0')}-1${index % 9}T10:00:00Z`,
    _regcity: 'London',
    _regurl: 'https://northwind.example/sign-up',
    _ip: `198.51.100.${index % 250}`,
    _browser: pick(['Firefox 142', 'Safari 19', 'Chrome 143']),
    _os: pick(['macOS', 'Windows 11', 'Android 16']),
    plan: pick(['free', 'starter', 'business', 'enterprise']),
    visits: Math.floor(random() * 400),
    balance: Math.round(random() * 90000) / 100,
    vip: random() < 0.1,
    last_order: `2026-1${index % 2}-0${1 + (index % 9)}`,
    interests: [...new Set([pick(interests), pick(interests)])],
    customer_no: `NW-${100000 + index}`,
    ...(index % 9 === 4 ? { _status: pick(statuses) } : {}),
    subscriptions,
  };
}
function reader(index) {
  const [f, l] = [pick(firstRu), pick(lastRu)];
  const woman = /[ая]$/.test(f);
  const name = woman ? `${l}а` : l;
  const email = `${roman(f)}.${roman(name)}${index}@example.org`;
  return {
    email,
    phones: [`+7916${String(1000000 + index)}`],
    _fname: f,
    _lname: name,
    _sex: woman ? 'female' : 'male',
    _city: pick(['Москва', 'Санкт-Петербург', 'Казань', 'Тверь']),
    genre: pick(['проза', 'поэзия', 'критика']),
    books: Math.floor(random() * 200),
    subscriptions: [
      { resource_id: letter, channel: 'email', email, status: pick(statuses) },
      ...(random() < 0.4
        ? [{ resource_id: events, channel: 'email', email, status: pick(statuses) }]
        : []),
    ],
  };
}
async function batches(db, make, count) {
  for (let from = 0; from < count; from += 500) {
    const data = Array.from({ length: Math.min(500, count - from) }, (_, offset) =>
      make(from + offset),
    );
    const result = await call('POST', `/v1/databases/${db}/profiles/batch`, { data });
    if (result.failed)
      console.log(
        `${result.failed} failed:`,
        JSON.stringify(result.results.find((item) => item.error)),
      );
  }
}
await batches(shop, customer, COUNT);
await batches(readers, reader, Math.round(COUNT / 2));
await batches(
  stores,
  (index) => ({
    email: `store${index}@northwind.example`,
    _fname: `Northwind ${['Soho', 'Leeds', 'Harbour', 'Station', 'Market'][index]}`,
    _city: 'London',
  }),
  5,
);

// People whose cards the browser tests open by name.
const person = (db, data, more = {}) =>
  call('POST', `/v1/databases/${db}/profiles`, { data, ...more });
const grace = (
  await person(
    shop,
    {
      email: 'grace.hopper@example.com',
      phones: ['+442079460018', '+447911123456'],
      _fname: 'Grace',
      _lname: 'Hopper-Murray',
      _bdate: '1906-12-09',
      _sex: 'female',
      _city: 'London',
      _country: 'United Kingdom',
      _postal_code: 'SW1A 1AA',
      _tz: 'Europe/London',
      _regdate: '2025-03-14T09:26:00Z',
      _regip: '203.0.113.7',
      _regcity: 'London',
      _regcountry: 'United Kingdom',
      _regurl: 'https://northwind.example/sign-up',
      _ip: '203.0.113.9',
      _browser: 'Firefox 142',
      _os: 'macOS 26',
      plan: 'business',
      visits: 128,
      balance: 412.5,
      vip: true,
      last_order: '2026-11-20T10:00:00Z',
      interests: ['books', 'design', 'travel'],
      note: 'Prefers to be written to in the morning.\nAsked for paper invoices.',
      customer_no: 'NW-000042',
      address: { street: '12 Curzon Street', city: 'London', gate: 4 },
      subscriptions: [
        {
          resource_id: letter,
          channel: 'email',
          email: 'grace.hopper@example.com',
          cats: ['news', 'offers'],
          date: '2025-03-14T09:30:00Z',
          ip: '203.0.113.7',
          url: 'https://northwind.example/letter',
        },
        { resource_id: letter, channel: 'sms', phone: '+447911123456', status: 'unconfirmed' },
        { resource_id: orders, channel: 'sms', phone: '+442079460018' },
        {
          resource_id: orders,
          channel: 'email',
          email: 'grace@navy.example',
          status: 'hardbounced',
        },
      ],
    },
    {
      consent: {
        act: 'ticked the box',
        ip: '203.0.113.7',
        url: 'https://northwind.example/letter',
        wording,
      },
    },
  )
).id;
await person(shop, {
  email: 'rtl@example.com',
  _fname: 'محمد',
  _lname: 'عبد الرحمن الخوارزمي',
  _city: 'بغداد',
  customer_no: 'NW-RTL',
});
await person(shop, {
  email: 'long@example.com',
  _fname: 'Wolfeschlegelsteinhausenbergerdorff'.repeat(114).slice(0, 4000),
  _lname: 'Longname',
  customer_no: 'NW-LONG',
});
const anna = (
  await person(readers, {
    email: 'anna.akhmatova@example.org',
    phones: ['+74951234567'],
    _fname: 'Анна',
    _lname: 'Ахматова',
    _city: 'Санкт-Петербург',
    genre: 'поэзия',
    books: 312,
    subscriptions: [
      { resource_id: letter, channel: 'email', email: 'anna.akhmatova@example.org' },
      {
        resource_id: events,
        channel: 'email',
        email: 'anna.akhmatova@example.org',
        status: 'unsubscribed',
        left_by: 'person',
        left_at: '2026-05-01T10:00:00Z',
      },
    ],
  })
).id;

const at = `/v1/databases/${shop}/profiles/${grace}`;
await call('PATCH', at, { data: { _city: 'Manchester', plan: 'starter' } });
await call('PATCH', at, { data: { _city: 'London', plan: 'business', visits: 131 } });
await call('PUT', `${at}/subscriptions`, {
  resource_id: orders,
  channel: 'sms',
  phone: '+442079460018',
  status: 'suspended',
  suspended_until: '2027-01-15T00:00:00Z',
  reason: 'On holiday until January',
});
await call('PATCH', `/v1/databases/${readers}/profiles/${anna}`, { data: { books: 313 } });
await call(
  'POST',
  '/v1/events',
  {
    database_id: shop,
    events: ['delivered', 'opened', 'clicked'].map((type, index) => ({
      id: `seed-${type}`,
      type,
      email: 'grace.hopper@example.com',
      resource_id: letter,
      channel: 'email',
      at: `2026-11-2${index}T08:00:00Z`,
    })),
  },
  ['validation_failed'],
);

const loyal = (
  await call('POST', `/v1/databases/${shop}/segments`, { name: 'Loyal customers', kind: 'static' })
).id;
await call('POST', `/v1/databases/${shop}/segments`, {
  name: 'On the business plan',
  kind: 'dynamic',
  condition: { field: 'plan', eq: 'business' },
});
await call('PATCH', at, { data: {}, add_to_segments: [loyal] });
const visits = (
  await call('POST', '/v1/relation-types', {
    name: 'buys_at',
    title: 'Buys at',
    database_a: shop,
    database_b: stores,
    properties: [
      { name: 'orders', title: 'Orders', type: 'integer', default: 0 },
      { name: 'since', title: 'Since', type: 'date' },
    ],
  })
).id;
for (const [store, count] of [
  [0, 12],
  [2, 3],
])
  await call('POST', `/v1/relation-types/${visits}/relations`, {
    action: 'edit',
    a: { email: 'grace.hopper@example.com' },
    b: { email: `store${store}@northwind.example` },
    weights: { orders: count, since: '2025-04-01' },
  });
await call('PUT', `/v1/databases/${shop}/control-group`, { percent: 5 });
// The lot may fall on anybody, and the journeys look for her among those who get messages.
await call('POST', `/v1/databases/${shop}/control-group/members`, {
  action: 'remove',
  email: 'grace.hopper@example.com',
  reason: 'Reads everything for us',
});
await call('POST', '/v1/tick', {});
await call('POST', `/v1/databases/${shop}/views`, {
  name: 'card',
  description: 'What stands first on a person’s card',
  columns: [
    '_fname',
    '_lname',
    'email',
    'phones',
    'plan',
    'vip',
    '_city',
    'last_order',
    'customer_no',
    'note',
  ],
});
console.log(`databases ${shop}, ${readers}, ${stores}; Grace is ${grace}, Anna ${anna}`);
