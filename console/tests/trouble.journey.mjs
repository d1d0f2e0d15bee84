// What goes wrong: nothing typed is lost, and one knows what happened and what to do.
import { BASE, PASSWORD, axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { accept, ask, fieldRow, invite, newMark } from './steps.mjs';

const MAIL = process.env.CONSOLE_PERSON_EMAIL ?? 'grace.hopper@example.com';
const mark = newMark();

async function card(tab, q = MAIL) {
  await tab.goto(`${BASE}/console/search?q=${encodeURIComponent(q)}`);
  await tab.locator('#search-hits [role=option]').first().click();
  await tab.getByRole('tab').first().waitFor();
  await until('all parts', async () => (await tab.locator('main .skeleton').count()) === 0);
}

export default {
  async 'trouble: ten wrong passwords'(browser) {
    const tab = await page(browser);
    await tab.goto(`${BASE}/console/sign-in`);
    await tab.locator('input[name=email]').fill(`nobody.${mark}@example.com`);
    await tab.locator('input[name=password]').fill('not the password');
    const button = tab.locator('button[type=submit]');
    let wrong = 0;
    for (; wrong < 10 && !(await button.isDisabled()); wrong += 1) {
      const answered = tab.waitForResponse('**/v1/session');
      await button.click();
      await answered;
      await tab
        .getByRole('alert')
        .or(tab.getByText(/try again in \d+ second/))
        .first()
        .waitFor();
    }
    await tab.getByText(/try again in \d+ second/).waitFor();
    check(await button.isDisabled(), 'one may go on trying');
    check(
      (await tab.locator('input[name=password]').inputValue()) === 'not the password',
      'what was typed is lost',
    );
    await axe(tab, 'too many attempts');
    await shoot(tab, 'trouble-passwords');
  },

  async 'trouble: an invitation that is good no more'(browser) {
    const admin = await page(browser);
    await signIn(admin);
    const late = await invite(admin, {
      email: `late.${mark}@example.com`,
      name: 'Late',
      role: 'agent',
    });
    // A newer link takes the place of the one before, as its end does.
    await ask(admin, 'POST', `/v1/users/${late.id}/invitation`);
    const tab = await page(browser);
    await tab.goto(`${BASE}/console/invitation${new URL(late.invitation.link).hash}`);
    await tab.getByText('This link no longer works').waitFor();
    await tab.getByText(/Ask an administrator for a new one/).waitFor();
    await axe(tab, 'an old invitation');
    await shoot(tab, 'trouble-invitation');
    await ask(admin, 'DELETE', `/v1/users/${late.id}`);
  },

  async 'trouble: sessions are ended and the role is taken away in mid-edit'(browser) {
    const admin = await page(browser);
    await signIn(admin);
    const user = await invite(admin, {
      email: `agent.${mark}@example.com`,
      name: 'Nora Lindqvist',
      role: 'agent',
    });
    const tab = await page(browser);
    await accept(tab, user);
    await card(tab);
    const city = fieldRow(tab, 'City');
    await city.getByRole('button', { name: 'Edit City' }).click();
    const wanted = `Town ${mark}`;
    await city.getByRole('textbox').fill(wanted);
    await ask(admin, 'DELETE', `/v1/users/${user.id}/sessions`);
    await city.getByRole('button', { name: 'Save' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Sign in again' });
    await dialog.locator('input[name=password]').fill(PASSWORD);
    await shoot(tab, 'trouble-session');
    await tab.keyboard.press('Enter');
    await until('it went on', async () => (await city.locator('.value').innerText()) === wanted);
    // Now the role: an agent becomes a viewer while they type.
    await city.getByRole('button', { name: 'Edit City' }).click();
    await city.getByRole('textbox').fill('Typed by somebody who may no longer');
    const changed = await ask(admin, 'PATCH', `/v1/users/${user.id}`, { role: 'viewer' });
    check(changed.status === 200, `the role could not be changed: ${JSON.stringify(changed.data)}`);
    await city.getByRole('button', { name: 'Save' }).click();
    await city.getByText('Your role doesn’t include this.').waitFor();
    check(
      (await city.getByRole('textbox').inputValue()) === 'Typed by somebody who may no longer',
      'what was typed is lost',
    );
    await until(
      'what they may not do is offered no more',
      async () => (await tab.getByRole('button', { name: 'Edit First name' }).count()) === 0,
    );
    await axe(tab, 'the role is gone');
    await shoot(tab, 'trouble-role');
    await ask(admin, 'DELETE', `/v1/users/${user.id}`);
    await card(admin);
    await ask(admin, 'PATCH', new URL(admin.url()).pathname.replace('/console/', '/v1/'), {
      data: { _city: 'London' },
    });
  },

  async 'trouble: the server is away for a while, on every screen'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const person = (await ask(tab, 'GET', `/v1/search?q=${encodeURIComponent(MAIL)}`)).data.items[0]
      .profile;
    await tab.goto(`${BASE}/console/databases/1/imports`);
    await tab.locator('input[type=file]').waitFor({ state: 'attached' });
    const screens = [
      '/console/',
      '/console/databases/1',
      '/console/search?q=grace',
      `/console/databases/1/profiles/${person.id}`,
      `/console/databases/1/profiles/${person.id}/merge`,
      '/console/databases/1/imports',
    ];
    for (const path of screens) {
      await tab.goto(`${BASE}/console/nowhere`);
      await tab.getByText('There is nothing here').last().waitFor();
      // Who is signed in is known already; all else fails, as when the server goes in mid-work.
      await tab.route('**/v1/**', (route) =>
        route.request().url().endsWith('/v1/session') ? route.continue() : route.abort(),
      );
      await tab.goto(BASE + path);
      const again = tab.getByRole('button', { name: 'Try again' }).first();
      await again.waitFor();
      await tab
        .getByText(/can’t be reached/)
        .first()
        .waitFor();
      await axe(tab, `${path} without a server`);
      await fits(tab, path);
      if (path === '/console/') await shoot(tab, 'trouble-away');
      await tab.unroute('**/v1/**');
      for (let tries = 0; tries < 4 && (await again.count()); tries += 1) {
        await again.click();
        await tab.waitForTimeout(400);
      }
      await until(`${path} comes back`, async () => (await again.count()) === 0);
    }
  },

  async 'trouble: a file isn’t sent, and is sent once more'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: '/console/databases/3/imports' });
    await tab.getByText('Drop one or several files here').waitFor();
    await tab.route('**/v1/databases/3/imports?*', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    );
    await tab.locator('input[type=file]').setInputFiles({
      name: `lost-${mark}.csv`,
      mimeType: 'text/csv',
      buffer: Buffer.from(`E-mail\na.${mark}@example.com\n`),
    });
    await tab.getByText(`lost-${mark}.csv wasn’t sent`).waitFor();
    await axe(tab, 'a file that was not sent');
    await shoot(tab, 'trouble-upload');
    await tab.unroute('**/v1/databases/3/imports?*');
    await tab.getByRole('button', { name: 'Try again' }).click();
    await tab.getByText('Where each column goes').waitFor();
  },
};
