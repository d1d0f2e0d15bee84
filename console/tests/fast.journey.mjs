// The first load is small in both languages, and no screen jumps while it fills itself. What a busy
// machine would blur, the time until one can work, is printed and not held.
import { brotliCompressSync } from 'node:zlib';
import { BASE, check, page, signIn, until } from './harness.mjs';

const MAIL = process.env.CONSOLE_PERSON_EMAIL ?? 'grace.hopper@example.com';
/** Compressed; the built files. A development server sends sources, one by one. */
const MOST_BYTES = 100_000;
const MOST_FILES = { 'sign in': 16, home: 14 };
const MOST_JUMP = 0.05;

/** Counts what the console's own files weigh when they are compressed as the server does. */
function weigh(tab) {
  const files = new Map();
  tab.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/console')) return;
    files.set(
      pathname,
      response.body().then(
        (body) => brotliCompressSync(body).length,
        () => 0,
      ),
    );
  });
  return async () => {
    const sizes = await Promise.all(files.values());
    return { files: sizes.length, bytes: sizes.reduce((sum, one) => sum + one, 0) };
  };
}

async function watchJumps(tab) {
  await tab.addInitScript(() => {
    globalThis.jumped = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if (!entry.hadRecentInput)
          globalThis.jumped.push({
            value: entry.value,
            what: entry.sources.map((one) => one.node?.outerHTML?.slice(0, 120)).join(' | '),
          });
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** A phone on a slow network. */
async function slowDown(tab) {
  const devtools = await tab.context().newCDPSession(tab);
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: 200_000,
    uploadThroughput: 90_000,
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

const sizeLine = ({ files, bytes }) => `${Math.round(bytes / 1000)} kB in ${files} files`;

/** The screens that people see most, each with what says that it is there. */
async function screens(tab) {
  const get = async (path) => (await tab.request.get(BASE + path)).json();
  const [database] = (await get('/v1/databases')).items.filter((one) => one.name === 'Stores');
  const imports = (await get(`/v1/databases/${database.id}/imports`)).items;
  const look = imports.find((one) => one.state === 'uploaded');
  await tab.goto(`${BASE}/console/search?q=${encodeURIComponent(MAIL)}`);
  const hit = tab.locator('#search-hits [role=option]').first();
  await hit.waitFor();
  return {
    home: ['/console/', 'main a.card'],
    search: ['/console/search?q=grace', '#search-hits [role=option]'],
    card: [await hit.getAttribute('href'), 'main [role=tab]'],
    people: [`/console/databases/${database.id}`, 'main [role=row], main tbody tr'],
    ...(look && {
      import: [`/console/databases/${database.id}/imports/${look.id}`, 'main h2'],
    }),
  };
}

export default {
  async 'fast: the first load is small in both languages'(browser) {
    for (const language of ['en', 'ru']) {
      const tab = await page(browser, { language });
      const weight = weigh(tab);
      await tab.goto(`${BASE}/console/sign-in`);
      await tab.locator('button[type=submit]').waitFor();
      const outside = await weight();
      const inside = await page(browser, { language });
      await inside.addInitScript(
        (wanted) => localStorage.setItem('roster.language', wanted),
        language,
      );
      // A session first, then everything from the start.
      await signIn(await inside.context().newPage());
      const weightInside = weigh(inside);
      await inside.goto(`${BASE}/console/`);
      await inside.locator('main a.card').first().waitFor();
      const home = await weightInside();
      console.log(`       ${language}: sign in ${sizeLine(outside)}, home ${sizeLine(home)}`);
      if (await tab.evaluate(() => Boolean(document.querySelector('script[src*="@vite"]')))) return;
      for (const [name, one] of Object.entries({ 'sign in': outside, home })) {
        check(one.bytes < MOST_BYTES, `the first load of ${name} has ${one.bytes} bytes`);
        check(one.files <= MOST_FILES[name], `the first load of ${name} has ${one.files} files`);
      }
    }
  },

  async 'fast: nothing jumps on the main screens, and nothing is asked for twice'(browser) {
    for (const width of [360, 1440]) {
      const tab = await page(browser, { width, height: 900 });
      await watchJumps(tab);
      await signIn(tab);
      const all = await screens(tab);
      let asked = [];
      tab.on('request', (one) => {
        if (one.method() === 'GET' && one.url().includes('/v1/')) asked.push(one.url());
      });
      for (const [name, [path, sign]] of Object.entries(all)) {
        asked = [];
        await tab.goto(BASE + path);
        await tab.locator(sign).first().waitFor();
        await until(`all of ${name}`, async () => !(await tab.locator('main .skeleton').count()));
        await tab.waitForLoadState('networkidle');
        // What was asked before the screen had come (app/first.ts) is what the screen asks.
        const twice = asked.filter((one, index) => asked.indexOf(one) !== index);
        check(!twice.length, `${name} asks twice for ${twice.join(', ')}`);
        const jumped = await tab.evaluate(() => globalThis.jumped);
        const sum = jumped.reduce((total, one) => total + one.value, 0);
        check(sum < MOST_JUMP, `${name} jumps by ${sum} at ${width}: ${JSON.stringify(jumped)}`);
      }
    }
  },

  async 'fast: until one can work, on a slow phone'(browser) {
    const known = await page(browser, { width: 412, height: 823 });
    await signIn(known);
    for (const [name, [path, sign]] of Object.entries(await screens(known))) {
      const tab = await known.context().newPage();
      tab.setDefaultTimeout(30_000);
      await slowDown(tab);
      const begun = Date.now();
      await tab.goto(BASE + path, { waitUntil: 'commit' });
      await tab.locator('main h1').first().waitFor();
      const heading = Date.now() - begun;
      await tab.locator(sign).first().waitFor();
      console.log(
        `       ${name}: heading after ${heading} ms, work after ${Date.now() - begun} ms`,
      );
      await tab.close();
    }
  },

  async 'fast: nothing about people is kept in the browser'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    await tab.getByRole('combobox', { name: 'Search people' }).fill('grace');
    await tab.locator('#search-hits [role=option]').first().waitFor();
    const kept = await tab.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
    );
    check(!/grace|example\.com/.test(kept), `kept in the browser: ${kept}`);
  },
};
