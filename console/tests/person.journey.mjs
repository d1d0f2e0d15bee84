// Journey 2: a person's card.
import { BASE, axe, check, fits, page, settled, shoot, signIn, until } from './harness.mjs';
import { ask, fieldRow, fromMenu, go, newMark } from './steps.mjs';

const NAME = process.env.CONSOLE_PERSON ?? 'Grace Hopper-Murray';
const MAIL = process.env.CONSOLE_PERSON_EMAIL ?? 'grace.hopper@example.com';

/** Opens somebody's card by the search, as a person would. */
async function card(browser, { q = MAIL, options = {}, who = {} } = {}) {
  const tab = await page(browser, options);
  await signIn(tab, { ...who, to: `/console/search?q=${encodeURIComponent(q)}` });
  await tab.locator('#search-hits [role=option]').first().click();
  await tab.locator('main h1').waitFor();
  await tab.getByRole('tab').first().waitFor();
  await until('the history', async () => (await tab.locator('section ol > li').count()) > 0);
  await until('all parts', async () => (await tab.locator('main .skeleton').count()) === 0);
  return tab;
}
const apiPath = (tab) => new URL(tab.url()).pathname.replace('/console/', '/v1/');

export default {
  async 'a card: tabs, reach, history'(browser) {
    const tab = await card(browser);
    await tab.getByRole('heading', { level: 1, name: NAME }).waitFor();
    await tab.getByText(/Messages arrive on/).waitFor();
    await axe(tab, 'card');
    await shoot(tab, 'card', { fullPage: true });
    for (const name of ['Contacts', 'Registration', 'Tracked', 'Additional']) {
      await tab.getByRole('tab', { name }).click();
      await tab.getByRole('tabpanel').waitFor();
      await axe(tab, name);
    }
    await shoot(tab, 'card-additional');
    await tab.getByRole('tab', { name: 'Main' }).focus();
    await tab.keyboard.press('ArrowRight');
    check(
      (await tab.getByRole('tab', { name: 'Contacts' }).getAttribute('aria-selected')) === 'true',
      'arrows do not move between tabs',
    );
    await tab.getByLabel(/^Show:/).click();
    await tab.getByRole('option', { name: 'Event' }).click();
    await until(
      'only events',
      async () =>
        (await tab.locator('section ol > li').first().innerText()).match(/link|message/i) !== null,
    );
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'a card: edit in place, by keyboard, with the server’s error beside the field'(browser) {
    const tab = await card(browser);
    const city = fieldRow(tab, 'City');
    const before = (await city.locator('.value').innerText()).trim();
    const wanted = before === 'Lisbon' ? 'London' : 'Lisbon';
    await city.getByRole('button', { name: 'Edit City' }).focus();
    await tab.keyboard.press('Enter');
    await city.getByRole('textbox').fill(wanted);
    await tab.keyboard.press('Enter');
    await until(
      'it is stored',
      async () => (await city.locator('.value').innerText()).trim() === wanted,
    );
    check(
      await city
        .getByRole('button', { name: 'Edit City' })
        .evaluate((one) => one === document.activeElement),
      'the focus is lost after saving',
    );
    await until('history says it', async () =>
      (await tab.locator('section ol > li').first().innerText()).includes(wanted),
    );
    await tab.getByRole('button', { name: 'Put the old values back' }).first().click();
    const back = tab.getByRole('dialog', { name: 'Put the old values back' });
    check(
      new RegExp(`Now\\s+${wanted}\\s+Afterwards\\s+${before}`).test(await back.innerText()),
      `what would be is not shown: ${await back.innerText()}`,
    );
    await axe(tab, 'put back');
    await shoot(tab, 'card-put-back');
    await back.getByRole('button', { name: 'Put them back' }).click();
    await until(
      'the old value is back',
      async () => (await city.locator('.value').innerText()).trim() === before,
    );
    const phones = fieldRow(tab, 'Phones');
    await phones.getByRole('button', { name: 'Edit Phones' }).click();
    await phones.getByRole('textbox').first().fill('12');
    await phones.getByRole('button', { name: 'Save' }).click();
    await phones.getByText(/no valid phone number/).waitFor();
    check(
      (await phones.getByRole('textbox').first().inputValue()) === '12',
      'what was typed is lost',
    );
    await axe(tab, 'a wrong value');
    await shoot(tab, 'card-wrong-value');
    // Another tab and back: what was typed is still there. Leaving the page asks.
    await tab.getByRole('tab', { name: 'Registration' }).click();
    await tab.getByRole('tab', { name: 'Main' }).click();
    check(
      (await phones.getByRole('textbox').first().inputValue()) === '12',
      'changing tabs lost what was typed',
    );
    await tab.getByRole('link', { name: 'Home' }).first().click();
    await tab.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    await axe(tab, 'leave');
    await shoot(tab, 'card-leave');
    await tab.getByRole('button', { name: 'Go on editing' }).click();
    await tab.goBack();
    await tab.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    await tab.getByRole('button', { name: 'Go on editing' }).click();
    check(
      (await phones.getByRole('textbox').first().inputValue()) === '12',
      'going back lost what was typed',
    );
    await phones.getByRole('button', { name: 'Cancel' }).click();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'a card: the last change is undone, unless somebody changed it since'(browser) {
    const tab = await card(browser);
    const city = fieldRow(tab, 'City');
    await ask(tab, 'PATCH', apiPath(tab), { data: { _city: 'Porto' } });
    await tab.reload();
    await until('Porto', async () => (await city.locator('.value').innerText()).trim() === 'Porto');
    await until('the history', async () => (await tab.locator('section ol > li').count()) > 0);
    await fromMenu(tab, 'More about this person', 'Undo the last change');
    const back = tab.getByRole('dialog', { name: 'Put the old values back' });
    await back.getByText('Porto').waitFor();
    await ask(tab, 'PATCH', apiPath(tab), { data: { _city: 'Faro' } });
    await back.getByRole('button', { name: 'Put them back' }).click();
    await back.getByText(/Somebody changed this profile/).waitFor();
    await back.getByText(/These values have changed since/).waitFor();
    await axe(tab, 'changed since');
    await back.getByRole('button', { name: 'Cancel' }).click();
    await until('theirs is shown', async () =>
      (await city.locator('.value').innerText()).includes('Faro'),
    );
    await ask(tab, 'PATCH', apiPath(tab), { data: { _city: 'London' } });
  },

  async 'a card: every control'(browser) {
    const tab = await card(browser);
    await tab.getByRole('tab', { name: 'Additional' }).click();
    for (const title of [
      'Plan',
      'Visits',
      'VIP',
      'Last order',
      'Interests',
      'Note',
      'Delivery address',
    ]) {
      await fieldRow(tab, title)
        .getByRole('button', { name: `Edit ${title}` })
        .click();
    }
    await axe(tab, 'all controls');
    const plan = fieldRow(tab, 'Plan').locator('button.select');
    await plan.click();
    await tab.getByRole('option', { name: 'enterprise' }).waitFor();
    await axe(tab, 'a list of options');
    await shoot(tab, 'card-options');
    await tab.keyboard.press('Escape');
    await tab.getByRole('option', { name: 'enterprise' }).waitFor({ state: 'detached' });
    check(
      (await fieldRow(tab, 'Plan').getByRole('button', { name: 'Save' }).count()) === 1,
      'Escape closed more than the list',
    );
    await shoot(tab, 'card-controls', { fullPage: true });
    const tags = fieldRow(tab, 'Interests');
    await tags.getByRole('textbox').fill('chess');
    await tab.keyboard.press('Enter');
    await tags.getByRole('button', { name: 'Save' }).click();
    await until('the tag is stored', async () =>
      (await tags.locator('.value').innerText()).includes('chess'),
    );
    const address = fieldRow(tab, 'Delivery address');
    await address.getByRole('textbox').fill('{broken');
    await address.getByRole('button', { name: 'Save' }).click();
    await address.getByText(/not valid JSON/).waitFor();
    await ask(tab, 'PATCH', apiPath(tab), { data: { interests: ['books', 'design', 'travel'] } });
  },

  async 'a card: a conflict shows both values'(browser) {
    const tab = await card(browser);
    const city = fieldRow(tab, 'City');
    await city.getByRole('button', { name: 'Edit City' }).click();
    await city.getByRole('textbox').fill('Mine');
    // Another field alone is no conflict: it is saved after all.
    await ask(tab, 'PATCH', apiPath(tab), { data: { _region: `Region ${Date.now()}` } });
    await city.getByRole('button', { name: 'Save' }).click();
    await until('saved', async () => (await city.locator('.value').innerText()).trim() === 'Mine');
    await city.getByRole('button', { name: 'Edit City' }).click();
    await city.getByRole('textbox').fill('Mine again');
    await ask(tab, 'PATCH', apiPath(tab), { data: { _city: 'Theirs' } });
    await city.getByRole('button', { name: 'Save' }).click();
    const dialog = tab.getByRole('dialog', { name: /Somebody else/ });
    await dialog.waitFor();
    check(
      /Mine again[^]*Theirs[^]*Mine/.test(await dialog.innerText()),
      'both values are not shown',
    );
    await axe(tab, 'conflict');
    await shoot(tab, 'card-conflict');
    await dialog.getByRole('button', { name: 'Keep mine' }).click();
    await until(
      'mine is stored',
      async () => (await city.locator('.value').innerText()).trim() === 'Mine again',
    );
    await ask(tab, 'PATCH', apiPath(tab), { data: { _city: 'London' } });
  },

  async 'a card: subscriptions are suspended, resumed, ended with a reason, asked again'(browser) {
    // Somebody of its own: other journeys count on it that messages reach the one above.
    const email = `subscriber.${newMark()}@example.com`;
    const phone = `+4479${String(Date.now()).slice(-8)}`;
    const tab = await page(browser);
    await signIn(tab);
    const { data: made } = await ask(tab, 'POST', '/v1/databases/1/profiles', {
      data: {
        email,
        subscriptions: [
          { resource_id: '1', channel: 'email', email, status: 'subscribed' },
          { resource_id: '1', channel: 'sms', phone, status: 'unconfirmed' },
        ],
      },
    });
    await go(tab, `/databases/1/profiles/${made.id}`);
    const letter = tab
      .locator('section[aria-labelledby=subscriptions] .row')
      .filter({ hasText: email })
      .first();
    const menu = letter.getByRole('button', { name: /^Actions for/ });
    const act = async (name) => {
      await menu.click();
      await tab.getByRole('menuitem', { name, exact: true }).click();
    };
    await act('Suspend');
    const dialog = tab.getByRole('dialog');
    await dialog.getByLabel('Until').fill('2027-03-01');
    await axe(tab, 'suspend');
    await shoot(tab, 'card-suspend');
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await letter.getByText('until 1 Mar 2027').waitFor();
    await act('Resume');
    await until('resumed', async () => (await letter.innerText()).includes('Subscribed'));
    await act('Unsubscribe');
    await dialog.getByRole('button', { name: 'Unsubscribe' }).click();
    await dialog.getByText('Say why.').waitFor();
    await dialog.getByLabel('Reason').fill('They phoned and asked for it');
    await dialog.getByRole('button', { name: 'Unsubscribe' }).click();
    await until('unsubscribed', async () => (await letter.innerText()).includes('Unsubscribed'));
    await act('Subscribe again');
    await dialog.getByLabel('Reason').fill('They changed their mind');
    await dialog.getByRole('button', { name: 'Subscribe again' }).click();
    await until(
      'subscribed',
      async () =>
        /Subscribed(?! again)/.test(await letter.innerText()) &&
        !/Unsubscribed/.test(await letter.innerText()),
    );
    const waiting = tab
      .locator('section[aria-labelledby=subscriptions] .row')
      .filter({ hasText: 'Unconfirmed' })
      .first();
    await waiting.getByRole('button', { name: /^Actions for/ }).click();
    await axe(tab, 'a menu');
    await shoot(tab, 'card-menu');
    await tab.getByRole('menuitem', { name: 'Ask to confirm' }).click();
    await tab
      .getByRole('status')
      .getByText(/queued|held back|Nobody was asked/)
      .waitFor();
  },

  async 'a card: a person is erased'(browser) {
    const tab = await card(browser);
    const mail = `erase.me.${Date.now()}@example.com`;
    const made = await ask(tab, 'POST', apiPath(tab).replace(/\/[^/]+$/, ''), {
      data: { email: mail, _fname: 'Erase', _lname: 'Me' },
    });
    await tab.goto(`${BASE}${new URL(tab.url()).pathname.replace(/[^/]+$/, made.data.id)}`);
    await tab.getByRole('heading', { level: 1, name: 'Erase Me' }).waitFor();
    await tab.getByRole('button', { name: 'More about this person' }).click();
    await axe(tab, 'more');
    await tab.getByRole('menuitem', { name: 'Erase this person' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Erase' }).click();
    await axe(tab, 'erase');
    await shoot(tab, 'card-erase');
    await dialog.getByRole('textbox').fill('erase');
    await dialog.getByRole('button', { name: 'Erase' }).click();
    await tab.getByText('The person is erased').waitFor();
    await tab.goBack().catch(() => {});
  },

  async 'a card: as it was on a day'(browser) {
    const tab = await card(browser);
    const first = await tab.locator('section ol time').last().getAttribute('datetime');
    const moment = new Date(Math.ceil((Date.parse(first) + 1) / 1000) * 1000).toISOString();
    await tab.goto(`${BASE}${new URL(tab.url()).pathname}?at=${moment}`);
    await tab.getByText(/This is how the profile was/).waitFor();
    check(
      (await tab.getByRole('button', { name: /^Edit / }).count()) === 0,
      'the past can be edited',
    );
    await axe(tab, 'as it was');
    await shoot(tab, 'card-as-it-was');
    await tab.getByRole('link', { name: 'Back to now' }).click();
    await tab.getByText(/Messages arrive on/).waitFor();
    await tab.getByLabel('As it was on').fill('2020-01-01T10:00');
    await tab.getByRole('button', { name: 'Show', exact: true }).click();
    await tab.getByText(/The profile came to be/).waitFor();
    await axe(tab, 'before the profile');
  },

  async 'a card: the session ends in mid-work'(browser) {
    const tab = await card(browser, { who: { own: true } });
    const city = fieldRow(tab, 'City');
    await city.getByRole('button', { name: 'Edit City' }).click();
    const wanted = `Town ${Date.now() % 1000}`;
    await city.getByRole('textbox').fill(wanted);
    await ask(tab, 'DELETE', '/v1/session');
    await city.getByRole('button', { name: 'Save' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Sign in again' });
    await dialog.waitFor();
    await axe(tab, 'sign in again');
    await shoot(tab, 'sign-in-again');
    await dialog
      .locator('input[name=password]')
      .fill(process.env.CONSOLE_PASSWORD ?? 'correct horse battery');
    await tab.keyboard.press('Enter');
    await until(
      'it went on',
      async () => (await city.locator('.value').innerText()).trim() === wanted,
    );
    await ask(tab, 'PATCH', apiPath(tab), { data: { _city: 'London' } });
  },

  async 'a card: the network goes and comes'(browser) {
    const tab = await card(browser);
    await tab.route('**/v1/**', (route) => route.abort());
    const city = fieldRow(tab, 'City');
    await city.getByRole('button', { name: 'Edit City' }).click();
    await city.getByRole('textbox').fill('Offline');
    await city.getByRole('button', { name: 'Save' }).click();
    await city.getByText(/can’t be reached/).waitFor();
    check((await city.getByRole('textbox').inputValue()) === 'Offline', 'what was typed is lost');
    await tab.unroute('**/v1/**');
    await city.getByRole('button', { name: 'Save' }).click();
    await until(
      'saved',
      async () => (await city.locator('.value').innerText()).trim() === 'Offline',
    );
    await ask(tab, 'PATCH', apiPath(tab), { data: { _city: 'London' } });
  },

  async 'a card: a viewer sees no way to change anything'(browser) {
    if (!process.env.CONSOLE_VIEWER && process.env.CONSOLE_EMAIL) return;
    const tab = await card(browser, {
      who: { email: process.env.CONSOLE_VIEWER ?? 'viewer@example.com' },
    });
    check(
      (await tab.getByRole('button', { name: /^(Edit|Actions for) / }).count()) === 0,
      'a viewer is offered changes',
    );
    await shoot(tab, 'card-viewer');
  },

  async 'a card: long names, names from right to left, nobody'(browser) {
    for (const options of [
      { width: 360, height: 780 },
      { width: 1440, height: 900 },
    ]) {
      for (const q of ['long@example.com', 'rtl@example.com']) {
        const tab = await card(browser, { q, options });
        await fits(tab, q);
        await axe(tab, q);
        await shoot(tab, `card-${q.split('@')[0]}-${options.width}`);
      }
    }
    const tab = await page(browser);
    await signIn(tab, { to: '/console/databases/1/profiles/000000000000000000000000' });
    await tab
      .getByText(/isn’t here/)
      .last()
      .waitFor();
    await axe(tab, 'nobody');
    await shoot(tab, 'card-nobody');
  },

  async 'a card: every width, theme and language'(browser) {
    for (const language of ['en', 'ru']) {
      const tab = await page(browser, { language });
      await tab.addInitScript(
        (chosen) => localStorage.setItem('roster.language', chosen),
        language,
      );
      await signIn(tab, { to: `/console/search?q=${encodeURIComponent(MAIL)}` });
      await tab.locator('#search-hits [role=option]').first().click();
      await until('the history', async () => (await tab.locator('section ol > li').count()) > 0);
      await settled(tab);
      for (const dark of [false, true]) {
        await tab.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
        for (const width of [360, 768, 1440]) {
          await tab.setViewportSize({ width, height: width < 500 ? 780 : 1000 });
          const name = `card-${width}-${dark ? 'dark' : 'light'}-${language}`;
          await fits(tab, name);
          await axe(tab, name);
          await shoot(tab, name, { fullPage: true });
        }
      }
    }
  },
};
