// What is large: a file, a name, a database with as many fields as there may be.
import { mkdtemp, open as openFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BASE, axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { ask, fieldRow, newMark } from './steps.mjs';

const mark = newMark();

export default {
  async 'large: a file of 100 MB'(browser) {
    const folder = await mkdtemp(join(tmpdir(), 'roster-'));
    const path = join(folder, `large-${mark}.csv`);
    const file = await openFile(path, 'w');
    await file.write('E-mail,Name,Note\n');
    const rows = Array.from(
      { length: 1000 },
      (_, index) => `large${index}.${mark}@example.com,Ada,${'x'.repeat(950)}\n`,
    ).join('');
    for (let written = 0; written < 100_000_000; written += rows.length) await file.write(rows);
    await file.close();
    try {
      const tab = await page(browser);
      await signIn(tab, { to: '/console/databases/3/imports' });
      await tab.getByText('Drop one or several files here').waitFor();
      await tab.locator('input[type=file]').setInputFiles(path);
      await tab.locator('progress.shown').waitFor();
      await shoot(tab, 'trouble-large');
      await tab.getByText('Where each column goes').waitFor({ timeout: 60_000 });
      await until('the check', async () => (await tab.locator('main dl .number').count()) >= 6);
      await axe(tab, 'a large file');
      const id = new URL(tab.url()).pathname.split('/').at(-1);
      await ask(tab, 'POST', `/v1/databases/3/imports/${id}/cancel`);
      await ask(tab, 'DELETE', `/v1/databases/3/imports/${id}`);
    } finally {
      await rm(folder, { recursive: true });
    }
  },

  async 'large: a name of 4,000 characters, from right to left'(browser) {
    const tab = await page(browser, { width: 360, height: 780 });
    await signIn(tab);
    const name = `אבגד ${mark} ${'שם ארוך מאוד '.repeat(400)}`.slice(0, 4000).trim();
    const made = await ask(tab, 'POST', '/v1/databases/1/profiles', {
      data: { email: `long.${mark}@example.com`, _fname: name },
    });
    check(made.status === 201, `nobody was made: ${JSON.stringify(made.data)}`);
    const path = `/console/databases/1/profiles/${made.data.id}`;
    for (const where of [path, `${path}/merge`, `/console/search?q=long.${mark}`]) {
      await tab.goto(BASE + where);
      await tab.locator('main h1').waitFor();
      await until('all parts', async () => (await tab.locator('main .skeleton').count()) === 0);
      await fits(tab, where);
      await axe(tab, where);
    }
    await tab.goto(BASE + path);
    await tab.locator('main h1').waitFor();
    await shoot(tab, 'trouble-long-name');
    await ask(tab, 'DELETE', `/v1/databases/1/profiles/${made.data.id}`);
  },

  async 'large: a database with as many fields as there may be'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const name = `Wide ${mark}`;
    const made = await ask(tab, 'POST', '/v1/databases', { name });
    check(made.status === 201, `no database: ${JSON.stringify(made.data)}`);
    const db = made.data.id;
    try {
      const last = await tab.evaluate(async (id) => {
        let answer = { status: 0 };
        for (let index = 0; index < 500; index += 1) {
          answer = await fetch(`/v1/databases/${id}/fields`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              name: `field_${index}`,
              title: `Field number ${index}`,
              type: 'string',
            }),
          });
          if (!answer.ok) break;
        }
        return answer.status;
      }, db);
      check([201, 409, 422].includes(last), `fields could not be made: ${last}`);
      const person = await ask(tab, 'POST', `/v1/databases/${db}/profiles`, {
        data: { email: `wide.${mark}@example.com`, _fname: 'Wide', field_1: 'one', field_400: 'x' },
      });
      await tab.goto(`${BASE}/console/databases/${db}/profiles/${person.data.id}`);
      await tab.getByRole('tab', { name: 'Additional' }).click();
      await tab.getByText('Field number 399').first().waitFor();
      const begun = Date.now();
      await fieldRow(tab, 'Field number 399').getByRole('button').click();
      await fieldRow(tab, 'Field number 399').getByRole('textbox').fill('edited');
      await tab.keyboard.press('Enter');
      await until('it is stored', async () =>
        (await fieldRow(tab, 'Field number 399').locator('.value').innerText()).includes('edited'),
      );
      check(Date.now() - begun < 4000, `editing took ${Date.now() - begun} ms`);
      await axe(tab, 'a card with many fields');
      await shoot(tab, 'trouble-fields');
      const box = tab.getByRole('combobox', { name: /Search people/ });
      await box.click();
      const typing = Date.now();
      await tab.keyboard.type('field_40');
      await tab.locator('#search-completions [role=option]').first().waitFor();
      check(Date.now() - typing < 3000, `typing took ${Date.now() - typing} ms`);
      await tab.keyboard.type('0:x');
      await until('they are found', async () =>
        (await tab.locator('#search-hits').innerText()).includes('Wide'),
      );
    } finally {
      await ask(tab, 'DELETE', `/v1/databases/${db}?confirm=${encodeURIComponent(name)}`);
    }
  },
};
