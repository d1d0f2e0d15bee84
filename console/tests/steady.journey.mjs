// What holds on every screen: nothing jumps, little is loaded, nothing about people is kept.
import { brotliCompressSync } from 'node:zlib';
import { BASE, axe, check, page, shoot, signIn } from './harness.mjs';

const MAIL = process.env.CONSOLE_PERSON_EMAIL ?? 'grace.hopper@example.com';

export default {
  async 'nothing jumps'(browser) {
    for (const width of [360, 1440]) {
      const tab = await page(browser, { width, height: 900 });
      await tab.addInitScript(() => {
        globalThis.jumped = [];
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            if (entry.hadRecentInput) continue;
            globalThis.jumped.push({
              value: entry.value,
              what: entry.sources
                .map((source) => source.node?.outerHTML?.slice(0, 120))
                .join(' | '),
            });
          }
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await signIn(tab, { to: `/console/search?q=${encodeURIComponent(MAIL)}` });
      await tab.locator('#search-hits [role=option]').first().waitFor();
      const card = await tab.locator('#search-hits [role=option]').first().getAttribute('href');
      for (const path of ['/console/', `/console/search?q=grace`, card]) {
        await tab.goto(BASE + path);
        await tab.waitForTimeout(1500);
        const jumped = await tab.evaluate(() => globalThis.jumped);
        const sum = jumped.reduce((total, one) => total + one.value, 0);
        check(
          sum < 0.05,
          `${path} jumps by ${sum} at ${width}: ${JSON.stringify(jumped, null, 1)}`,
        );
      }
    }
  },

  async 'the first load is small, and nothing about people is kept'(browser) {
    const tab = await page(browser);
    const sizes = {};
    tab.on('response', async (response) => {
      const path = new URL(response.url()).pathname;
      if (!path.startsWith('/console/')) return;
      sizes[path] = brotliCompressSync(await response.body().catch(() => Buffer.alloc(0))).length;
    });
    await signIn(tab);
    await tab.locator('main a.card').first().waitFor();
    const total = Object.values(sizes).reduce((sum, one) => sum + one, 0);
    console.log(
      `       first load with signing in and home: ${Math.round(total / 1000)} kB in ${Object.keys(sizes).length} files`,
    );
    if (!(await tab.evaluate(() => Boolean(document.querySelector('script[src*="@vite"]')))))
      check(total < 200_000, `the first load has ${total} bytes`);
    await tab.getByRole('combobox', { name: 'Search people' }).fill('grace');
    await tab.locator('#search-hits [role=option]').first().waitFor();
    const kept = await tab.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
    );
    check(!/grace|example\.com/.test(kept), `kept in the browser: ${kept}`);
  },

  async 'the person’s menu: language and theme'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    await tab.getByRole('button', { name: 'Your account and settings' }).click();
    await tab.getByRole('menuitemradio', { name: 'Dark' }).click();
    check(
      (await tab.evaluate(() => document.documentElement.dataset.theme)) === 'dark',
      'the theme did not change',
    );
    await axe(tab, 'menu');
    await shoot(tab, 'menu-dark');
    await tab.getByRole('menuitemradio', { name: 'Русский' }).click();
    await tab.getByText('Здравствуйте').waitFor();
    check(
      (await tab.evaluate(() => document.documentElement.lang)) === 'ru',
      'the language is not said',
    );
    await tab.getByRole('menuitemradio', { name: 'English' }).click();
    await tab.getByText('Hello').waitFor();
    await tab.getByRole('menuitem', { name: 'Sign out' }).click();
    await tab.getByText('You are signed out.').waitFor();
    await tab.goto(`${BASE}/console/`);
    await tab.locator('input[name=email]').waitFor();
  },

  async 'an address that leads nowhere'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: '/console/nowhere' });
    await tab.getByText('There is nothing here').last().waitFor();
    await axe(tab, 'nowhere');
  },

  async 'every component of the kit'(browser) {
    // Only a development server shows it: CONSOLE_KIT is its address.
    if (!process.env.CONSOLE_KIT) return;
    for (const dark of [false, true]) {
      const tab = await page(browser, { dark, still: true });
      await tab.goto(`${process.env.CONSOLE_KIT}/console/kit`);
      await tab.getByRole('heading', { name: 'Kit' }).waitFor();
      await axe(tab, 'kit');
      await shoot(tab, `kit-${dark ? 'dark' : 'light'}`, { fullPage: true });
      for (const name of ['Dialog', 'Drawer']) {
        await tab.getByRole('button', { name, exact: true }).click();
        await tab.getByRole('dialog').waitFor();
        await axe(tab, name);
        await shoot(tab, `kit-${name.toLowerCase()}-${dark ? 'dark' : 'light'}`);
        await tab.keyboard.press('Escape');
        await tab.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await tab.getByRole('button', { name: 'Toast', exact: true }).click();
      await axe(tab, 'toast');
    }
  },
};
