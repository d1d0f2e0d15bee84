// Journey 5, access: users are invited and removed, tokens are made and ended, one's own account.
import {
  BASE,
  PASSWORD,
  signIn,
  axe,
  check,
  fits,
  page,
  settled,
  shoot,
  until,
} from './harness.mjs';
import { accept, dialogOf, fromMenu, go, invite, newMark } from './steps.mjs';

const mark = newMark();
const row = (tab, text) => tab.locator('main li').filter({ hasText: text });

export default {
  async 'set up: somebody is invited, comes, gets another role, and is out at once'(browser) {
    const mail = `mary.${mark}@example.com`;
    const who = `Mary ${mark}`;
    const tab = await page(browser);
    await signIn(tab, { to: '/console/users' });
    await tab.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
    await row(tab, 'viewer@example.com').waitFor();
    await axe(tab, 'users');
    await shoot(tab, 'users');
    await tab.getByRole('button', { name: 'Invite somebody' }).click();
    const dialog = dialogOf(tab);
    await dialog.getByLabel('E-mail').fill('mary');
    await dialog.getByLabel('Name').fill(who);
    await dialog.getByRole('radio', { name: 'Marketer' }).check();
    await dialog.getByRole('radio', { name: 'Only some' }).check();
    await dialog.getByRole('button', { name: 'Make the invitation' }).click();
    await dialog.getByText('Choose at least one database.').waitFor();
    await dialog.getByRole('checkbox', { name: 'Stores' }).check();
    await dialog.getByRole('button', { name: 'Make the invitation' }).click();
    await dialog.getByText(/no e-mail address/).waitFor();
    check(
      (await dialog.getByLabel('Name', { exact: true }).inputValue()) === who,
      'what was typed is lost',
    );
    await axe(tab, 'a wrong invitation');
    await shoot(tab, 'users-invite');
    // Closing asks, since something was typed.
    await tab.keyboard.press('Escape');
    await tab.getByRole('button', { name: 'Go on editing' }).click();
    await dialog.getByLabel('E-mail').fill(mail);
    await dialog.getByRole('button', { name: 'Make the invitation' }).click();
    await dialog.getByText(/shown only this once/).waitFor();
    await axe(tab, 'an invitation');
    await shoot(tab, 'users-link');
    const link = new URL(await dialog.locator('code').innerText());
    await tab.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await dialog.getByRole('button', { name: 'Copied' }).waitFor();
    await tab.keyboard.press('Escape');
    await dialog.locator('code').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await row(tab, mail).getByText('Invited').waitFor();

    const other = await page(browser);
    await other.goto(`${BASE}${link.pathname}${link.hash}`);
    await other.locator('input[autocomplete=new-password]').fill('staple of the horse');
    await other.locator('button[type=submit]').click();
    await other.locator('main#content').waitFor();
    const nav = other.getByRole('navigation', { name: 'Main navigation' });
    await nav.getByRole('link', { name: 'Stores' }).waitFor();
    check((await nav.getByRole('link', { name: 'Northwind' }).count()) === 0, 'sees too much');
    check((await nav.getByRole('link', { name: 'Webhooks' }).count()) === 1, 'sees too little');
    check((await nav.getByRole('link', { name: 'Tokens' }).count()) === 0, 'sees tokens');

    await tab.reload();
    await row(tab, mail)
      .getByText(/Last here on/)
      .waitFor();
    await fromMenu(tab, `More about ${who}`, 'Edit');
    await dialog.getByRole('radio', { name: /^Agent/ }).check();
    await axe(tab, 'a user');
    await shoot(tab, 'users-edit');
    // Somebody else changes them meanwhile: both are shown.
    await tab.evaluate(async (email) => {
      const { items } = await (await fetch('/v1/users?limit=1000')).json();
      const { id } = items.find((one) => one.email === email);
      await fetch(`/v1/users/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ role: 'viewer' }),
      });
    }, mail);
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByText('Somebody else changed this meanwhile').waitFor();
    await axe(tab, 'a conflict of settings');
    await shoot(tab, 'users-conflict');
    await dialog.getByRole('button', { name: 'Keep mine' }).click();
    await row(tab, mail).getByText('Agent ·').waitFor();
    await other.reload();
    await nav.getByRole('link', { name: 'Stores' }).waitFor();
    check((await nav.getByRole('link', { name: 'Webhooks' }).count()) === 0, 'the role stays');

    await fromMenu(tab, `More about ${who}`, 'Remove');
    await axe(tab, 'a removal');
    await shoot(tab, 'users-remove');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await row(tab, mail).waitFor({ state: 'detached' });
    // What asks by itself may have met the end already: then a dialog stands over the link.
    await nav.getByRole('link', { name: 'Stores' }).evaluate((link) => link.click());
    await other.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: one’s own account'(browser) {
    const mail = `own.${mark}@example.com`;
    const admin = await page(browser);
    await signIn(admin);
    const user = await invite(admin, { email: mail, name: 'Own', role: 'viewer' });
    const tab = await page(browser);
    await accept(tab, user);
    await fromMenu(tab, 'Your account and settings', 'Your account');
    await tab.getByText('This browser').waitFor();
    await axe(tab, 'account');
    await shoot(tab, 'account', { fullPage: true });
    await tab.getByLabel('Name').fill('Owen');
    await tab.getByRole('link', { name: 'Home' }).first().click();
    await tab.getByRole('button', { name: 'Go on editing' }).click();
    await tab.getByRole('button', { name: 'Save', exact: true }).click();
    await tab.getByRole('status').getByText('Saved').waitFor();
    await tab.getByLabel('Current password').fill('wrong');
    await tab.getByLabel('New password').fill('short');
    await tab.getByRole('button', { name: 'Change the password' }).click();
    await tab.getByText('7 more characters needed').waitFor();
    await tab.getByLabel('New password').fill('staple of the horse');
    await tab.getByRole('button', { name: 'Change the password' }).click();
    await tab.getByText('This is not your current password.').waitFor();
    await axe(tab, 'a wrong password');
    await shoot(tab, 'account-wrong', { fullPage: true });
    const other = await page(browser);
    await signIn(other, { email: mail });
    await tab.reload();
    await tab.getByRole('button', { name: 'End this session' }).click();
    await tab.getByText('The session is ended').waitFor();
    await tab.getByLabel('Current password').fill(PASSWORD);
    await tab.getByLabel('New password').fill('staple of the horse');
    await tab.getByRole('button', { name: 'Change the password' }).click();
    await tab.getByText('The password is changed').waitFor();
    await signIn(await page(browser), { email: mail, password: 'staple of the horse' });
    await admin.evaluate(async (email) => {
      const { items } = await (await fetch('/v1/users?limit=1000')).json();
      const { id } = items.find((one) => one.email === email);
      await fetch(`/v1/users/${id}`, { method: 'DELETE' });
    }, mail);
  },

  async 'set up: a token is made, shown once, ended'(browser) {
    const name = `shop ${mark}`;
    const tab = await page(browser);
    await signIn(tab, { to: '/console/tokens' });
    await tab.getByRole('button', { name: 'New token' }).first().click();
    const dialog = dialogOf(tab);
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: 'Make the token' }).click();
    await dialog.getByText('Allow at least one thing.').waitFor();
    await dialog.getByLabel('People: Read').check();
    await dialog.getByLabel('Events: Change').check();
    await dialog.getByLabel('Ends').click();
    await tab.getByRole('option', { name: 'On a day of your choice' }).click();
    await dialog.getByLabel('Last day').fill('2020-01-01');
    await dialog.getByRole('button', { name: 'Make the token' }).click();
    await dialog.getByText('Choose a day after today.').waitFor();
    await axe(tab, 'a wrong token');
    await shoot(tab, 'tokens-make');
    await dialog.getByLabel('Last day').fill('2099-12-31');
    await dialog.getByRole('button', { name: 'Make the token' }).click();
    await dialog.getByText(/shown only this once/).waitFor();
    check(/^rst_/.test(await dialog.locator('code').innerText()), 'there is no secret');
    await axe(tab, 'a secret');
    await shoot(tab, 'tokens-secret');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await row(tab, name).getByText('Reads: People. Changes: Events').waitFor();
    await axe(tab, 'tokens');
    await shoot(tab, 'tokens');
    await tab.getByRole('button', { name: `End ${name}` }).click();
    await axe(tab, 'the end of a token');
    await dialog.getByRole('button', { name: 'End', exact: true }).click();
    await row(tab, name).waitFor({ state: 'detached' });
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: narrow, dark, in Russian'(browser) {
    const tab = await page(browser, {
      width: 360,
      height: 780,
      dark: true,
      language: 'ru',
    });
    await tab.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(tab, { to: '/console/users' });
    for (const [path, title] of [
      ['users', 'Пользователи'],
      ['account', 'Ваша учётная запись'],
      ['tokens', 'Токены'],
      ['webhooks', 'Вебхуки'],
      ['watchers', 'Наблюдатели'],
      ['suppressions', 'Стоп-листы'],
      ['outbox', 'Исходящие'],
      ['audit', 'Журнал действий'],
    ]) {
      await go(tab, `/${path}`);
      await tab.getByRole('heading', { name: title, level: 1 }).waitFor();
      await settled(tab);
      await fits(tab, path);
      await axe(tab, `${path} in Russian`);
      await shoot(tab, `${path}-narrow-ru`, { fullPage: true });
    }
    await tab.goto(`${BASE}/console/users`);
    await tab.getByRole('button', { name: 'Пригласить' }).click();
    await fits(tab, 'an invitation');
    await axe(tab, 'an invitation in Russian');
    await shoot(tab, 'users-invite-narrow-ru');
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: a viewer is offered none of it'(browser) {
    if (!process.env.CONSOLE_VIEWER) return;
    const tab = await page(browser);
    await signIn(tab, { email: process.env.CONSOLE_VIEWER });
    const nav = tab.getByRole('navigation', { name: 'Main navigation' });
    await nav.getByRole('link', { name: 'Suppression lists' }).waitFor();
    for (const name of ['Users', 'Tokens', 'Webhooks', 'Watchers', 'Outbox'])
      check((await nav.getByRole('link', { name, exact: true }).count()) === 0, `${name} is there`);
    await tab.goto(`${BASE}/console/suppressions`);
    await tab.locator('main li a').first().waitFor();
    check((await tab.getByRole('button', { name: 'New list' }).count()) === 0, 'may make lists');
    await tab.locator('main li a').first().click();
    await tab.getByRole('tab', { name: 'Check' }).waitFor();
    for (const name of ['Add values', 'Import a file'])
      check((await tab.getByRole('button', { name }).count()) === 0, `${name} is there`);
    check((await tab.getByRole('button', { name: /^Remove / }).count()) === 0, 'may remove');
    await axe(tab, 'a list as a viewer sees it');
    await shoot(tab, 'suppressions-viewer');
    await tab.getByRole('button', { name: 'More about this list' }).click();
    check((await tab.getByRole('menuitem', { name: 'Clear' }).count()) === 0, 'may clear');
    // What a viewer's role forbids says so, also by its address.
    await tab.goto(`${BASE}/console/users`);
    await until('it says that it is not allowed', async () =>
      /Your role doesn’t include this/.test(await tab.locator('main').innerText()),
    );
    check((await tab.getByRole('button', { name: 'Invite somebody' }).count()) === 0, 'may invite');
    await axe(tab, 'users as a viewer sees them');
  },
};
