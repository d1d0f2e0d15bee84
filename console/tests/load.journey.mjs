// Journey 3, as far as it goes: a file is dropped, looked at, tried and loaded.
import { axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { newMark } from './steps.mjs';

const DATABASE = process.env.CONSOLE_DATABASE ?? 'Stores';
const mark = newMark();
const file = {
  name: `people-${mark}.csv`,
  mimeType: 'text/csv',
  buffer: Buffer.from(
    `E-mail,Name,Born\nada.${mark}@example.com,Ada,10.12.1815\neve.${mark}@example.com,Eve,31.12.1990\nnobody,Bob,30.02.1990\n`,
  ),
};

export default {
  async 'load a file: look, map, try, load'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    await tab.getByRole('link', { name: DATABASE }).first().click();
    await tab.getByRole('link', { name: 'Load a file' }).click();
    await tab.getByText('Drop one or several files here').waitFor();
    await axe(tab, 'imports');
    await shoot(tab, 'imports');
    await tab.locator('input[type=file]').setInputFiles(file);
    await tab.getByText('Where each column goes').waitFor();
    await tab.getByText('What would become of the first rows').waitFor();
    await until('the check', async () => (await tab.locator('dl .number').count()) >= 6);
    await axe(tab, 'a file that is looked at');
    await shoot(tab, 'import-look', { fullPage: true });
    await tab.getByLabel(/^Where Born goes/).click();
    await tab.getByRole('option', { name: 'Leave out' }).click();
    await until('it is left out', async () =>
      (await tab.getByLabel(/^Where Born goes/).innerText()).includes('Leave out'),
    );
    await tab.getByRole('button', { name: 'Try it without writing' }).click();
    await tab.getByText('This was a dry run. Nothing was written.').waitFor();
    await tab.getByText('Rows that were not loaded').waitFor();
    check(/nobody/.test(await tab.locator('main').innerText()), 'the offending cell is not shown');
    await axe(tab, 'a dry run');
    await shoot(tab, 'import-dry', { fullPage: true });
    await tab.getByRole('button', { name: 'Load it now' }).click();
    await until(
      'it is loaded',
      async () =>
        /Done/.test(await tab.locator('main').innerText()) &&
        !/dry run/.test(await tab.locator('main').innerText()),
    );
    await axe(tab, 'a report');
    await shoot(tab, 'import-report', { fullPage: true });
    await tab.getByRole('button', { name: 'Put into a segment' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByLabel('Name of the segment').fill(`Fair ${mark}`);
    await axe(tab, 'a segment of an import');
    await dialog.getByRole('button', { name: 'Put into a segment' }).click();
    await tab.getByText(`The segment Fair ${mark} is made`).waitFor();
    await tab.getByRole('button', { name: 'Undo this import' }).click();
    await until('what undoing does', async () =>
      /People removed\s+2/.test(await dialog.innerText()),
    );
    await axe(tab, 'undo');
    await shoot(tab, 'import-undo');
    await dialog.getByRole('button', { name: 'Undo this import' }).click();
    await until('it is undone, with its counts', async () =>
      /Undoing[\s\S]*Done[\s\S]*Removed\s+2/.test(
        await tab.locator('section[aria-labelledby=undo]').innerText(),
      ),
    );
    check(!tab.complaints.length, tab.complaints.join('\n'));
    // Closing the tab and coming back shows the same.
    await tab.goto(tab.url());
    await tab.getByText('Rows that were not loaded').waitFor();
  },

  async 'load a file: narrow, dark, in Russian'(browser) {
    const tab = await page(browser, {
      width: 360,
      height: 780,
      dark: true,
      language: 'ru',
    });
    await tab.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(tab);
    await tab.locator('main').getByRole('link', { name: DATABASE }).click();
    await tab.getByRole('link', { name: 'Загрузить файл' }).click();
    await tab.locator('input[type=file]').setInputFiles(file);
    await tab.getByText('Куда попадёт каждая колонка').waitFor();
    await until('the check', async () => (await tab.locator('dl .number').count()) >= 6);
    await fits(tab, 'import');
    await axe(tab, 'import in Russian');
    await shoot(tab, 'import-narrow-ru', { fullPage: true });
  },
};
