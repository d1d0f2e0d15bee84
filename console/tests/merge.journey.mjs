// One person who is in the database twice: found, compared, merged, and the merge undone.
import { BASE, axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { ask, fromMenu, newMark } from './steps.mjs';

/** Two profiles of one person: one phone, other addresses, other towns. */
async function twice(tab) {
  const mark = newMark();
  const phone = `+4930${String(Date.now() + Math.floor(Math.random() * 1e6)).slice(-7)}`;
  const make = async (data) =>
    (await ask(tab, 'POST', '/v1/databases/1/profiles', { data })).data.id;
  const stays = await make({
    email: `ann.${mark}@example.com`,
    _fname: 'Ann',
    _lname: `Lee ${mark}`,
    phones: [phone],
    _city: 'Bonn',
  });
  const comes = await make({
    email: `a.lee.${mark}@example.com`,
    _fname: 'Anne',
    _lname: `Lee ${mark}`,
    phones: [phone],
    _city: 'Berlin',
    note: 'Asked for paper invoices.',
  });
  for (const [id, status] of [
    [stays, 'subscribed'],
    [comes, 'unsubscribed'],
  ])
    await ask(tab, 'PUT', `/v1/databases/1/profiles/${id}/subscriptions`, {
      resource_id: '1',
      channel: 'email',
      email: `ann.${mark}@example.com`,
      status,
    });
  return { mark, stays, comes };
}
const row = (tab, name) => tab.getByRole('radiogroup', { name, exact: true });

export default {
  async 'merge: from the card, with a preview, and undone there'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const { mark, stays } = await twice(tab);
    await tab.goto(`${BASE}/console/databases/1/profiles/${stays}`);
    await tab.getByRole('heading', { level: 1, name: `Ann Lee ${mark}` }).waitFor();
    await tab.getByText('same phone').first().waitFor();
    await axe(tab, 'a card with a duplicate');
    await shoot(tab, 'card-duplicate', { fullPage: true });
    await fromMenu(tab, 'More about this person', 'Merge with another profile');
    await tab.getByText('Which other profile is the same person?').waitFor();
    await tab.getByText(/same phone/).waitFor();
    await axe(tab, 'who is the other');
    await shoot(tab, 'merge-choose');
    await tab.getByLabel('Search in this database').fill('nobodyhasthisname');
    await tab
      .getByText(/Nobody matches/)
      .last()
      .waitFor();
    await tab.getByRole('button', { name: new RegExp(`Anne Lee ${mark}`) }).click();
    await tab.getByText('Status and subscriptions afterwards').waitFor();
    await until('the stricter status wins', async () =>
      /Subscribed\s+Unsubscribed/.test(
        await tab.locator('section[aria-labelledby=afterwards]').innerText(),
      ),
    );
    check((await row(tab, 'City').count()) === 1, 'a difference is not shown');
    check((await tab.getByRole('group', { name: 'Note' }).count()) === 0, 'not differences only');
    await tab.getByLabel('Differences only').uncheck();
    await tab.getByRole('group', { name: 'Note' }).waitFor();
    await row(tab, 'City').getByRole('radio').nth(1).check();
    await until('Berlin comes', async () =>
      /Berlin/.test(await row(tab, 'City').locator('.after').innerText()),
    );
    await axe(tab, 'merge');
    await shoot(tab, 'merge', { fullPage: true });
    // The server is away for a moment: what was chosen stays.
    await tab.route('**/v1/**', (route) => route.abort());
    await tab.getByRole('button', { name: 'Merge 2 profiles' }).click();
    await tab.getByText(/can’t be reached/).waitFor();
    await tab.unroute('**/v1/**');
    check(await row(tab, 'City').getByRole('radio').nth(1).isChecked(), 'the choice is lost');
    await tab.getByRole('button', { name: 'Merge 2 profiles' }).click();
    await tab.getByText('The profiles are merged').waitFor();
    await tab.getByRole('heading', { level: 1, name: `Ann Lee ${mark}` }).waitFor();
    const merges = tab.locator('section[aria-labelledby=merges]');
    await merges.getByRole('button', { name: 'Undo' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByText(/1 profile/).waitFor();
    await axe(tab, 'undo a merge');
    await shoot(tab, 'merge-undo');
    await dialog.getByRole('button', { name: 'Undo the merge' }).click();
    await tab.getByText('The merge is undone').waitFor();
    await merges.getByText(/undone on/).waitFor();
    await tab.getByText('same phone').first().waitFor();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'merge: somebody changes a profile in between'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const { stays, comes } = await twice(tab);
    await tab.goto(`${BASE}/console/databases/1/profiles/${stays}/merge?with=${comes}`);
    await tab.getByText('Status and subscriptions afterwards').waitFor();
    await until(
      'it may be merged',
      async () => !(await tab.getByRole('button', { name: 'Merge 2 profiles' }).isDisabled()),
    );
    await ask(tab, 'PATCH', `/v1/databases/1/profiles/${stays}`, { data: { _city: 'Köln' } });
    await tab.getByRole('button', { name: 'Merge 2 profiles' }).click();
    await tab.getByText(/Somebody changed one of the profiles/).waitFor();
    await tab.getByText('Köln').first().waitFor();
    await axe(tab, 'changed in between');
  },

  async 'merge: narrow, dark, in Russian'(browser) {
    const tab = await page(browser, {
      width: 360,
      height: 780,
      dark: true,
      language: 'ru',
    });
    await tab.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(tab);
    const { stays, comes } = await twice(tab);
    await tab.goto(`${BASE}/console/databases/1/profiles/${stays}/merge?with=${comes}`);
    await tab.getByText('Статус и подписки после объединения').waitFor();
    await fits(tab, 'merge');
    await axe(tab, 'merge in Russian');
    await shoot(tab, 'merge-narrow-ru', { fullPage: true });
  },

  async 'merge: a viewer is not offered it'(browser) {
    if (!process.env.CONSOLE_VIEWER && process.env.CONSOLE_EMAIL) return;
    const tab = await page(browser);
    await signIn(tab, {
      email: process.env.CONSOLE_VIEWER ?? 'viewer@example.com',
      to: '/console/search?q=grace.hopper',
    });
    await tab.locator('#search-hits [role=option]').first().click();
    await tab.getByRole('tab').first().waitFor();
    check((await tab.getByText(/Merge with/).count()) === 0, 'a viewer may merge');
    await tab.goto(`${tab.url()}/merge`);
    await tab.getByText('Your role doesn’t include this.').waitFor();
  },
};
