// A browser, a signed-in page, pictures and axe for the journeys.
// CONSOLE_URL says where the console is; CONSOLE_EMAIL and CONSOLE_PASSWORD who walks.
import { readFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const BASE = (process.env.CONSOLE_URL ?? 'http://127.0.0.1:4173').replace(/\/$/, '');
export const EMAIL = process.env.CONSOLE_EMAIL ?? 'admin@example.com';
/** How long is waited for what should be there, in milliseconds: more where the machine is busy. */
const PATIENCE = Number(process.env.CONSOLE_PATIENCE ?? 10_000);
export const PASSWORD = process.env.CONSOLE_PASSWORD ?? 'correct horse battery';
/** Where pictures of the screens are put; without it none are taken. */
const PICTURES = process.env.CONSOLE_PICTURES;
const axeSource = await readFile(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** A browser for one journey: its own contexts, and what they complained about (errors of scripts,
 *  breaches of the policy), so that two journeys may walk at a time. */
export function walker(browser) {
  const contexts = [];
  return {
    complaints: [],
    async newContext(options) {
      const context = await browser.newContext(options);
      contexts.push(context);
      return context;
    },
    contexts: () => contexts,
    close: () => Promise.all(contexts.map((context) => context.close())),
  };
}

export async function open() {
  if (PICTURES) await mkdir(PICTURES, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A fresh page in a context of its own; what the browser complains about fails the journey. */
export async function page(
  browser,
  { width = 1440, height = 900, dark = false, language = 'en', still = true } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    locale: language === 'ru' ? 'ru-RU' : 'en-GB',
    timezoneId: 'Europe/London',
    reducedMotion: still ? 'reduce' : 'no-preference',
    hasTouch: width < 700,
    // axe is put into the page; the policy itself is tried by every other request.
    bypassCSP: false,
  });
  const tab = await context.newPage();
  tab.setDefaultTimeout(PATIENCE);
  tab.complaints = [];
  tab.asking = new Set();
  tab.on('request', (one) => one.url().includes('/v1/') && tab.asking.add(one));
  for (const end of ['requestfinished', 'requestfailed'])
    tab.on(end, (one) => tab.asking.delete(one));
  tab.on('pageerror', (error) => browser.complaints.push(error.message));
  tab.on('pageerror', (error) => tab.complaints.push(`error: ${error.message}`));
  tab.on('console', (message) => {
    if (message.type() !== 'error') return;
    // Answers that a journey provokes are errors to the browser too.
    if (/Failed to load resource/.test(message.text())) return;
    tab.complaints.push(`console: ${message.text()}`);
    browser.complaints.push(message.text());
  });
  return tab;
}

/** Sessions that journeys share, by who signed in: checking a password takes a server long. */
const sessions = new Map();

/** Goes to a screen as somebody who is signed in. `own` makes a session by the form itself, for a
 *  journey that ends it. */
export async function signIn(
  tab,
  { email = EMAIL, password = PASSWORD, to = '/console/', own = false } = {},
) {
  if (!own) {
    const who = `${email} ${password}`;
    await tab.context().addCookies(sessions.get(who) ?? []);
    const asked = await tab.request.get(`${BASE}/v1/session`);
    if (!asked.ok()) {
      // Ended meanwhile, or not begun.
      const answer = await tab.request.post(`${BASE}/v1/session`, {
        data: { email, password },
        headers: { origin: BASE },
      });
      check(answer.ok(), `${email} can’t sign in: ${answer.status()}`);
      sessions.set(who, await tab.context().cookies());
    }
    await tab.goto(BASE + to);
    await tab.locator('main#content').waitFor();
    return;
  }
  await tab.goto(BASE + to);
  await tab.locator('input[name=email]').fill(email);
  await tab.locator('input[name=password]').fill(password);
  await tab.locator('button[type=submit]').click();
  await tab.locator('main#content').waitFor();
}

export const shoot = (tab, name, options = {}) =>
  PICTURES ? tab.screenshot({ path: join(PICTURES, `${name}.png`), ...options }) : undefined;

/** axe on what is shown, or some rules of it; throws what it says. */
export async function axe(tab, name, rules = null) {
  // Through the protocol, since the page's own policy allows no script from elsewhere.
  if (!(await tab.evaluate(() => 'axe' in globalThis))) await tab.evaluate(axeSource);
  await rested(tab);
  const { violations } = await tab.evaluate(
    (runOnly) =>
      globalThis.axe.run(document, {
        resultTypes: ['violations'],
        ...(runOnly ? { runOnly } : {}),
      }),
    rules,
  );
  if (!violations.length) return;
  const said = violations.map(
    (one) =>
      `${one.id}: ${one.help}\n${one.nodes
        .slice(0, 4)
        .map(
          (node) =>
            `    ${node.html.slice(0, 200)} ${node.failureSummary?.split('\n').slice(1, 3).join(' ')}`,
        )
        .join('\n')}`,
  );
  throw new Error(`axe on ${name}:\n${said.join('\n')}`);
}

/** Waits until nothing moves any more but what moves for ever, such as skeletons. */
async function rested(tab) {
  await tab.evaluate(async () => {
    await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    // What is on its way mostly comes at once; what is kept waiting on purpose is looked at as it is.
    for (let tries = 0; tries < 8 && document.querySelector('main .skeleton'); tries += 1)
      await new Promise((next) => setTimeout(next, 50));
    const ending = document
      .getAnimations()
      .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    await Promise.race([
      Promise.allSettled(ending.map((one) => one.finished)),
      new Promise((enough) => setTimeout(enough, 1000)),
    ]);
  });
}

export function check(condition, words) {
  if (!condition) throw new Error(words);
}

/** Waits until something is so. */
export async function until(words, test, milliseconds = PATIENCE) {
  const end = Date.now() + milliseconds;
  for (;;) {
    if (await test().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`never: ${words}`);
    await new Promise((go) => setTimeout(go, 60));
  }
}

/** The screen has come and shows what it has to show: nothing more is asked, nothing is a skeleton. */
export async function settled(tab) {
  const waiting = () =>
    tab.asking.size
      ? [...tab.asking].map((one) => one.url()).join(', ')
      : tab.evaluate(() => {
          const main = document.querySelector('main');
          // A long table ends with some until one scrolls there.
          const waits = main?.querySelector('.skeleton:not(td .skeleton)')?.parentElement;
          return main?.innerText.trim() ? (waits?.outerHTML.slice(0, 200) ?? '') : 'an empty page';
        });
  let last = '';
  for (let quiet = 0; quiet < 2;) {
    await until('', async () => !(last = await waiting())).catch(() => {
      throw new Error(`never has all come at ${tab.url()}: ${last}`);
    });
    // What has come may ask for more.
    await tab.evaluate(() => new Promise((next) => setTimeout(next, 40)));
    quiet = tab.asking.size ? 0 : quiet + 1;
  }
}

/** No part of the page may be wider than the window. */
export async function fits(tab, name) {
  const over = await tab.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return null;
    const widest = [...document.querySelectorAll('main *')].find(
      (one) => one.getBoundingClientRect().right > wide + 1,
    );
    return widest?.outerHTML.slice(0, 200) ?? 'something';
  });
  check(!over, `${name} is wider than the window: ${over}`);
}
