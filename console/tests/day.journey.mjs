// The whole day of somebody new: invited, a Russian file, a person without letters, an audience,
// an export, everything undone; and a viewer who may do none of it. All of it by clicks.
import { readFile } from 'node:fs/promises';
import { BASE, signIn, axe, check, fits, page, settled, shoot, until } from './harness.mjs';
import { add } from './segment-steps.mjs';
import { fromMenu, go, newMark, text, windows1251 } from './steps.mjs';

const mark = newMark();
const PASSWORD = 'staple of the horse';
const MAIL = `mary.${mark}@example.com`;
const NAME = `клиенты-${mark}`;
const BAD = 12;
const GOOD = 36;

function file() {
  const rows = ['Электронная почта;Имя;Фамилия;Телефон;Дата рождения;Город;Статус подписки'];
  const people = ['Аглая Ветрова', 'Борис Дымов', 'Варвара Ёлкина', 'Глеб Жилин'];
  for (let n = 0; n < GOOD + BAD; n += 1) {
    const [first, last] = people[n % people.length].split(' ');
    const mail = n % 4 === 3 ? `p${n}.${mark}` : `p${n}.${mark}@example.org`;
    const phone = `+7916${String(1_000_000 + (Date.now() % 8_000_000) + n)}`;
    rows.push(
      `${mail};${first};${last}${n ? '' : `-${mark}`};${phone};1${n % 9}.0${1 + (n % 9)}.19${60 + (n % 30)};Тверь;${n % 3 ? 'subscribed' : 'unconfirmed'}`,
    );
  }
  return {
    name: `${NAME}.csv`,
    mimeType: 'text/csv',
    buffer: windows1251(`${rows.join('\r\n')}\r\n`),
  };
}
const part = (tab, name) =>
  tab
    .getByRole('navigation', { name: 'Parts of this database' })
    .getByRole('link', { name, exact: true })
    .click();
async function language(tab, menu, name) {
  await tab.getByRole('button', { name: menu }).click();
  await tab.getByRole('menuitemradio', { name }).click();
  await tab.keyboard.press('Escape');
}
async function undo(tab, removed, words = ['Undo this import', /People removed\s+(\d+)/]) {
  await tab.getByRole('button', { name: words[0] }).click();
  const dialog = tab.getByRole('dialog');
  await until(
    'what undoing does',
    async () => words[1].exec(await dialog.innerText())?.[1] === String(removed),
  );
  await axe(tab, 'undo');
  await dialog.getByRole('button', { name: words[0] }).click();
  await until('it is undone', async () =>
    /Undoing[\s\S]*Done/.test(await tab.locator('section[aria-labelledby=undo]').innerText()),
  );
}

export default {
  async 'the day: invited, a file, a person, an audience, an export, undone'(browser) {
    const admin = await page(browser);
    await signIn(admin);
    const nav = (tab, name) =>
      tab
        .getByRole('navigation', { name: 'Main navigation' })
        .getByRole('link', { name, exact: true })
        .click();
    await nav(admin, 'Users');
    await admin.getByRole('button', { name: 'Invite somebody' }).click();
    const invite = admin.getByRole('dialog');
    await invite.getByLabel('E-mail').fill(MAIL);
    await invite.getByLabel('Name').fill('Mary Shaw');
    await invite.getByRole('radio', { name: 'Marketer' }).check();
    await invite.getByRole('button', { name: 'Make the invitation' }).click();
    const link = new URL(await invite.locator('code').innerText());
    await shoot(admin, 'day-1-invited');
    await invite.getByRole('button', { name: 'Done' }).click();

    // Her own browser.
    const tab = await page(browser);
    await tab.goto(`${BASE}${link.pathname}${link.hash}`);
    await tab.getByText(/invited as a marketer/).waitFor();
    await tab.getByLabel('Choose a password').fill(PASSWORD);
    await axe(tab, 'an invitation');
    await tab.getByRole('button', { name: 'Set the password and sign in' }).click();
    await tab.getByText('Hello, Mary').waitFor();
    await fromMenu(tab, 'Your account and settings', 'Sign out');
    await tab.getByText('You are signed out.').waitFor();
    await tab.locator('input[name=email]').fill(MAIL);
    await tab.locator('input[name=password]').fill(PASSWORD);
    await tab.locator('button[type=submit]').click();
    await tab.getByText('Hello, Mary').waitFor();
    await shoot(tab, 'day-2-home');

    // The file. A column whose words nobody knows is said to be left out before anything is loaded.
    await nav(tab, 'Northwind customers');
    await tab.getByRole('link', { name: 'Load a file' }).click();
    await tab.locator('input[type=file]').setInputFiles(file());
    await tab.getByText('Where each column goes').waitFor();
    check(/windows-1251/i.test(await text(tab)), 'the encoding is not said');
    await tab.getByLabel('Where Статус подписки goes').click();
    await tab.getByRole('option', { name: 'Weekly letter, E-mail: status' }).click();
    await until('the check', async () =>
      /Added\s+36[^]*Failed\s+12/.test(await tab.locator('main').innerText()),
    );
    await tab.getByRole('button', { name: 'Load the file' }).click();
    await tab.getByText('Rows that were not loaded').waitFor();
    await until('twelve rows', async () => (await tab.locator('td.wrong').count()) === BAD);
    const address = tab.url();
    for (let row = 0; row < BAD; row += 1) {
      const cell = tab.locator('tbody tr').nth(row).locator('input').first();
      await cell.fill(`${await cell.inputValue()}@example.org`);
      await cell.press('Enter');
    }
    await axe(tab, 'mending');
    await shoot(tab, 'day-3-mend', { fullPage: true });
    await tab.getByRole('button', { name: `Load ${BAD} mended rows` }).click();
    await tab.getByRole('heading', { level: 1, name: `${NAME} (mended).csv` }).waitFor();
    await until('all are there', async () =>
      /Done[^]*Added\s+12[^]*Failed\s+0/.test(await text(tab)),
    );
    const mended = tab.url();
    await shoot(tab, 'day-4-mended');

    // Somebody of it, by a part of the name.
    await tab.getByRole('combobox', { name: 'Search people' }).fill(`ветрова-${mark.slice(0, -1)}`);
    await tab.locator('#search-hits [role=option]').first().waitFor();
    await shoot(tab, 'day-5-search');
    await tab.locator('#search-hits [role=option]').first().click();
    await tab.getByRole('heading', { level: 1, name: `Аглая Ветрова-${mark}` }).waitFor();
    const reach = tab.locator('section[aria-labelledby=reach]');
    await reach.getByText('No messages reach this person.').waitFor();
    await reach.getByText('The opt-in isn’t confirmed yet.').waitFor();
    await shoot(tab, 'day-6-why');
    await reach.getByRole('button', { name: 'Ask to confirm' }).click();
    await tab.getByRole('status').getByText('The confirmation message is queued').waitFor();
    await axe(tab, 'a person who was asked');
    const person = tab.url();

    // An audience, with the count beside it.
    await nav(tab, 'Northwind customers');
    check(
      (await tab.getByRole('combobox', { name: 'Search people' }).inputValue()) === '',
      'an old search stands in the box',
    );
    await part(tab, 'Segments');
    await tab.getByRole('link', { name: 'New segment' }).click();
    await tab.getByLabel('Name', { exact: true }).fill(`Clicked ${mark}`);
    await add(tab, 'event', /^Event/);
    await tab.getByRole('combobox', { name: 'Events' }).fill('click');
    await tab.keyboard.press('Enter');
    await add(tab, 'reach', /^Can be reached/);
    await add(tab, 'contr', /^Control group/);
    await until('the count', async () =>
      /Who matches\s+[\d,]+ (person|people)/.test(await text(tab)),
    );
    await tab.getByRole('link', { name: 'Grace Hopper-Murray' }).waitFor();
    await axe(tab, 'an audience');
    await shoot(tab, 'day-7-audience', { fullPage: true });
    await tab.getByRole('button', { name: 'Make the segment' }).click();
    await tab
      .getByText(
        'Clicked a link in the last 30 days, can be reached and isn’t in the control group',
      )
      .waitFor();
    const segment = tab.url();

    // Out as a file.
    await tab.getByRole('link', { name: 'Export', exact: true }).click();
    await tab.getByLabel(/^Name, if/).fill(`clicked-${mark}`);
    await tab.getByRole('button', { name: /^Export \d+ pe/ }).click();
    const row = tab.locator('main li').filter({ hasText: `clicked-${mark}` });
    await row.getByRole('link', { name: /Download/ }).waitFor();
    await shoot(tab, 'day-8-export');
    const arrived = tab.waitForEvent('download');
    await row.getByRole('link', { name: /Download/ }).click();
    const download = await arrived;
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n');
    check(lines[0].startsWith('\uFEFF'), 'Excel would not read its letters');
    check(
      lines.some((line) => line.includes('grace.hopper@example.com')),
      `the file lacks who clicked: ${lines.join('\n')}`,
    );
    check(download.suggestedFilename() === `clicked-${mark}.csv`, download.suggestedFilename());

    // Undone: the mended rows by their list, the file itself in Russian.
    await part(tab, 'Imports');
    await tab.getByRole('link', { name: `${NAME} (mended).csv` }).click();
    await undo(tab, BAD);
    await language(tab, 'Your account and settings', 'Русский');
    await tab.locator('main a[href$="/imports"]').first().click();
    await tab.getByRole('link', { name: `${NAME}.csv` }).click();
    await tab.getByText('Незагруженные строки').waitFor();
    check(tab.url() === address, 'another import is shown');
    await tab.getByRole('button', { name: 'Отменить импорт' }).click();
    const dialog = tab.getByRole('dialog');
    await until('what undoing does', async () => /\b36\b/.test(await dialog.innerText()));
    await axe(tab, 'undo in Russian');
    await shoot(tab, 'day-9-undo-ru');
    await dialog.getByRole('button', { name: 'Отменить импорт' }).click();
    await until('it is undone', async () =>
      /36/.test(await tab.locator('section[aria-labelledby=undo]').innerText()),
    );
    await axe(tab, 'undone in Russian');
    await shoot(tab, 'day-10-undone-ru', { fullPage: true });
    await tab.goto(person);
    await tab.getByText('Профиль удалён').or(tab.getByText(/удал/)).first().waitFor();
    await shoot(tab, 'day-11-gone-ru');
    await language(tab, 'Ваша учётная запись и настройки', 'English');
    await viewer(browser, { address, mended, segment });

    // The colleague and her segment leave nothing behind.
    await tab.goto(segment);
    await fromMenu(tab, 'More about this segment', 'Delete the segment');
    await tab.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await tab.getByText(`The segment Clicked ${mark} is deleted`).waitFor();
    await admin.getByRole('button', { name: 'More about Mary Shaw' }).last().click();
    await admin.getByRole('menuitem', { name: 'Remove', exact: true }).click();
    await admin.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await admin.locator('main li').filter({ hasText: MAIL }).waitFor({ state: 'detached' });
  },
};

/** Sees all of these screens and is offered none of what writes; the API refuses each of it too. */
async function viewer(browser, { address, mended, segment }) {
  if (!process.env.CONSOLE_VIEWER) return;
  const tab = await page(browser);
  await signIn(tab, { email: process.env.CONSOLE_VIEWER });
  const db = new URL(address).pathname.match(/databases\/(\d+)/)[1];
  const id = (where) => new URL(where).pathname.split('/').pop();
  const grace = '/console/search?q=grace.hopper%40example.com';
  await tab.goto(BASE + grace);
  await tab.locator('#search-hits [role=option]').first().click();
  await tab
    .locator('section[aria-labelledby=reach]')
    .getByText(/Weekly letter/)
    .first()
    .waitFor();
  const person = tab.url();
  const writes =
    /^(Load|Try it|Undo|Put |Ask|Edit|New |Make|Save|Add\b|Invite|Delete|Merge|Erase|Bulk|Export|Remove|Choose files|Actions for)/;
  for (const [where, ready] of [
    ['/console/', /people/],
    [`/console/databases/${db}`, /people/],
    [`/console/databases/${db}/imports`, new RegExp(NAME)],
    [new URL(address).pathname, /Rows that were not loaded/],
    [new URL(mended).pathname, /Done/],
    [new URL(person).pathname, /Can they be reached/],
    [`/console/databases/${db}/segments`, /Loyal customers/],
    [new URL(segment).pathname, /Clicked a link/],
    [`/console/databases/${db}/exports`, /Exports/],
  ]) {
    await go(tab, where.replace('/console', ''));
    await until(`${where} for a viewer`, async () => ready.test(await text(tab)));
    await settled(tab);
    const offered = await tab
      .locator('main')
      .locator('button:visible, a:visible:not(nav a), input[type=file]')
      .evaluateAll((all) => all.map((one) => (one.ariaLabel || one.innerText || one.type).trim()));
    const wrong = offered.filter((name) => writes.test(name) || name === 'file');
    check(!wrong.length, `${where} offers a viewer: ${wrong.join(', ')}`);
    await axe(tab, `${where} for a viewer`);
    await fits(tab, where);
  }
  await shoot(tab, 'day-12-viewer');
  const api = `/v1/databases/${db}`;
  const profile = `${api}/profiles/${id(person)}`;
  for (const [method, path, body] of [
    ['POST', '/v1/users', { email: 'x@example.com', name: 'X', role: 'viewer' }],
    ['POST', `${api}/imports?name=a.csv`, {}],
    ['POST', `${api}/imports/${id(address)}/start`, {}],
    ['POST', `${api}/imports/${id(address)}/undo`, {}],
    ['POST', `${api}/imports/${id(address)}/segment`, { name: 'X' }],
    ['PATCH', profile, { data: { _city: 'X' } }],
    ['POST', `${profile}/subscriptions/confirmation`, {}],
    ['DELETE', profile],
    ['POST', `${api}/segments`, { name: 'X', kind: 'static' }],
    ['DELETE', `${api}/segments/${id(segment)}`],
    ['POST', `${api}/exports`, { fields: ['email'] }],
  ]) {
    const status = await tab.evaluate(
      async ([method, path, body]) =>
        (
          await fetch(path, {
            method,
            headers: { 'content-type': 'application/json' },
            ...(body ? { body: JSON.stringify(body) } : {}),
          })
        ).status,
      [method, path, body],
    );
    check(status === 403, `${method} ${path} answers a viewer ${status}`);
  }
}
