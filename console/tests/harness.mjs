// A browser, a signed-in page, pictures and axe for the journeys.
// CONSOLE_URL says where the console is; CONSOLE_EMAIL and CONSOLE_PASSWORD who walks.
import { readFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const BASE = (process.env.CONSOLE_URL ?? 'http://127.0.0.1:4173').replace(/\/$/, '');
export const EMAIL = process.env.CONSOLE_EMAIL ?? 'admin@example.com';
export const PASSWORD = process.env.CONSOLE_PASSWORD ?? 'correct horse battery';
const PICTURES = process.env.CONSOLE_PICTURES ?? new URL('./pictures', import.meta.url).pathname;
const axeSource = await readFile(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** What browsers complained about since it was last emptied: errors of scripts, breaches of the policy. */
export const complaints = [];

export async function open() {
  await mkdir(PICTURES, { recursive: true });
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
  { width = 1440, height = 900, dark = false, language = 'en', still = false } = {},
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
  tab.setDefaultTimeout(10_000);
  tab.complaints = [];
  tab.on('pageerror', (error) => complaints.push(error.message));
  tab.on('pageerror', (error) => tab.complaints.push(`error: ${error.message}`));
  tab.on('console', (message) => {
    if (message.type() !== 'error') return;
    // Answers that a journey provokes are errors to the browser too.
    if (/Failed to load resource/.test(message.text())) return;
    tab.complaints.push(`console: ${message.text()}`);
    complaints.push(message.text());
  });
  return tab;
}

export async function signIn(tab, { email = EMAIL, password = PASSWORD, to = '/console/' } = {}) {
  await tab.goto(BASE + to);
  await tab.locator('input[name=email]').fill(email);
  await tab.locator('input[name=password]').fill(password);
  await tab.locator('button[type=submit]').click();
  await tab.locator('main#content').waitFor();
}

export const shoot = (tab, name, options = {}) =>
  tab.screenshot({ path: join(PICTURES, `${name}.png`), ...options });

/** axe on what is shown, or some rules of it; throws what it says. */
export async function axe(tab, name, rules = null) {
  // Through the protocol, since the page's own policy allows no script from elsewhere.
  if (!(await tab.evaluate(() => 'axe' in globalThis))) await tab.evaluate(axeSource);
  await tab.waitForTimeout(rules ? 40 : 250);
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

export function check(condition, words) {
  if (!condition) throw new Error(words);
}

/** Waits until something is so. */
export async function until(words, test, milliseconds = 8000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    if (await test().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`never: ${words}`);
    await new Promise((go) => setTimeout(go, 60));
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
