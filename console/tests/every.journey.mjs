// Every address of the console with real things behind it: axe, nothing wider than the window, no
// complaint, in both themes and at two widths; and no English in Russian.
import { readFile } from 'node:fs/promises';
import { axe, check, fits, page, settled, shoot, signIn } from './harness.mjs';
import { go } from './steps.mjs';

const routesOf = await readFile(new URL('../src/app/routes.ts', import.meta.url), 'utf8');
const patterns = [
  ...routesOf.matchAll(/name: '([\w-]+)',\s*pattern: \/\^(.+?)\$\/,(\s*open: true)?/g),
]
  .filter(([, name, , open]) => !open && name !== 'missing')
  .map(([, name, pattern]) => [name, pattern.replaceAll('\\/', '/')]);

/** Asks the API as who is signed in. */
const call = (tab, method, path, body, type = 'application/json') =>
  tab.evaluate(
    async ([method, path, body, type]) => {
      const answer = await fetch(path, {
        method,
        headers: body === null ? {} : { 'content-type': type },
        body: body === null || typeof body === 'string' ? body : JSON.stringify(body),
      });
      return answer.ok ? answer.json() : { failed: await answer.text() };
    },
    [method, path, body ?? null, type],
  );

/** The id of the first thing of a list; one is made where there is none. */
async function first(tab, path, make) {
  const list = await call(tab, 'GET', path);
  const found = (list.items ?? [])[0]?.id;
  if (found || !make) return found ?? '1';
  const made = await make();
  check(made.id, `nothing was made at ${path}: ${made.failed}`);
  return made.id;
}

/** Where each route leads, with things that are there. */
async function addresses(tab) {
  const { items } = await call(tab, 'GET', '/v1/databases');
  const db = (items.find((one) => one.name === 'Northwind customers') ?? items[0]).id;
  const at = `/v1/databases/${db}`;
  const post = (path, body, type) => () => call(tab, 'POST', path, body, type);
  const resource = await first(tab, '/v1/resources');
  const ids = {
    field: 'plan',
    resource,
    form: await first(
      tab,
      '/v1/forms',
      post('/v1/forms', {
        name: 'Footer',
        database_id: db,
        resource_id: resource,
        consent: 'I want the weekly letter.',
      }),
    ),
    webhook: await first(
      tab,
      '/v1/hooks',
      post('/v1/hooks', { name: 'Billing', database_id: db, preset: 'stripe' }),
    ),
    'relation-type': await first(tab, '/v1/relation-types'),
    connector: await first(tab, '/v1/connectors'),
    schedule: await first(tab, `${at}/schedules`),
    segment: await first(tab, `${at}/segments`),
    import: await first(
      tab,
      `${at}/imports`,
      post(`${at}/imports?name=every.csv`, 'E-mail,Name\nada@example.com,Ada\n', 'text/csv'),
    ),
    update: await first(
      tab,
      `${at}/updates`,
      post(`${at}/updates`, {
        condition: { field: 'email', eq: 'nobody@example.com' },
        set: { _region: 'Oslo' },
      }),
    ),
    'suppression-list': await first(tab, '/v1/suppressions'),
    person: await first(tab, `${at}/profiles?limit=1`),
  };
  return patterns.map(([name, pattern]) => [
    name,
    pattern
      .replace('(?<db>[^/]+)', db)
      .replace('(?<name>[^/]+)', ids.field)
      .replace(
        '(?<id>[^/]+)',
        ids[name] ?? ids[{ 'segment-edit': 'segment', merge: 'person' }[name]],
      ),
  ]);
}

async function see(tab, to) {
  await go(tab, to);
  await settled(tab);
}

/** Words of an answer that may stand on the screen as they are: names, titles and values. */
function collect(value, words, key = '') {
  if (Array.isArray(value)) for (const one of value) collect(one, words, key);
  else if (value && typeof value === 'object')
    for (const [name, one] of Object.entries(value)) collect(one, words, name);
  else if (
    typeof value === 'string' &&
    !/^(status|state|kind|type|code|noun|interface|channels?|role|detail|act|outcome)$/.test(key)
  )
    for (const word of value.match(/[A-Za-z]{3,}/g) ?? []) words.add(word.toLowerCase());
}

/** Whether an answer has the word; long texts are cut in the middle of one. */
const known = (data, word) =>
  data.has(word) || (word.length > 40 && [...data].some((whole) => whole.startsWith(word)));

/** Words that Russian writes so too. */
const USUAL =
  /^(roster|api|json|csv|excel|ods|xlsx?|html|http|https|sms|push|viber|whatsapp|telegram|utf|crm|cron|gzip|zip|enter|stripe|mailgun|sendgrid|postmark|jotform|typeform|passkey|hubspot|shopify|woocommerce|tilda|webhook|post|get|url|smtp|ndjson|mime|md5|sha|hmac|altcraft|east|example|com|abc|chrome|linux|english|vip|gib|bearer|basic|client|secret|admin|tab|europe|london|postgresql|mysql|mariadb|select|begin|certificate|org|customers)$/;

const latin = (tab) =>
  tab.evaluate(() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const parent = node.parentElement;
      if (
        parent &&
        !parent.closest('code, pre, script, noscript, style, .preview, [data-preview], iframe')
      )
        texts.push(node.data);
    }
    for (const one of document.querySelectorAll('[aria-label], [placeholder], [title]'))
      texts.push(
        one.getAttribute('aria-label') ?? '',
        one.getAttribute('placeholder') ?? '',
        one.getAttribute('title') ?? '',
      );
    return texts.filter((text) => /[A-Za-z]{3,}/.test(text) && !/[@/_]/.test(text));
  });

export default {
  async 'every screen: axe and its width, light and dark, wide and narrow'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const all = await addresses(tab);
    check(all.length > 40, `only ${all.length} addresses were found in routes.ts`);
    const wrong = [];
    // Colours may still be on their way where the machine is busy: a second look decides.
    const tried = (work) =>
      work()
        .catch(() => tab.waitForTimeout(400).then(work))
        .catch((error) => wrong.push(error.message));
    for (const [name, to] of all) {
      await tried(() => see(tab, to));
      await tried(() => axe(tab, `${name}, wide and light`));
      await tried(() => fits(tab, `${name}, wide`));
      await tab.emulateMedia({ colorScheme: 'dark' });
      await tried(() => axe(tab, `${name}, wide and dark`, ['color-contrast']));
      await tab.setViewportSize({ width: 360, height: 780 });
      await tried(() => axe(tab, `${name}, narrow and dark`));
      await tried(() => fits(tab, `${name}, narrow`));
      await tab.emulateMedia({ colorScheme: 'light' });
      await tried(() => axe(tab, `${name}, narrow and light`, ['color-contrast']));
      await tab.setViewportSize({ width: 1440, height: 900 });
    }
    check(!wrong.length, wrong.join('\n'));
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'every screen: no English in Russian'(browser) {
    const tab = await page(browser, { width: 360, height: 780, language: 'ru' });
    await tab.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    const data = new Set();
    const reading = [];
    tab.on('response', (answer) => {
      if (!answer.url().includes('/v1/')) return;
      reading.push(
        answer.json().then(
          (body) => collect(body, data),
          () => {},
        ),
      );
    });
    await signIn(tab);
    const found = [];
    for (const [name, to] of await addresses(tab)) {
      await see(tab, to);
      const texts = await latin(tab);
      await Promise.all(reading.splice(0));
      for (const text of texts) {
        const foreign = (text.match(/[A-Za-z]{3,}/g) ?? []).filter(
          (word) => !USUAL.test(word.toLowerCase()) && !known(data, word.toLowerCase()),
        );
        if (foreign.length)
          found.push(`${name}: ${foreign.join(', ')} in “${text.trim().slice(0, 90)}”`);
      }
    }
    await shoot(tab, 'every-last');
    check(!found.length, `English in Russian:\n${[...new Set(found)].join('\n')}`);
  },
};
