// Signing in and journey 1: find a person.
import { BASE, EMAIL, PASSWORD, axe, check, fits, page, shoot, signIn, until } from './harness.mjs';

const NAME = process.env.CONSOLE_PERSON ?? 'Grace Hopper-Murray';
const box = (tab) => tab.getByRole('combobox', { name: /Search people|Поиск людей/ });
const hits = (tab) => tab.locator('#search-hits [role=option]');

export default {
  async 'sign in: wrong, then right, back to where one wanted to go'(browser) {
    const tab = await page(browser);
    await tab.goto(`${BASE}/console/search?q=hopper`);
    await tab.locator('input[name=email]').waitFor();
    check(new URL(tab.url()).pathname === '/console/sign-in', `is at ${tab.url()}`);
    await axe(tab, 'sign-in');
    await shoot(tab, 'sign-in');
    await tab.locator('button[type=submit]').click();
    await tab.getByRole('alert').waitFor();
    await tab.locator('input[name=email]').fill(EMAIL);
    await tab.locator('input[name=password]').fill('not the password');
    await tab.keyboard.press('Enter');
    await until('a wrong password is said', async () =>
      /belong together/.test(await tab.getByRole('alert').innerText()),
    );
    check(
      (await tab.locator('input[name=password]').inputValue()) !== '',
      'what was typed is lost',
    );
    await axe(tab, 'sign-in with an error');
    await tab.locator('input[name=password]').fill(PASSWORD);
    await tab.keyboard.press('Enter');
    await hits(tab).first().waitFor();
    check(new URL(tab.url()).searchParams.get('q') === 'hopper', `is at ${tab.url()}`);
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'sign in: too many attempts count down'(browser) {
    const tab = await page(browser);
    // Answered here, so that the account of the journeys isn't slowed down.
    await tab.route('**/v1/session', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({
            status: 429,
            headers: { 'retry-after': '2' },
            contentType: 'application/problem+json',
            body: '{"code":"too_many_requests","status":429,"title":"","detail":""}',
          })
        : route.continue(),
    );
    await tab.goto(`${BASE}/console/sign-in`);
    await tab.locator('input[name=email]').fill('somebody@example.com');
    await tab.locator('input[name=password]').fill('whatever it was');
    await tab.locator('button[type=submit]').click();
    await tab.getByText(/try again in \d second/).waitFor();
    await shoot(tab, 'sign-in-slow');
    await until(
      'the button works again',
      async () => !(await tab.locator('button[type=submit]').isDisabled()),
    );
  },

  async 'sign in: the server is away'(browser) {
    const tab = await page(browser);
    await tab.goto(`${BASE}/console/sign-in`);
    await tab.locator('input[name=email]').waitFor();
    await tab.route('**/v1/**', (route) => route.abort());
    await tab.locator('input[name=email]').fill(EMAIL);
    await tab.locator('input[name=password]').fill(PASSWORD);
    await tab.keyboard.press('Enter');
    await tab.getByText(/can’t be reached/).waitFor();
    check(
      (await tab.locator('input[name=password]').inputValue()) === PASSWORD,
      'what was typed is lost',
    );
    await tab.unroute('**/v1/**');
    await tab.keyboard.press('Enter');
    await tab.locator('main#content').waitFor();
  },

  async 'an invitation that is no more'(browser) {
    const tab = await page(browser);
    await tab.goto(`${BASE}/console/invitation#nothing`);
    await tab.getByText('This link no longer works').waitFor();
    await axe(tab, 'invitation');
    await shoot(tab, 'invitation-gone');
  },

  async 'an invitation is accepted'(browser) {
    // Against a real server CONSOLE_INVITATION is the token of an invitation made for this walk.
    const token =
      process.env.CONSOLE_INVITATION ?? (process.env.CONSOLE_EMAIL ? '' : 'open-sesame');
    if (!token) return;
    const tab = await page(browser);
    await tab.goto(`${BASE}/console/invitation#${token}`);
    await tab.getByLabel('Your name').fill('Nora Lindqvist');
    await tab.getByLabel('Choose a password').fill('too short');
    await tab.locator('button[type=submit]').click();
    await tab.getByText('3 more characters needed.').waitFor();
    await axe(tab, 'invitation');
    await shoot(tab, 'invitation');
    await tab.getByLabel('Choose a password').fill('a long enough password');
    await tab.locator('button[type=submit]').click();
    await tab.getByText('Hello, Nora').waitFor();
    check(!tab.url().includes(token), 'the token is still in the address bar');
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'home shows the databases'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    await tab.getByRole('heading', { level: 1 }).waitFor();
    await until('counts are there', async () => (await tab.locator('main .total').count()) > 0);
    await axe(tab, 'home');
    await shoot(tab, 'home');
    await tab.locator('main a.card').first().click();
    await tab.locator('tbody a').first().waitFor();
    await axe(tab, 'database');
    await shoot(tab, 'database');
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'find: by keyboard alone, from any screen to the card'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    await tab.keyboard.press('/');
    check(
      await box(tab).evaluate((one) => one === document.activeElement),
      '/ does not go to the search',
    );
    await tab.keyboard.type('hopper-m', { delay: 30 });
    await hits(tab).first().waitFor();
    await axe(tab, 'search panel');
    await shoot(tab, 'search-panel');
    await tab.keyboard.press('Enter');
    await until('the page', async () => new URL(tab.url()).pathname === '/console/search');
    await hits(tab).first().waitFor();
    check((await hits(tab).first().locator('mark').count()) > 0, 'nothing is marked');
    check(
      (await hits(tab).first().innerText()).includes('Northwind customers'),
      'the database is not shown',
    );
    await tab.keyboard.press('ArrowDown');
    check(
      (await box(tab).getAttribute('aria-activedescendant')) === 'hit-0',
      'the first hit is not active',
    );
    await axe(tab, 'search page');
    await shoot(tab, 'search');
    await tab.keyboard.press('Enter');
    await tab.getByRole('heading', { level: 1, name: NAME }).waitFor();
    await tab.goBack();
    await hits(tab).first().waitFor();
    check((await box(tab).inputValue()) === 'hopper-m', 'going back forgot the search');
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'find: the address is the search, fields are completed, nobody is an answer too'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: '/console/search?q=%D0%B0%D1%85%D0%BC%D0%B0%D1%82&in=profiles' });
    await hits(tab).first().waitFor();
    check((await box(tab).inputValue()) === 'ахмат', 'the address is not in the box');
    await box(tab).fill('pla');
    await tab.locator('#search-completions [role=option]').first().click();
    check((await box(tab).inputValue()) === 'plan:', 'the name was not completed');
    await tab.keyboard.type('bus');
    await tab.keyboard.press('ArrowUp');
    await tab.keyboard.press('Enter');
    check(
      (await box(tab).inputValue()).trim() === 'plan:business',
      `the value was not completed: ${await box(tab).inputValue()}`,
    );
    await until('hits', async () => (await hits(tab).count()) > 20);
    await box(tab).fill('nobodyhasthisname');
    await tab.getByText(/Nobody matches/).waitFor();
    await axe(tab, 'nobody');
    await shoot(tab, 'search-nobody');
    await box(tab).fill('a');
    await tab.getByText(/at least two/).waitFor();
    await box(tab).fill('');
    await tab.getByText(/Who are you looking for/).waitFor();
    await axe(tab, 'search without words');
    await shoot(tab, 'search-start');
  },

  async 'find: overtaken, slow and failed searches'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: '/console/search?q=grace' });
    await hits(tab).first().waitFor();
    let cancelled = 0;
    tab.on(
      'requestfailed',
      (request) => (cancelled += request.url().includes('/v1/search') ? 1 : 0),
    );
    await tab.route('**/v1/search?*', async (route) => {
      await new Promise((go) => setTimeout(go, 2200));
      await route.continue().catch(() => {});
    });
    await box(tab).fill('gr');
    await tab.waitForTimeout(400);
    check((await hits(tab).count()) > 0, 'what was found flickers away');
    await box(tab).fill('igor');
    await tab.getByText(/longer than usual/).waitFor();
    await until('the later search answers', async () =>
      /Igor/.test(await hits(tab).first().innerText()),
    );
    check(cancelled > 0, 'the overtaken search was not cancelled');
    await tab.unroute('**/v1/search?*');
    await tab.route('**/v1/search?*', (route) => route.abort());
    await box(tab).fill('priya');
    const again = tab.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    await axe(tab, 'failed search');
    await shoot(tab, 'search-failed');
    await tab.unroute('**/v1/search?*');
    await again.click();
    await until('it works again', async () => /Priya/.test(await hits(tab).first().innerText()));
  },

  async 'find: narrow, dark, in Russian'(browser) {
    const tab = await page(browser, {
      width: 360,
      height: 780,
      dark: true,
      language: 'ru',
    });
    await tab.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(tab, { to: '/console/search?q=%D0%B0%D0%BD%D0%BD%D0%B0' });
    await hits(tab).first().waitFor();
    check(
      (await tab.evaluate(() => document.documentElement.lang)) === 'ru',
      'the language is not said',
    );
    await fits(tab, 'search');
    await axe(tab, 'search in Russian');
    await shoot(tab, 'search-narrow-ru');
    await tab.getByRole('button', { name: 'Открыть меню' }).click();
    await tab.getByRole('dialog').waitFor();
    await axe(tab, 'navigation');
    await shoot(tab, 'navigation-narrow-ru');
  },
};
