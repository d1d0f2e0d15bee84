// The server goes away in the middle of each main act: a sentence says so, nothing that was typed or
// chosen is lost, and the same act goes through once the server is back.
import { BASE, axe, check, page, shoot, signIn, until } from './harness.mjs';
import { add, make } from './segment-steps.mjs';
import { ask, dialogOf, fieldRow, fromMenu, go, newMark } from './steps.mjs';

const mark = newMark();
const button = (where, name) => where.getByRole('button', { name, exact: true });

/** `press` while nothing answers, then again when the server is back. */
async function through(tab, what, { press, kept, done }) {
  await tab.route('**/v1/**', (route) => route.abort());
  try {
    await press();
    await tab
      .getByText(/can’t be reached/)
      .first()
      .waitFor();
    if (kept) check(await kept(), 'what was typed or chosen is lost');
    await axe(tab, `${what} without a server`);
    await shoot(tab, `away-${what.replace(/ /g, '-')}`);
  } finally {
    await tab.unroute('**/v1/**');
  }
  const again = tab.getByRole('button', { name: 'Try again' });
  if (await again.count()) await again.first().click();
  else await press();
  await done();
}

export default {
  async 'away: every main act waits for the server and loses nothing'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const failed = [];
    const act = async (what, prepare) => {
      try {
        const steps = await prepare();
        await through(tab, what, steps);
      } catch (error) {
        failed.push(`${what}: ${error.message.split('\n')[0]}`);
        await shoot(tab, `away-failed-${what.replace(/ /g, '-')}`);
        await tab.keyboard.press('Escape');
        // Whatever is unsaved is left for good.
        await tab.goto(`${BASE}/console/nowhere`).catch(() => {});
      }
    };
    const mail = `away.${mark}@example.com`;
    const people = await Promise.all(
      [mail, `twin.${mark}@example.com`].map((email) =>
        ask(tab, 'POST', '/v1/databases/1/profiles', {
          data: {
            email,
            _fname: 'Ann',
            _lname: `Away${mark}`,
            subscriptions: [{ resource_id: '1', channel: 'email', email, status: 'unconfirmed' }],
          },
        }),
      ),
    );
    const person = `/databases/1/profiles/${people[0].data.id}`;
    const city = fieldRow(tab, 'City');

    await act('invite', async () => {
      await go(tab, '/users');
      await tab.getByRole('button', { name: 'Invite somebody' }).click();
      await dialogOf(tab).getByLabel('E-mail').fill(`who.${mark}@example.com`);
      await dialogOf(tab).getByLabel('Name').fill('Who Ever');
      return {
        press: () => button(dialogOf(tab), 'Make the invitation').click(),
        kept: async () => (await dialogOf(tab).getByLabel('Name').inputValue()) === 'Who Ever',
        done: async () => {
          await dialogOf(tab).locator('code').waitFor();
          await button(dialogOf(tab), 'Done').click();
        },
      };
    });
    await act('search', async () => {
      await go(tab, '/');
      const box = tab.getByRole('combobox', { name: 'Search people' });
      return {
        press: () => box.fill(`Away${mark}`),
        kept: async () => (await box.inputValue()) === `Away${mark}`,
        done: () => tab.locator('#search-hits [role=option]').first().waitFor(),
      };
    });
    await act('edit', async () => {
      await go(tab, person);
      await city.getByRole('button', { name: 'Edit City' }).click();
      await city.getByRole('textbox').fill('Bath');
      return {
        press: () => city.getByRole('button', { name: 'Save' }).click(),
        kept: async () => (await city.getByRole('textbox').inputValue()) === 'Bath',
        done: () =>
          until('saved', async () => (await city.locator('.value').innerText()) === 'Bath'),
      };
    });
    await act('ask to confirm', async () => ({
      press: () => button(tab.locator('section[aria-labelledby=reach]'), 'Ask to confirm').click(),
      done: () => tab.getByText('The confirmation message is queued').waitFor(),
    }));
    await act('unsubscribe', async () => {
      await fromMenu(tab, /^Actions for/, 'Unsubscribe');
      await dialogOf(tab).getByLabel('Reason').fill('They phoned');
      return {
        press: () => button(dialogOf(tab), 'Unsubscribe').click(),
        kept: async () => (await dialogOf(tab).getByLabel('Reason').inputValue()) === 'They phoned',
        done: () => dialogOf(tab).waitFor({ state: 'detached' }),
      };
    });
    await act('status', async () => {
      await fromMenu(tab, 'More about this person', 'Change the global status');
      await dialogOf(tab).getByLabel('Global status').click();
      await tab.getByRole('option', { name: 'Suspended' }).click();
      await dialogOf(tab).getByLabel('Reason').fill('On holiday');
      return {
        press: () => dialogOf(tab).locator('button[type=submit]').click(),
        kept: async () => (await dialogOf(tab).getByLabel('Reason').inputValue()) === 'On holiday',
        done: () => dialogOf(tab).waitFor({ state: 'detached' }),
      };
    });
    await act('merge', async () => {
      await go(tab, `${person}/merge`);
      await tab
        .getByRole('button', { name: new RegExp(`Ann Away${mark}`) })
        .first()
        .click();
      await until(
        'it can be merged',
        async () => !(await button(tab, 'Merge 2 profiles').isDisabled()),
      );
      return {
        press: () => button(tab, 'Merge 2 profiles').click(),
        done: () => tab.getByRole('tab', { name: 'Main' }).waitFor(),
      };
    });
    await act('load', async () => {
      await go(tab, '/databases/1/imports');
      await tab.locator('input[type=file]').setInputFiles({
        name: `away-${mark}.csv`,
        mimeType: 'text/csv',
        buffer: Buffer.from(`E-mail,City\nx.${mark}@example.com,Ghent\n`),
      });
      await tab.getByText('What would become of the first rows').waitFor();
      await until('the check', async () => (await tab.locator('dl .number').count()) >= 6);
      await tab.getByLabel('Where City goes').click();
      await tab.getByRole('option', { name: 'Leave out' }).click();
      await tab.waitForTimeout(900);
      return {
        press: () => button(tab, 'Load the file').click(),
        kept: async () => (await tab.getByLabel('Where City goes').innerText()).includes('Leave'),
        done: () => tab.getByRole('button', { name: 'Undo this import' }).waitFor(),
      };
    });
    await act('undo', async () => {
      await tab.getByRole('button', { name: 'Undo this import' }).click();
      await dialogOf(tab).getByText('People removed').waitFor();
      return {
        press: () => button(dialogOf(tab), 'Undo this import').click(),
        done: () => tab.locator('section[aria-labelledby=undo]').waitFor(),
      };
    });
    const segment = `Away ${mark}`;
    await act('segment', async () => {
      await go(tab, '/databases/1/segments/new');
      await tab.getByLabel('Name', { exact: true }).fill(segment);
      await add(tab, 'city', /^City/);
      await tab.getByLabel('City, Value').fill('Bath');
      await tab.waitForTimeout(900);
      return {
        press: () => button(tab, 'Make the segment').click(),
        kept: async () => (await tab.getByLabel('City, Value').inputValue()) === 'Bath',
        done: () => tab.getByText(`The segment ${segment} is made`).waitFor(),
      };
    });
    await act('export', async () => {
      await go(tab, '/databases/1/exports/new');
      await tab.getByLabel('Everybody').check();
      await tab.getByLabel(/^Name, if/).fill(`away-${mark}`);
      await until('counted', async () =>
        /Export [\d,]+ people/.test(await tab.locator('main').innerText()),
      );
      return {
        press: () => tab.getByRole('button', { name: /^Export [\d,]+ people/ }).click(),
        kept: async () => (await tab.getByLabel(/^Name, if/).inputValue()) === `away-${mark}`,
        done: () => tab.getByText(`away-${mark}`).first().waitFor(),
      };
    });
    const crowd = await make(tab, '1', { name: `Crowd ${mark}`, kind: 'static' });
    await ask(tab, 'POST', `/v1/databases/1/segments/${crowd}/members`, {
      add: [people[0].data.id],
    });
    await act('bulk update', async () => {
      await go(tab, `/databases/1/updates/new?segment=${crowd}`);
      await button(tab, 'Detail').click();
      await tab.getByRole('combobox', { name: 'Detail' }).fill('city');
      await tab.getByRole('option', { name: 'City', exact: true }).click();
      await tab.getByLabel('Value').fill('Bath');
      await tab.getByLabel(/^Name, if/).fill(`Away ${mark}`);
      return {
        press: () => button(tab, 'Look first').click(),
        kept: async () => (await tab.getByLabel(/^Name, if/).inputValue()) === `Away ${mark}`,
        done: async () => {},
      };
    });
    await act('database settings', async () => {
      await tab.goto(`${BASE}/console/databases/3/settings`);
      await tab.getByLabel('Description').fill(`Shops ${mark}`);
      return {
        press: () => button(tab, 'Save').click(),
        kept: async () => (await tab.getByLabel('Description').inputValue()) === `Shops ${mark}`,
        // A note of an act before says Saved too, so it is the button that tells: nothing is left.
        done: () => until('nothing is left to save', () => button(tab, 'Save').isDisabled()),
      };
    });
    await act('field', async () => {
      await go(tab, '/databases/3/new-field');
      // The screen before has a title too.
      await tab.getByRole('heading', { name: 'New field' }).waitFor();
      await tab.getByLabel('Title', { exact: true }).fill(`Shelf ${mark}`);
      return {
        press: () => button(tab, 'Make the field').click(),
        kept: async () =>
          (await tab.getByLabel('Title', { exact: true }).inputValue()) === `Shelf ${mark}`,
        done: () => tab.getByText(`The field Shelf ${mark} is made`).waitFor(),
      };
    });
    await act('suppression', async () => {
      await go(tab, '/suppressions');
      await tab.locator('main li a').first().click();
      await tab.getByRole('button', { name: 'Add values' }).click();
      await dialogOf(tab).getByLabel('Values').fill(`no.${mark}@example.com`);
      return {
        press: () => button(dialogOf(tab), 'Add').click(),
        kept: async () =>
          (await dialogOf(tab).getByLabel('Values').inputValue()) === `no.${mark}@example.com`,
        done: async () => {
          await dialogOf(tab).getByRole('button', { name: 'Done' }).click();
        },
      };
    });
    await act('token', async () => {
      await go(tab, '/tokens');
      await tab.getByRole('button', { name: 'New token' }).first().click();
      await dialogOf(tab).getByLabel('Name').fill(`Away ${mark}`);
      await dialogOf(tab).getByLabel('People: Read').check();
      return {
        press: () => button(dialogOf(tab), 'Make the token').click(),
        kept: () => dialogOf(tab).getByLabel('People: Read').isChecked(),
        done: async () => {
          await dialogOf(tab).locator('code').waitFor();
          await button(dialogOf(tab), 'Done').click();
        },
      };
    });
    const { data } = await ask(tab, 'GET', '/v1/databases/1/segments?limit=100');
    for (const one of data.items.filter((one) => one.name.endsWith(mark)))
      await ask(tab, 'DELETE', `/v1/databases/1/segments/${one.id}`);
    check(!failed.length, failed.join('\n'));
  },
};
