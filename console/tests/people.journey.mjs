// Journey 4, second half: the list of people with its columns, filter and views; bulk updates with
// a look first, a report and undoing; exports; the history of a database; duplicates.
import { readFile } from 'node:fs/promises';
import { BASE, axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { add } from './segment-steps.mjs';
import { ask, newMark, text } from './steps.mjs';

const LIST = '/console/databases/1';

/** A static segment with people of its own, and their mark. */
async function crowd(tab, count = 12) {
  const mark = newMark();
  const segment = await ask(tab, 'POST', '/v1/databases/1/segments', {
    name: `Crowd ${mark}`,
    kind: 'static',
  });
  const made = await ask(tab, 'POST', '/v1/databases/1/profiles/batch', {
    data: Array.from({ length: count }, (_, index) => ({
      email: `p${index}.${mark}@example.com`,
      _fname: `Pat ${index}`,
      _lname: mark,
      _city: index === 0 ? 'Oslo' : 'Bonn',
      visits: index,
    })),
    add_to_segments: [segment.data.id],
  });
  check(made.status < 300, `the crowd: ${JSON.stringify(made.data)}`);
  return { mark, segment: segment.data.id, ids: made.data.results.map((one) => one.id) };
}
const rows = (tab) => tab.locator('tbody tr[data-row]');
const choose = async (tab, label, option) => {
  await tab.getByLabel(label).click();
  await tab.getByRole('option', { name: option, exact: true }).click();
};
const pick = async (tab, label, option) => {
  await tab.getByRole('combobox', { name: label }).fill(option);
  await tab.getByRole('option', { name: option }).first().click();
};

export default {
  async 'people: chosen columns are saved as a view, reopened, changed and deleted'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: LIST });
    await rows(tab).first().waitFor();
    await axe(tab, 'a list');
    await shoot(tab, 'people');
    await tab.getByRole('button', { name: 'Columns' }).click();
    const drawer = tab.getByRole('dialog');
    await drawer.getByLabel('Find a column').fill('plan');
    await drawer.getByRole('button', { name: 'Add Plan' }).click();
    await drawer.getByRole('button', { name: 'Move Plan up' }).click();
    await axe(tab, 'columns');
    await shoot(tab, 'people-columns');
    await drawer.getByRole('button', { name: 'Don’t show Phones' }).click();
    await drawer.getByRole('button', { name: 'Done' }).click();
    await until('the columns are shown', async () => {
      const heads = await tab.locator('thead th').allInnerTexts();
      return heads.join().includes('Status,Plan,Added') && !heads.includes('Phones');
    });
    check(
      /columns=email,_status,plan,created_at/.test(tab.url()),
      `not in the address: ${tab.url()}`,
    );
    await choose(tab, /^Status/, 'Suspended');
    await until('the count of the suspended', async () =>
      /in this list/.test(await tab.locator('main').innerText()),
    );
    await tab.getByRole('button', { name: 'Save as a view' }).click();
    await tab.getByRole('button', { name: 'Save', exact: true }).click();
    await tab.getByText('This can’t be empty.').waitFor();
    const name = `Suspended ${Date.now().toString(36)}`;
    await tab.getByLabel('Name of the view').fill(name);
    await axe(tab, 'a name for a view');
    await tab.getByRole('button', { name: 'Save', exact: true }).click();
    await tab.getByText(`The view ${name} is saved`).waitFor();
    const view = new URL(tab.url()).search;
    check(/^\?view=\d+$/.test(view), `the address of a view: ${view}`);
    // Somewhere else, and back by the bookmark.
    await tab.getByRole('link', { name: 'Everybody' }).click();
    await tab.getByRole('columnheader', { name: 'Phones' }).waitFor();
    await tab.getByRole('link', { name }).click();
    await tab.getByRole('columnheader', { name: 'Plan' }).waitFor();
    await until('only the suspended', async () => {
      const text = await tab.locator('tbody').innerText();
      return /Suspended/.test(text) && !/Subscribed/.test(text);
    });
    await shoot(tab, 'people-view');
    // Somebody else changes it meanwhile.
    await choose(tab, /^Status/, 'Unsubscribed');
    const id = view.slice('?view='.length);
    await ask(tab, 'PATCH', `/v1/databases/1/views/${id}`, { columns: ['email', 'vip'] });
    await tab.getByRole('button', { name: 'Save the view' }).click();
    await tab.getByText('Somebody else changed this meanwhile').waitFor();
    await axe(tab, 'a view that two changed');
    await tab.getByRole('button', { name: 'Take theirs' }).click();
    await tab.getByRole('columnheader', { name: 'VIP' }).waitFor();
    await tab.getByRole('button', { name: `More about the view ${name}` }).click();
    await tab.getByRole('menuitem', { name: 'Delete the view' }).click();
    await tab.getByRole('button', { name: 'Delete the view' }).click();
    await tab.getByText(`The view ${name} is deleted`).waitFor();
    await tab.goto(BASE + LIST + view);
    await tab.getByText('This view isn’t here any more').waitFor();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'people: a long list by keyboard, a filter that stays out of the address, a choice'(
    browser,
  ) {
    const tab = await page(browser);
    await signIn(tab, { to: LIST });
    await rows(tab).first().waitFor();
    const region = tab.getByRole('region', { name: /^People/ });
    await region.focus();
    await tab.keyboard.press('ArrowDown');
    await tab.keyboard.press('ArrowDown');
    check(
      (await tab.evaluate(() => document.activeElement?.closest('[data-row]')?.dataset.row)) ===
        '1',
      'the arrows don’t move',
    );
    for (let press = 0; press < 14; press += 1) await tab.keyboard.press('PageDown');
    await until('the next pages come', async () => {
      await tab.keyboard.press('End');
      return (
        Number(
          await tab.evaluate(() => document.activeElement?.closest('[data-row]')?.dataset.row),
        ) > 250
      );
    });
    check((await rows(tab).count()) < 60, 'more rows are drawn than are seen');
    await tab.keyboard.press('Home');
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/\/profiles\/[0-9a-f]{24}$/);
    await tab.goBack();
    await rows(tab).first().waitFor();
    const { mark } = await crowd(tab, 5);
    await tab.getByRole('button', { name: 'Filter' }).click();
    await tab.getByRole('button', { name: 'Add a condition' }).click();
    await axe(tab, 'a filter');
    await tab.keyboard.press('Escape');
    await tab.getByRole('button', { name: 'Remove this condition' }).click();
    await add(tab, 'last name', /^Last name/);
    await tab.getByLabel('Last name, Value').fill(mark);
    await tab.getByText('5 people in this list').waitFor();
    // It outlives a reload, and is nowhere in the address.
    await tab.reload();
    await tab.getByText('5 people in this list').waitFor();
    check(!tab.url().includes(mark), 'a name stands in the address');
    await until('five of them', async () => (await rows(tab).count()) === 5);
    await shoot(tab, 'people-filter');
    await tab.getByLabel('Choose Pat 1').click();
    await tab.getByLabel('Choose Pat 3').click({ modifiers: ['Shift'] });
    await tab.getByText('3 people chosen').waitFor();
    await axe(tab, 'people who are chosen');
    await shoot(tab, 'people-chosen');
    await tab.getByRole('button', { name: 'Put into a segment' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByLabel('Name of the segment').fill(`Crowd ${mark}`);
    await dialog.getByRole('button', { name: 'Put into a segment' }).click();
    // Its name is taken: what was typed stays.
    await dialog.getByText('There is a segment with this name already.').waitFor();
    await dialog.getByLabel('Name of the segment').fill(`Three ${mark}`);
    await axe(tab, 'into a segment');
    await dialog.getByRole('button', { name: 'Put into a segment' }).click();
    await tab.getByText(`3 people put into Three ${mark}`).waitFor();
    // A server that is gone for a moment.
    await tab.route('**/profiles/query', (route) => route.abort());
    await choose(tab, /^Status/, 'Unconfirmed');
    await tab.getByText('The list can’t be shown').waitFor();
    await tab.unroute('**/profiles/query');
    await tab.getByRole('button', { name: 'Try again' }).click();
    await tab.getByText('Nobody is in this list').waitFor();
  },

  async 'people: in another order, by the head of a column'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const { segment } = await crowd(tab);
    await tab.goto(`${BASE}${LIST}`);
    const head = (name) => tab.getByRole('columnheader', { name, exact: true });
    const first = () => tab.locator('tbody .row-link').first().innerText();
    await tab.locator('tbody .row-link').first().waitFor();
    const oldest = await first();
    check((await head('Added').getAttribute('aria-sort')) === 'ascending', 'it has no order');
    await head('Added').getByRole('button').click();
    await until('the newest is first', async () => (await first()) !== oldest);
    check(tab.url().includes('sort=-created_at'), 'the order is not in the address');
    await axe(tab, 'newest first');
    await shoot(tab, 'people-sorted');
    await tab.reload();
    await until('still the newest', async () => (await first().catch(() => oldest)) !== oldest);
    await head('Added').getByRole('button').click();
    await until('the oldest again', async () => (await first()) === oldest);
    await head('Status').getByRole('button').focus();
    await tab.keyboard.press('Enter');
    await until('by status', async () => tab.url().includes('sort=_status'));
    check(
      await head('Status')
        .getByRole('button')
        .evaluate((one) => one === document.activeElement),
      'the focus is lost',
    );
    // Too many for this order: two others are offered, and one is taken.
    await tab.route('**/profiles/query', (route) =>
      route.request().postDataJSON().sort === '_fname'
        ? route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            body: '{"code":"took_too_long","status":503,"title":"","detail":""}',
          })
        : route.fallback(),
    );
    await head('Name').getByRole('button').click();
    await tab.getByText('There are too many people to sort them this way').waitFor();
    await axe(tab, 'an order that takes too long');
    await shoot(tab, 'people-slow-order');
    await tab.getByRole('button', { name: 'Newest first' }).click();
    await tab.locator('tbody .row-link').first().waitFor();
    // The members of a segment are the same kind of list.
    await tab.goto(`${BASE}${LIST}/segments/${segment}`);
    await tab.getByRole('link', { name: /^Pat 0 / }).waitFor();
    await head('Added').getByRole('button').click();
    await until('the newest member', async () => (await first()).startsWith('Pat 11'));
    await tab.getByRole('button', { name: /^Take out Pat 11/ }).click();
    await tab.locator('tr.gone').waitFor();
    await axe(tab, 'members in another order');
    await shoot(tab, 'segment-members', { fullPage: true });
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  ...(process.env.CONSOLE_AGENT && {
    async 'people: an agent puts people into a segment that is there, and makes none'(browser) {
      const tab = await page(browser);
      await signIn(tab, { email: process.env.CONSOLE_AGENT, to: LIST });
      await tab.locator('tbody input[type=checkbox]').first().check();
      const bar = tab.getByRole('region', { name: 'Chosen people' });
      check((await bar.getByRole('button', { name: 'Export' }).count()) === 0, 'an export');
      await bar.getByRole('button', { name: /segment/i }).click();
      const dialog = tab.getByRole('dialog');
      await dialog.getByRole('combobox').click();
      check((await tab.getByRole('option', { name: 'A new segment' }).count()) === 0, 'a new one');
      await tab.getByRole('option').last().click();
      await axe(tab, 'into a segment that is there');
      await shoot(tab, 'people-agent');
      await dialog.locator('button[type=submit]').click();
      await dialog.waitFor({ state: 'detached' });
    },
  }),

  async 'people: a bulk update with a look first, its report and its undoing'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const { mark, segment } = await crowd(tab);
    await tab.goto(`${BASE}${LIST}/updates/new`);
    await tab.getByRole('button', { name: 'Look first' }).click();
    await tab.getByText('Choose whom you mean.').waitFor();
    await axe(tab, 'an update of nobody');
    await tab.getByLabel('A segment').check();
    await pick(tab, 'A segment', `Crowd ${mark}`);
    await tab.getByText('This means 12 people.').waitFor();
    await tab.getByRole('button', { name: 'Detail', exact: true }).click();
    await pick(tab, 'Detail', 'Visits');
    await choose(tab, 'What happens', 'Goes up by');
    await tab.getByLabel('Value').fill('many');
    await tab.getByRole('button', { name: 'Look first' }).click();
    await tab.getByText('Type a whole number.').waitFor();
    check((await tab.getByLabel('Value').inputValue()) === 'many', 'what was typed is gone');
    await tab.getByLabel('Value').fill('9223372036854775800');
    await tab.getByLabel('Name, if you like').fill(`Walk ${mark}`);
    await tab.getByRole('button', { name: 'Look first' }).click();
    await tab.getByText('It is about 12 people').waitFor();
    await tab.getByText('Pat 3').first().waitFor();
    await axe(tab, 'a look at an update');
    await shoot(tab, 'update-look', { fullPage: true });
    // Leaving asks now.
    await tab.getByRole('link', { name: 'Home' }).click();
    await tab.getByText('Leave without saving?').waitFor();
    await tab.getByRole('button', { name: 'Go on editing' }).click();
    await tab.getByRole('button', { name: 'Change 12 people' }).click();
    await tab.getByRole('heading', { name: `Walk ${mark}` }).waitFor();
    await tab.getByText('Done').waitFor();
    await until('the report', async () =>
      /Not changed as asked/.test(await tab.locator('main').innerText()),
    );
    // It is there after a reload, and says who failed.
    await tab.reload();
    await tab.getByText('Visits goes up by').waitFor();
    await until('the counts', async () =>
      /Failed\s+[1-9]/.test(await tab.locator('main').innerText()),
    );
    await tab.getByRole('link', { name: /^Pat 11/ }).waitFor();
    const download = tab.waitForEvent('download');
    await tab.getByRole('link', { name: 'Download the report' }).click();
    const report = await readFile(await (await download).path(), 'utf8');
    check(/failed,[0-9a-f]{24},out_of_range/.test(report), `the report: ${report.slice(0, 200)}`);
    await axe(tab, 'an update');
    await shoot(tab, 'update-done', { fullPage: true });
    await tab.getByRole('button', { name: 'Undo this update' }).click();
    const dialog = tab.getByRole('dialog');
    await until('what undoing does', async () =>
      /Changes taken back\s+[1-9]/.test(await dialog.innerText()),
    );
    await axe(tab, 'undoing an update');
    await shoot(tab, 'update-undo');
    await dialog.getByRole('button', { name: 'Undo this update' }).click();
    await until('it is undone', async () =>
      /Undoing[\s\S]*Done[\s\S]*Changed\s+[1-9]/.test(
        await tab.locator('section[aria-labelledby=undo]').innerText(),
      ),
    );
    const members = await ask(
      tab,
      'GET',
      `/v1/databases/1/segments/${segment}/members?profiles=true`,
    );
    check(
      members.data.items.every((one) => one.data.visits < 12),
      'the old values are not back',
    );
    await tab.reload();
    await tab.getByRole('heading', { name: 'Undoing' }).waitFor();
    await tab.getByRole('link', { name: 'Show it with its report' }).click();
    await tab.getByRole('heading', { name: `Undoing of Walk ${mark}` }).waitFor();
    await axe(tab, 'an undoing');
    await tab.getByRole('link', { name: 'Bulk updates' }).click();
    await tab.getByRole('link', { name: `Undoing of Walk ${mark}` }).waitFor();
    await axe(tab, 'updates');
    await shoot(tab, 'updates');
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'people: a segment is exported with chosen columns, and the file removed'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const { mark, segment } = await crowd(tab);
    await tab.goto(`${BASE}${LIST}/exports/new?segment=${segment}`);
    await tab.getByText('This means 12 people.').waitFor();
    await tab.getByRole('button', { name: 'Choose columns' }).click();
    const drawer = tab.getByRole('dialog');
    for (const name of ['Last name', 'Phones', 'Status', 'Added'])
      await drawer.getByRole('button', { name: `Don’t show ${name}` }).click();
    await drawer.getByLabel('Find a column').fill('city');
    await drawer.getByRole('button', { name: 'Add City' }).click();
    await drawer.getByRole('button', { name: 'Move City up' }).click();
    await axe(tab, 'columns of an export');
    await drawer.getByRole('button', { name: 'Done' }).click();
    // Nobody of them has a subscription: as a default nobody is exported for a letter.
    await tab.getByLabel('Weekly letter, E-mail').check();
    await tab.getByText('This means 0 people.').waitFor();
    check(
      await tab.getByLabel('Only those that may get messages now').isChecked(),
      'contacts are not only the deliverable ones',
    );
    check(
      await tab.getByRole('button', { name: 'Export 0 people' }).isDisabled(),
      'an export of nobody can be made',
    );
    await axe(tab, 'an export');
    await shoot(tab, 'export-new', { fullPage: true });
    await tab.getByLabel('Weekly letter, E-mail').uncheck();
    await choose(tab, /^Between the columns/, 'Semicolon');
    await tab.getByLabel('Name, if you like').fill(`Crowd ${mark}`);
    await tab.getByRole('button', { name: 'Export 12 people' }).click();
    const row = tab.getByRole('listitem').filter({ hasText: `Crowd ${mark}` });
    const link = row.getByRole('link', { name: /^Download/ });
    await link.waitFor();
    await axe(tab, 'exports');
    await shoot(tab, 'exports');
    const download = tab.waitForEvent('download');
    await link.click();
    const file = await readFile(await (await download).path(), 'utf8');
    const lines = file
      .replace(/^\uFEFF/, '')
      .trim()
      .split('\r\n');
    check(file.startsWith('\uFEFF'), 'the mark for Excel is missing');
    check(lines[0] === '_fname;_city;email', `the columns: ${lines[0]}`);
    check(lines.length === 13, `so many rows: ${lines.length}`);
    check(lines[1] === `Pat 0;Oslo;p0.${mark}@example.com`, `the first row: ${lines[1]}`);
    await row.getByRole('button', { name: `Remove the file of Crowd ${mark}` }).click();
    await axe(tab, 'removing a file');
    await tab.getByRole('dialog').getByRole('button', { name: 'Remove the file' }).click();
    await row.getByText('The file is gone').waitFor();
    await tab.reload();
    await row.getByText('The file is gone').waitFor();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'people: the history of a database, by kind and period'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: `${LIST}/history` });
    const { mark } = await crowd(tab, 2);
    await tab.reload();
    await tab.getByRole('link', { name: `Pat 1 ${mark}` }).waitFor();
    await axe(tab, 'a history');
    await shoot(tab, 'history');
    await choose(tab, /^Show/, 'Segment added');
    await tab.getByText(`Segment added: Crowd ${mark}`).waitFor();
    await tab.getByLabel('To', { exact: true }).fill('2020-01-01');
    await tab.getByLabel('To', { exact: true }).blur();
    await tab.getByText('Nothing of this kind happened').waitFor();
    await axe(tab, 'a history of nothing');
    await tab.getByRole('button', { name: 'Clear' }).click();
    await tab.getByRole('link', { name: `Pat 1 ${mark}` }).click();
    await tab.getByRole('heading', { name: `Pat 1 ${mark}` }).waitFor();
  },

  async 'people: a list says that people changed, and shows them where one is'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const made = await ask(tab, 'POST', '/v1/databases', { name: `News ${newMark()}` });
    const db = `/v1/databases/${made.data.id}`;
    const put = async (from, count, city) => {
      const answer = await ask(tab, 'POST', `${db}/profiles/batch`, {
        data: Array.from({ length: count }, (_, index) => ({
          email: `n${from + index}@example.com`,
          _fname: `Nan ${from + index}`,
          _city: city,
        })),
        matching: 'email',
      });
      check(answer.status < 300, JSON.stringify(answer.data));
    };
    await put(0, 180, 'Bonn');
    /** Streams that are open. */
    const streams = new Set();
    let begun = 0;
    let early = false;
    const isStream = (request) => /profiles\/events\?after=/.test(request.url());
    tab.on('request', (request) => {
      if (!isStream(request)) return;
      begun += 1;
      streams.add(request);
      void rows(tab)
        .count()
        .then((known) => (early ||= known === 0 && begun === 1))
        .catch(() => undefined);
    });
    for (const end of ['requestfailed', 'requestfinished'])
      tab.on(end, (request) => streams.delete(request));
    await tab.goto(`${BASE}/console/databases/${made.data.id}?columns=email,_city`);
    await until('it listens', async () => streams.size === 1);
    check(!early, 'it listens before the list is there');

    const box = tab.locator('.people-box');
    await until('one is far down', async () => {
      await box.evaluate((one) => (one.scrollTop = 5200));
      return (await box.evaluate((one) => one.scrollTop)) === 5200;
    });
    await tab.locator('[data-row="105"]').waitFor();
    const stands = () => box.evaluate((one) => [one.getBoundingClientRect().top, one.scrollTop]);
    const before = await stands();
    await put(100, 3, 'Oslo');
    await tab.getByText('3 people changed since you opened this list.').waitFor();
    check(`${await stands()}` === `${before}`, 'the table has jumped');
    check(!/Oslo/.test(await box.innerText()), 'the table has changed by itself');
    await axe(tab, 'a list with news');
    await shoot(tab, 'people-news');
    await tab.getByRole('button', { name: 'Show', exact: true }).click();
    await tab.getByText('Oslo').first().waitFor();
    await until('it is said no more', async () => !/changed/.test(await text(tab)));
    check(`${await stands()}` === `${before}`, 'one is elsewhere in the list');

    // Out of sight it is silent, and afterwards it knows what happened.
    const look = (hidden) =>
      tab.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await look(true);
    await until('it listens no more', async () => streams.size === 0);
    await put(20, 1, 'Riga');
    await look(false);
    // It tries some seconds after the last time, and when the browser has nothing else to do.
    await tab
      .getByText('1 person changed since you opened this list.')
      .waitFor({ timeout: 25_000 });
    check(streams.size === 1, `${streams.size} streams`);
    // So many that they aren't counted any more.
    await put(0, 150, 'Turku');
    await tab.getByText('More than 100 people changed').waitFor();
    await until('it has heard enough', async () => streams.size === 0);
    await tab.setViewportSize({ width: 768, height: 900 });
    await fits(tab, 'a list with news');
    await shoot(tab, 'people-news-768');
    await tab.getByRole('button', { name: 'Show', exact: true }).click();
    await until('it listens again', async () => streams.size === 1);
    // A server that is away is nobody's matter here.
    await tab.route('**/profiles/events?*', (route) => route.abort());
    await look(true);
    await look(false);
    const tries = begun;
    await tab.waitForTimeout(6500);
    check(begun - tries <= 2, `${begun - tries} tries in six seconds`);
    check((await tab.locator('main').getByRole('alert').count()) === 0, 'it complains');
    await tab.unroute('**/profiles/events?*');
    await tab.getByRole('link', { name: 'Home' }).first().click();
    await tab.getByRole('heading', { level: 1, name: /^Hello/ }).waitFor();
    await until('it is closed', async () => streams.size === 0);

    const narrow = await page(browser, { width: 360, height: 780, dark: true, language: 'ru' });
    await narrow.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    const heard = narrow.waitForRequest(isStream);
    await signIn(narrow, { to: `/console/databases/${made.data.id}` });
    await heard;
    await put(0, 5, 'Pskov');
    await narrow.getByText('5 человек изменились').waitFor();
    await fits(narrow, 'a list with news');
    await axe(narrow, 'a list with news, in Russian');
    await shoot(narrow, 'people-news-narrow-ru');
    await narrow.context().close();
    await ask(tab, 'DELETE', db);
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'people: duplicates are kept apart, and merged'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const mark = newMark();
    const phone = `+4930${String(Date.now() + Math.floor(Math.random() * 1e6)).slice(-7)}`;
    for (const name of ['Ann', 'Anne'])
      await ask(tab, 'POST', '/v1/databases/1/profiles', {
        data: {
          email: `${name}.${mark}@example.com`,
          _fname: name,
          _lname: `Lee ${mark}`,
          phones: [phone],
        },
        matching: 'email',
      });
    await tab.goto(`${BASE}${LIST}/duplicates?by=phone`);
    const card = tab.getByRole('listitem').filter({ hasText: phone });
    await until('the group', async () => {
      if (await card.count()) return true;
      await tab.getByRole('button', { name: 'Show more' }).click({ timeout: 1000 });
      return false;
    });
    await card.getByRole('link', { name: `Anne Lee ${mark}` }).waitFor();
    await axe(tab, 'duplicates');
    await shoot(tab, 'duplicates');
    await card.getByRole('button', { name: 'These are different people' }).click();
    const apart = tab.getByRole('listitem').filter({ hasText: 'They stay apart' });
    await axe(tab, 'kept apart');
    await apart.getByRole('button', { name: 'Take it back' }).click();
    await card.getByRole('link', { name: 'Compare and merge' }).click();
    await tab.getByRole('heading', { name: 'Merge into one person' }).waitFor();
    await axe(tab, 'merging duplicates');
    await shoot(tab, 'duplicates-merge', { fullPage: true });
    const merge = tab.getByRole('button', { name: /^Merge/ });
    await until('the merge is looked at', async () => merge.isEnabled());
    await merge.click();
    await tab.getByRole('heading', { name: 'Duplicates' }).waitFor();
    await until('the group is gone', async () => (await card.count()) === 0);
  },

  async 'people: a viewer is offered nothing that writes'(browser) {
    if (!process.env.CONSOLE_VIEWER) return;
    const tab = await page(browser);
    await signIn(tab, { email: process.env.CONSOLE_VIEWER, to: LIST });
    await rows(tab).first().waitFor();
    check((await tab.locator('main input[type=checkbox]').count()) === 0, 'a viewer can choose');
    check((await tab.getByRole('button', { name: 'Save as a view' }).count()) === 0, 'views');
    check((await tab.getByRole('link', { name: 'Exports' }).count()) === 0, 'exports are offered');
    await axe(tab, 'a list for a viewer');
    for (const [part, words] of [
      ['updates', /New bulk update/],
      ['duplicates', /Compare and merge|These are different people/],
    ]) {
      await tab.goto(`${BASE}${LIST}/${part}`);
      await until(part, async () =>
        /Alike|Change many/.test(await tab.locator('main').innerText()),
      );
      await tab.waitForTimeout(400);
      check(!words.test(await tab.locator('main').innerText()), `a viewer is offered ${part}`);
    }
    await tab.goto(`${BASE}${LIST}/updates/new`);
    await tab.getByText('Your role doesn’t include this.').waitFor();
  },

  async 'people: narrow, dark, in Russian'(browser) {
    const tab = await page(browser, {
      width: 360,
      height: 780,
      dark: true,
      language: 'ru',
    });
    await tab.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(tab, { to: LIST });
    await rows(tab).first().waitFor();
    await tab.getByRole('checkbox').nth(1).click();
    for (const [address, sign, name] of [
      ['', 'Выбрано', 'people'],
      ['/updates', 'Массовые изменения', 'updates'],
      ['/updates/new', 'Что меняется', 'update-new'],
      ['/exports', 'Экспорт', 'exports'],
      ['/exports/new', 'Контакты подписок', 'export-new'],
      ['/history', 'История', 'history'],
      ['/duplicates', 'Дубликаты', 'duplicates'],
    ]) {
      if (address) await tab.goto(BASE + LIST + address);
      await tab.locator('main').getByText(sign).first().waitFor();
      await tab.waitForTimeout(500);
      await fits(tab, name);
      await axe(tab, `${name} in Russian`);
      await shoot(tab, `${name}-narrow-ru`, { fullPage: true });
    }
  },
};
