// A clumsy person at what can't be undone, an invitation whose days are over, a session that ends in a
// form of settings, and names that are too long or run from right to left, wherever names stand.
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
import { make } from './segment-steps.mjs';
import { accept, ask, dialogOf, fromMenu, go, invite, newMark } from './steps.mjs';

const mark = newMark();

/** Opens a question and fumbles: Enter at once, Enter in an empty field, the wrong word. */
async function fumble(tab, open, verb, wrong) {
  await open();
  const field = dialogOf(tab).getByRole('textbox').last();
  await field.waitFor();
  for (const typed of ['', wrong]) {
    await field.fill(typed);
    await field.press('Enter');
    const button = dialogOf(tab).getByRole('button', { name: verb, exact: true });
    if (!(await button.isDisabled())) await button.dblclick();
    await tab.waitForTimeout(250);
    check(await dialogOf(tab).isVisible(), `${verb} was done by “${typed}”`);
  }
  await axe(tab, verb);
  await shoot(tab, `clumsy-${verb.toLowerCase().replace(/ /g, '-')}`);
  await dialogOf(tab).getByRole('button', { name: 'Cancel' }).click();
  await dialogOf(tab).waitFor({ state: 'detached' });
}

export default {
  async 'clumsy: nothing that can’t be undone happens by one click or by Enter'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const { data: db } = await ask(tab, 'POST', '/v1/databases', { name: `Clumsy ${mark}` });
    const { data: person } = await ask(tab, 'POST', `/v1/databases/${db.id}/profiles`, {
      data: { email: `clumsy.${mark}@example.com`, _fname: 'Clum', _lname: 'Sy' },
    });
    const { data: list } = await ask(tab, 'POST', '/v1/suppressions', { name: `Clumsy ${mark}` });
    await ask(tab, 'POST', `/v1/suppressions/${list.id}/entries`, {
      values: [`gone.${mark}@example.com`],
    });
    const done = [];
    tab.on('response', (answer) => {
      const method = answer.request().method();
      const path = new URL(answer.url()).pathname;
      if (answer.ok() && (method === 'DELETE' || /\/(erase|wipe|clear)$/.test(path)))
        done.push(`${method} ${path}`);
    });
    await tab.goto(`${BASE}/console/databases/${db.id}/profiles/${person.id}`);
    await tab.getByRole('heading', { level: 1, name: 'Clum Sy' }).waitFor();
    await fumble(
      tab,
      () => fromMenu(tab, 'More about this person', 'Erase this person'),
      'Erase',
      'Clum Sy',
    );
    await tab.goto(`${BASE}/console/databases/${db.id}/settings`);
    for (const name of ['Remove everybody', 'Delete the database'])
      await fumble(
        tab,
        () => tab.locator('main').getByRole('button', { name, exact: true }).click(),
        name,
        `clumsy ${mark.slice(1)}`,
      );
    await tab.goto(`${BASE}/console/suppressions/${list.id}`);
    await fumble(tab, () => fromMenu(tab, 'More about this list', 'Clear'), 'Clear', 'Clumsy');
    check(!done.length, `done by a clumsy person: ${done.join(', ')}`);
    const kept = await ask(tab, 'GET', `/v1/databases/${db.id}/profiles/${person.id}`);
    check(kept.status === 200, 'the person is gone');
    await ask(
      tab,
      'DELETE',
      `/v1/suppressions/${list.id}?confirm=${encodeURIComponent(`Clumsy ${mark}`)}`,
    );
    await ask(
      tab,
      'DELETE',
      `/v1/databases/${db.id}?confirm=${encodeURIComponent(`Clumsy ${mark}`)}`,
    );
  },

  async 'trouble: an invitation whose days are over'(browser) {
    const tab = await page(browser);
    // Nobody waits seven days for it: the server's answer to a link that has ended is given here.
    await tab.route('**/v1/invitation', (route) =>
      route.fulfill({
        status: 404,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: '/v1/codes#invitation_not_found',
          title: 'There is no such invitation',
          status: 404,
          code: 'invitation_not_found',
          detail: 'There is no such invitation',
        }),
      }),
    );
    await tab.goto(`${BASE}/console/invitation#${'A'.repeat(43)}`);
    await tab.getByText('This link no longer works').waitFor();
    await tab.getByText(/for a limited time. Ask an administrator for a new one/).waitFor();
    await axe(tab, 'an invitation that expired');
    await shoot(tab, 'trouble-invitation-expired');
    await tab.getByRole('link', { name: 'To the sign-in page' }).click();
    await tab.locator('input[name=password]').waitFor();
  },

  async 'trouble: a session is ended in the middle of settings'(browser) {
    const admin = await page(browser);
    await signIn(admin);
    const user = await invite(admin, {
      email: `set.${mark}@example.com`,
      name: 'Set Ter',
      role: 'admin',
    });
    const tab = await page(browser);
    await accept(tab, user);
    await go(tab, '/databases/3/settings');
    await tab.getByLabel('Description').fill(`Kept ${mark}`);
    await ask(admin, 'DELETE', `/v1/users/${user.id}/sessions`);
    await tab.getByRole('button', { name: 'Save', exact: true }).click();
    const again = tab.getByRole('dialog', { name: 'Sign in again' });
    await again.locator('input[name=password]').fill('not the password');
    await tab.keyboard.press('Enter');
    await again.getByRole('alert').waitFor();
    await axe(tab, 'signing in again over settings');
    await shoot(tab, 'trouble-session-settings');
    await again.locator('input[name=password]').fill(PASSWORD);
    await tab.keyboard.press('Enter');
    await tab.getByRole('status').getByText('Saved').first().waitFor();
    check(
      (await tab.getByLabel('Description').inputValue()) === `Kept ${mark}`,
      'what was typed is lost',
    );
    await ask(admin, 'DELETE', `/v1/users/${user.id}`);
  },

  async 'trouble: a database that isn’t there says so'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: '/console/databases/999999' });
    for (const part of ['', '/imports', '/settings']) {
      await tab.goto(`${BASE}/console/databases/999999${part}`);
      await tab.getByText('This database isn’t here').last().waitFor();
    }
    await axe(tab, 'no such database');
    await shoot(tab, 'trouble-no-database');
    await tab.locator('main').getByRole('link', { name: 'Home' }).click();
    await tab.getByText('Hello').waitFor();
  },

  async 'trouble: names of 4,000 characters and from right to left, wherever names stand'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const { data: db } = await ask(tab, 'POST', '/v1/databases', { name: `Names ${mark}` });
    const api = `/v1/databases/${db.id}`;
    const long = `W${mark}${'olfeschlegelsteinhausenbergerdorff'.repeat(120)}`.slice(0, 4000);
    const add = async (mail, first, last) =>
      (
        await ask(tab, 'POST', `${api}/profiles`, {
          data: {
            email: `${mail}.${mark}@example.com`,
            _fname: first,
            _lname: last,
            _bdate: '1990-01-02',
          },
        })
      ).data.id;
    const ids = [
      await add('a', long, 'Long'),
      await add('b', long, 'Long'),
      await add('c', 'محمد', `الخوارزمي ${mark}`),
      await add('d', 'محمد', `الخوارزمي ${mark}`),
    ];
    const segment = await make(tab, db.id, { name: `${long.slice(0, 200)}`, kind: 'static' });
    await ask(tab, 'POST', `${api}/segments/${segment}/members`, { add: ids });
    await ask(tab, 'POST', `${api}/exports`, {
      name: `محمد ${long.slice(0, 80)}`,
      fields: ['_fname'],
    });
    const at = `/databases/${db.id}`;
    for (const [name, path, seen] of [
      ['list', at, /W.*olfe[^]*محمد/],
      ['search', `/search?q=w${mark}`, /olfe/],
      ['search-rtl', `/search?q=${encodeURIComponent('الخوارزمي')}`, /محمد/],
      ['card', `${at}/profiles/${ids[0]}`, /olfe/],
      ['card-rtl', `${at}/profiles/${ids[2]}`, /محمد/],
      ['history', `${at}/history`, /olfe[^]*محمد|محمد[^]*olfe/],
      ['duplicates', `${at}/duplicates`, /olfe[^]*محمد|محمد[^]*olfe/],
      ['merge', `${at}/profiles/${ids[0]}/merge?with=${ids[1]}`, /olfe/],
      ['segment', `${at}/segments/${segment}`, /olfe[^]*محمد/],
      ['segments', `${at}/segments`, /olfe/],
      ['exports', `${at}/exports`, /محمد/],
    ]) {
      await go(tab, path);
      await until(`${name} shows the names`, async () =>
        seen.test(await tab.locator('main').innerText()),
      );
      await settled(tab);
      for (const [width, height] of [
        [1440, 900],
        [360, 780],
      ]) {
        await tab.setViewportSize({ width, height });
        await fits(tab, `${name} at ${width}`);
        await axe(tab, `${name} at ${width}`);
        await shoot(tab, `names-${name}-${width}`);
      }
    }
    await ask(tab, 'DELETE', `${api}?confirm=${encodeURIComponent(`Names ${mark}`)}`);
  },
};
