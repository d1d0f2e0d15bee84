// A file with wrong rows: loaded, mended in the page, loaded again, put into a segment, undone.
import { BASE, axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { newMark, windows1251 } from './steps.mjs';

const DATABASE = process.env.CONSOLE_DATABASE ?? 'Stores';
const mark = newMark();

/** Good rows and twelve bad ones: addresses without an @, with a phone that begins with a plus. */
function file(name, bad = 12, more = '') {
  const rows = ['Почта;Имя;Город;Дата рождения;Телефон;Согласие на рассылку'];
  for (let index = 0; index < 8; index += 1)
    rows.push(
      `good${index}.${name}@example.com;Иван;Москва;1${index}.05.1990;+7916000${1000 + index};${index % 2 ? 'да' : ''}`,
    );
  for (let index = 0; index < bad; index += 1)
    rows.push(`bad${index}.${name};Пётр;Омск;31.12.1980;+7916000${2000 + index};да`);
  return {
    name: `люди-${name}.csv`,
    mimeType: 'text/csv',
    buffer: windows1251(`${rows.join('\r\n')}\r\n${more}`),
  };
}
async function drop(tab, what, lookFor = 'Where each column goes') {
  await tab.locator('main').getByRole('link', { name: DATABASE }).first().click();
  await tab.locator('main a[href$="/imports"]').first().click();
  await tab.locator('input[type=file]').setInputFiles(what);
  await tab.getByText(lookFor).waitFor();
  await until('the check', async () => (await tab.locator('main dl .number').count()) >= 6);
}
const loaded = (tab) =>
  until('it is loaded', async () => /Done/.test(await tab.locator('main').innerText()), 20_000);
const cell = (tab, row) => tab.locator('tbody tr').nth(row).locator('input').first();

export default {
  async 'mend: twelve rows of a Russian file are mended in the page and loaded again'(browser) {
    const name = `m${mark}`;
    const tab = await page(browser);
    await signIn(tab);
    await drop(tab, file(name));
    const main = tab.locator('main');
    check(/windows-1251/i.test(await main.innerText()), 'the encoding is not said');
    check(/Дата рождения/.test(await main.innerText()), 'the header is not readable');
    check(/31\.12\.1990/.test(await main.innerText()), 'the way dates are written is not said');
    await axe(tab, 'a Russian file');
    await shoot(tab, 'mend-look', { fullPage: true });
    await tab.getByRole('button', { name: 'Load the file' }).click();
    await loaded(tab);
    await tab.getByText('Rows that were not loaded').waitFor();
    await until('the table', async () => (await tab.locator('tbody tr').count()) === 12);
    check((await tab.locator('td.wrong').count()) === 12, 'the wrong cells are not marked');
    const button = tab.getByRole('button', { name: /mended row/ });
    check(await button.isDisabled(), 'nothing was mended, and it can be loaded');
    for (let row = 0; row < 12; row += 1) {
      const input = cell(tab, row);
      if (row === 0) await input.click();
      check(
        await input.evaluate((one) => one === document.activeElement),
        'Enter does not go to the next row',
      );
      await input.fill(row === 11 ? `still wrong` : `${await input.inputValue()}@example.com`);
      await input.press('Enter');
    }
    await axe(tab, 'mending');
    await shoot(tab, 'mend', { fullPage: true });
    // Leaving asks, and a server that is away loses nothing.
    await tab.getByRole('link', { name: 'Home' }).first().click();
    await tab.getByText(/aren’t loaded yet/).waitFor();
    await tab.getByRole('button', { name: 'Go on editing' }).click();
    await tab.route('**/v1/**', (route) => route.abort());
    await button.click();
    await tab.getByText(/What you typed is still here/).waitFor();
    check((await cell(tab, 3).inputValue()).endsWith('@example.com'), 'what was typed is lost');
    await axe(tab, 'mending failed');
    await tab.unroute('**/v1/**');
    await button.click();
    await tab.getByRole('heading', { level: 1, name: /\(mended\)/ }).waitFor();
    await loaded(tab);
    await until('eleven came, one failed again', async () =>
      /Added\s+11[^]*Failed\s+1\b/.test(await main.innerText()),
    );
    check((await cell(tab, 0).inputValue()) === 'still wrong', 'what was typed is not there');
    check(
      (await tab.locator('tbody tr').first().locator('input').nth(4).inputValue()).startsWith('+7'),
      'the phone has lost its plus or won an apostrophe',
    );
    await tab
      .getByText('Mended rows of')
      .getByRole('link', { name: `люди-${name}.csv` })
      .click();
    await tab.getByText('Its rows were mended in').getByRole('link').waitFor();
    await until(
      'the rows of the first',
      async () => (await tab.locator('tbody tr').count()) === 12,
    );
    await axe(tab, 'an import that was mended');
    await shoot(tab, 'mend-first', { fullPage: true });
    await tab.getByText('Its rows were mended in').getByRole('link').click();
    await tab.getByRole('heading', { level: 1, name: /\(mended\)/ }).waitFor();
    await until('the row', async () => (await tab.locator('tbody tr').count()) === 1);
    await shoot(tab, 'mend-again', { fullPage: true });
    await tab.getByRole('button', { name: 'Put into a segment' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByLabel('Name of the segment').fill(`Mended ${mark}`);
    await dialog.getByRole('button', { name: 'Put into a segment' }).click();
    await tab.getByText(`The segment Mended ${mark} is made`).waitFor();
    await tab.getByRole('button', { name: 'Undo this import' }).click();
    await until('what undoing does', async () =>
      /People removed\s+11/.test(await dialog.innerText()),
    );
    await dialog.getByRole('button', { name: 'Undo this import' }).click();
    await until('it is undone', async () =>
      /Undoing[\s\S]*Done[\s\S]*Removed\s+11/.test(
        await tab.locator('section[aria-labelledby=undo]').innerText(),
      ),
    );
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'mend: settings are chosen, a consent column is asked about, a dry run is loaded'(browser) {
    const name = `s${mark}`;
    const tab = await page(browser);
    await signIn(tab, { to: '/console/databases/1/imports' });
    await tab.locator('input[type=file]').setInputFiles(file(name, 1));
    await tab.getByText('Who agreed to get messages').waitFor();
    const consent = tab.getByRole('group', { name: /What does the column “Согласие/ });
    check(
      await consent.getByLabel('Nothing about consent. Leave it out.').isChecked(),
      'somebody is subscribed by nothing said',
    );
    await consent.getByLabel(/Weekly letter by E-mail/).check();
    await consent.getByText(/An empty cell is no opt-in/).waitFor();
    await consent.getByText(/empty in 4 of the first 9 rows/).waitFor();
    await axe(tab, 'consent');
    await tab.getByLabel('An empty cell', { exact: true }).click();
    await tab.getByRole('option', { name: 'Clears the value' }).click();
    await tab.getByLabel(/^Choose a field/).click();
    await tab.getByRole('option', { name: 'Supplier' }).click();
    await tab.getByRole('textbox', { name: 'Supplier' }).fill('fair 2026');
    await tab.getByLabel(/^Add a way/).click();
    await tab.getByRole('option', { name: '12/31/1990 (month first)' }).click();
    await tab.getByRole('button', { name: 'Remove 12/31/1990 (month first)' }).click();
    await until(
      'it is checked',
      async () => (await tab.locator('section[aria-busy=true]').count()) === 0,
    );
    await tab.waitForTimeout(600);
    await axe(tab, 'settings');
    await shoot(tab, 'import-settings', { fullPage: true });
    await tab.getByRole('link', { name: 'Home' }).first().click();
    await tab.getByText(/What you chose for this file will be lost/).waitFor();
    await tab.getByRole('button', { name: 'Go on editing' }).click();
    await tab.getByRole('button', { name: 'Try it without writing' }).click();
    await tab.getByText('This was a dry run. Nothing was written.').waitFor();
    await tab.getByText(/these rows can be mended here/).waitFor();
    await tab.getByRole('button', { name: 'Load it now' }).click();
    await until('it is loaded', async () => {
      const text = await tab.locator('main').innerText();
      return /Done/.test(text) && !/dry run/i.test(text);
    });
    await until('the table', async () => (await tab.locator('tbody tr').count()) === 1);
    await tab.goto(`${BASE}/console/search?q=good1.${name}`);
    await tab.locator('#search-hits [role=option]').first().click();
    await tab.getByRole('tab', { name: 'Registration' }).click();
    await tab.getByText('fair 2026').first().waitFor();
    await tab
      .getByText(/Messages arrive on every channel|gets messages of Weekly letter/)
      .first()
      .waitFor();
    await tab.goto(`${BASE}/console/search?q=good2.${name}`);
    await tab.locator('#search-hits [role=option]').first().click();
    await tab.getByText('There is no subscription to send to.').waitFor();
  },

  async 'mend: narrow, dark, in Russian'(browser) {
    const tab = await page(browser, {
      width: 360,
      height: 780,
      dark: true,
      language: 'ru',
    });
    await tab.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(tab);
    await drop(tab, file(`n${mark}`, 2), 'Куда попадёт каждая колонка');
    await fits(tab, 'settings');
    await axe(tab, 'settings in Russian');
    await shoot(tab, 'import-settings-narrow-ru', { fullPage: true });
    await tab.getByRole('button', { name: 'Загрузить файл' }).click();
    await tab.getByText('Незагруженные строки').waitFor();
    await until('the rows', async () => (await tab.locator('tbody tr').count()) === 2);
    await cell(tab, 0).fill('всё ещё не адрес');
    await tab
      .getByText('Загрузить исправленную строку')
      .or(tab.getByText('Загрузить 1 исправленную строку'))
      .waitFor();
    await fits(tab, 'mending');
    await axe(tab, 'mending in Russian');
    await shoot(tab, 'mend-narrow-ru', { fullPage: true });
    await tab.getByRole('button', { name: /Загрузить .*исправленн/ }).click();
    await tab.getByText('Исправленные строки импорта').getByRole('link').waitFor();
    await fits(tab, 'a mending import');
    await shoot(tab, 'mend-again-narrow-ru', { fullPage: true });
  },

  async 'mend: a viewer reads what failed and changes nothing'(browser) {
    if (!process.env.CONSOLE_VIEWER && process.env.CONSOLE_EMAIL) return;
    const admin = await page(browser);
    await signIn(admin);
    await drop(admin, file(`v${mark}`, 1));
    await admin.getByRole('button', { name: 'Load the file' }).click();
    await loaded(admin);
    const tab = await page(browser);
    await signIn(tab, {
      email: process.env.CONSOLE_VIEWER ?? 'viewer@example.com',
      to: new URL(admin.url()).pathname,
    });
    await until('the import', async () =>
      /Done|isn’t here|can’t be shown|doesn’t include/.test(await tab.locator('main').innerText()),
    );
    check((await tab.locator('tbody input').count()) === 0, 'a viewer may mend');
    check(
      (await tab.getByRole('button', { name: /Load|Undo|Put into/ }).count()) === 0,
      'a viewer may change',
    );
    await shoot(tab, 'mend-viewer');
  },
};
