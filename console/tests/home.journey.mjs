// Journey 6: home at a glance.
import { axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { answer, nothing, overview } from './overview.fixture.mjs';
import { ask, newMark } from './steps.mjs';

export default {
  async 'home: what needs a person, what is at work, who came and went'(browser) {
    const tab = await page(browser);
    await answer(tab);
    await signIn(tab);
    await tab.getByRole('heading', { name: 'Needs you' }).waitFor();
    await tab.getByText('14 messages couldn’t be sent').waitFor();
    await tab.getByText('4,200 of 10,000').waitFor();
    await tab.getByText('210 people in the control group').waitFor();
    check(
      (await tab.getByRole('link', { name: /The webhook Shop/ }).getAttribute('href')) ===
        '/console/webhooks/2',
      'the webhook is not led to',
    );
    check((await tab.getByRole('link', { name: 'Something new' }).count()) === 0, 'a dead link');
    await axe(tab, 'home');
    await shoot(tab, 'home-glance', { fullPage: true });
    const chart = tab.getByRole('group', { name: /People who came and went/ });
    check(
      (await tab.locator('section[aria-labelledby=coming] tbody tr').count()) === 90,
      'the table has not every day',
    );
    await chart.focus();
    await tab.keyboard.press('End');
    await tab.keyboard.press('ArrowLeft');
    await chart.locator('.tip').waitFor();
    await axe(tab, 'a day of the chart');
    await chart.scrollIntoViewIfNeeded();
    await shoot(tab, 'home-day');
    await tab.keyboard.press('Escape');
    await chart.hover({ position: { x: 12, y: 60 } });
    await chart.locator('.tip').waitFor();
    const all = await tab.locator('section[aria-labelledby=coming] .quiet').innerText();
    await tab.getByLabel(/^Database:/).click();
    await tab.getByRole('option', { name: 'Stores' }).click();
    await tab.getByText('0 new and 0 lost in 90 days').waitFor();
    check(all !== '0 new and 0 lost in 90 days', 'all databases have nobody new');
    await tab.getByRole('link', { name: /people-of-the-spring-fair/ }).click();
    await until('the import', async () => tab.url().endsWith('/databases/1/imports/8'));
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'home: nothing to do, nothing sent; then slow, then away'(browser) {
    const tab = await page(browser);
    await answer(tab, nothing);
    await signIn(tab);
    await tab.getByText('Nothing needs you at the moment.').waitFor();
    await tab.getByText('No messages were sent in 90 days.').waitFor();
    await axe(tab, 'an empty home');
    await shoot(tab, 'home-empty', { fullPage: true });
    await tab.unroute('**/v1/overview?*');
    await tab.route('**/v1/overview?*', (route) => route.abort());
    await tab.reload();
    await tab.getByText('The numbers can’t be shown').waitFor();
    await axe(tab, 'home without numbers');
    await shoot(tab, 'home-failed');
    await tab.unroute('**/v1/overview?*');
    await answer(tab, overview);
    await tab.getByRole('button', { name: 'Try again' }).click();
    await tab.getByText('14 messages couldn’t be sent').waitFor();
  },

  async 'home: every width, theme and language'(browser) {
    for (const [width, dark, language] of [
      [360, true, 'ru'],
      [768, false, 'ru'],
      [1440, true, 'en'],
    ]) {
      const tab = await page(browser, { width, height: 900, dark, language });
      await tab.addInitScript(
        (chosen) => localStorage.setItem('roster.language', chosen),
        language,
      );
      await answer(tab);
      await signIn(tab);
      await tab.locator('section[aria-labelledby=messages] svg').waitFor();
      const name = `home-${width}-${dark ? 'dark' : 'light'}-${language}`;
      await fits(tab, name);
      await axe(tab, name);
      await shoot(tab, name, { fullPage: true });
      await tab.context().close();
    }
  },

  async 'home: people who may be one person are worth a look, for who may merge'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const mark = newMark();
    const phone = `+4930${String(Date.now() + Math.floor(Math.random() * 1e6)).slice(-7)}`;
    const ids = [];
    for (const name of ['Kim', 'Kimberly']) {
      const made = await ask(tab, 'POST', '/v1/databases/1/profiles', {
        data: { email: `${name}.${mark}@example.com`, _fname: name, phones: [phone] },
        matching: 'email',
      });
      ids.push(made.data.id);
    }
    let asked = 0;
    let early = false;
    await tab.route('**/profiles/duplicates', async (route) => {
      asked += 1;
      early ||= (await tab.locator('main a.card').count()) === 0;
      await route.continue();
    });
    await tab.reload();
    const entry = tab.getByRole('link', { name: /^Some people in Northwind/ });
    await entry.waitFor();
    check(!early, 'it is asked before the page is there');
    check(asked <= 25, `${asked} questions`);
    await axe(tab, 'home with people who may be one');
    await shoot(tab, 'home-alike', { fullPage: true });
    await entry.click();
    await tab.getByRole('heading', { name: 'Duplicates', level: 1 }).waitFor();
    check(tab.url().endsWith('/databases/1/duplicates'), tab.url());

    const narrow = await page(browser, { width: 360, height: 780, dark: true, language: 'ru' });
    await narrow.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(narrow);
    await narrow.getByRole('link', { name: /^В базе «Northwind/ }).waitFor();
    await fits(narrow, 'home with people who may be one');
    await axe(narrow, 'home with people who may be one, in Russian');
    await shoot(narrow, 'home-alike-narrow-ru', { fullPage: true });

    // What fails is passed over in silence.
    await narrow.route('**/profiles/duplicates', (route) => route.abort());
    const failed = narrow.waitForEvent('requestfailed', (one) =>
      one.url().endsWith('/profiles/duplicates'),
    );
    await narrow.reload();
    await failed;
    check((await narrow.getByRole('alert').count()) === 0, 'home complains');
    if (process.env.CONSOLE_VIEWER) {
      const viewer = await page(browser);
      let questions = 0;
      viewer.on('request', (one) => one.url().endsWith('/duplicates') && (questions += 1));
      await signIn(viewer, { email: process.env.CONSOLE_VIEWER });
      await viewer.locator('main a.card').first().waitFor();
      await viewer.waitForTimeout(2500);
      check(questions === 0, 'a viewer’s home asks for duplicates');
    }
    for (const id of ids) await ask(tab, 'DELETE', `/v1/databases/1/profiles/${id}`);
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'home: the numbers of this server, and the days of one database'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    await until('counts are there', async () => (await tab.locator('main .total').count()) >= 3);
    const sum = tab.locator('section[aria-labelledby=coming] .quiet').first();
    const all = await sum.innerText();
    check(!/^0 new/.test(all), `nobody came: ${all}`);
    await tab.getByLabel(/^Database:/).click();
    await tab.getByRole('option', { name: 'Stores' }).click();
    await until('the days of one', async () => (await sum.innerText()) !== all);
    await tab.route('**/v1/overview?*database=*', (route) => route.abort());
    await tab.getByLabel(/^Database:/).click();
    await tab.getByRole('option', { name: 'Northwind' }).click();
    await tab.getByText('The numbers can’t be shown').waitFor();
    await axe(tab, 'days that did not come');
    await tab.unroute('**/v1/overview?*database=*');
    await tab.getByRole('button', { name: 'Try again' }).click();
    await tab.getByRole('group', { name: /People who came and went/ }).waitFor();
    check((await sum.innerText()) !== all, 'these are the days of all');
  },
};
