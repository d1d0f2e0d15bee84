// Journey 5, first half: a database with fields, a resource with double opt-in, a form, a schedule and
// a relation type are made and changed; what can't be is refused with its reason.
import { axe, check, fits, page, settled, shoot, signIn, until } from './harness.mjs';
import { ask, dialogOf, fromMenu, go, newMark, text } from './steps.mjs';

const mark = newMark();
const names = {
  database: `Guests ${mark}`,
  resource: `House letter ${mark}`,
  form: `Footer ${mark}`,
  schedule: `Nightly ${mark}`,
  relation: `Stays at ${mark}`,
};
const saved = (tab) => tab.getByRole('status').getByText('Saved').first();
const choose = async (tab, label, option) => {
  await tab.getByLabel(label, { exact: true }).click();
  await tab.getByRole('option', { name: option }).first().click();
};
/** Where what is made stands; the walks after the first go there. */
const address = { database: '', resource: '' };

export default {
  async 'set up: a database, its settings and fields'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    await tab.getByRole('link', { name: 'New database' }).click();
    await tab.getByRole('button', { name: 'Make the database' }).click();
    await tab.getByText('This can’t be empty.').waitFor();
    check(
      await tab
        .getByLabel('Name', { exact: true })
        .evaluate((one) => one === document.activeElement),
      'the first wrong value has no focus',
    );
    await tab.getByLabel('Name', { exact: true }).fill(names.database);
    await tab.getByLabel('Time zone').fill('Berl');
    await tab.getByRole('option', { name: 'Europe/Berlin' }).click();
    await axe(tab, 'a new database');
    await shoot(tab, 'setup-database-new', { fullPage: true });
    await tab.getByRole('button', { name: 'Make the database' }).click();
    await tab.getByRole('heading', { name: 'Fields', level: 1 }).waitFor();
    address.database = new URL(tab.url()).pathname.replace(/\/fields$/, '');
    await tab.getByRole('navigation').getByText(names.database).first().waitFor();
    await tab
      .getByText('57 fields')
      .or(tab.getByText(/\d+ fields/))
      .first()
      .waitFor();
    await axe(tab, 'fields');

    // A field with options, made by its title.
    await tab.getByRole('link', { name: 'New field' }).click();
    await tab.getByLabel('Title', { exact: true }).fill('Room no.');
    check((await tab.getByLabel('Name', { exact: true }).inputValue()) === 'room_no', 'no name');
    await tab.getByRole('switch', { name: 'Searchable' }).check();
    await axe(tab, 'a new field');
    await tab.getByRole('button', { name: 'Make the field' }).click();
    await tab.getByText('The field Room no. is made').waitFor();

    // Leaving asks, and staying keeps what was typed.
    await tab.getByRole('link', { name: 'New field' }).click();
    await tab.getByLabel('Title', { exact: true }).fill('Wing');
    await choose(tab, 'Type', 'One of several');
    await tab.getByRole('button', { name: 'Add an option' }).click();
    await tab.getByLabel('Option 1', { exact: true }).fill('North');
    await tab.getByLabel('Option 1', { exact: true }).press('Enter');
    await tab.getByLabel('Option 2', { exact: true }).fill('South');
    await tab.getByRole('link', { name: 'Home' }).first().click();
    await tab.getByRole('button', { name: 'Go on editing' }).click();
    check(
      (await tab.getByLabel('Option 2', { exact: true }).inputValue()) === 'South',
      'what was typed is gone',
    );
    await shoot(tab, 'setup-field-new', { fullPage: true });
    await tab.getByRole('button', { name: 'Make the field' }).click();
    await tab.getByText('The field Wing is made').waitFor();

    // By keyboard one place up, and it stays there.
    const handle = tab.getByRole('button', { name: /^Move Wing/ });
    await handle.focus();
    await handle.press('ArrowUp');
    await until('it is one up', async () => /Wing[\s\S]*Room no\./.test(await text(tab)));
    await tab.waitForTimeout(400);
    await tab.reload();
    await tab.getByText('Room no.').waitFor();
    check(/Wing[\s\S]*Room no\./.test(await text(tab)), 'the order was not kept');
    await tab.getByLabel('Find a field').fill('room');
    await until('one is found', async () => /1 field\b/.test(await text(tab)));
    await shoot(tab, 'setup-fields');

    // Settings: a conflict of two tabs is shown, not overwritten.
    await tab.goto(new URL(`${address.database}/settings`, tab.url()).href);
    await tab.getByLabel('Description').waitFor();
    await tab.evaluate(
      async (path) => {
        await fetch(`/v1${path}`, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ description: 'Theirs' }),
        });
      },
      address.database.replace('/console', ''),
    );
    await tab.getByLabel('Description').fill('Mine');
    await tab.getByRole('button', { name: 'Save' }).click();
    await tab.getByText('Somebody else changed this meanwhile').waitFor();
    await axe(tab, 'a conflict');
    await shoot(tab, 'setup-conflict');
    await tab.getByRole('button', { name: 'Keep mine' }).click();
    await saved(tab).waitFor();
    await axe(tab, 'settings of a database');
    await shoot(tab, 'setup-database', { fullPage: true });
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: a type change that values don’t suit'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    // Somebody with a room that is no number.
    await tab.evaluate(
      async (path) => {
        await fetch(`/v1${path}/profiles`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ data: { email: 'eve@example.com', room_no: 'attic' } }),
        });
      },
      address.database.replace('/console', ''),
    );
    await tab.goto(new URL(`${address.database}/fields/room_no`, tab.url()).href);
    await choose(tab, 'Type', 'Whole number');
    await tab.getByRole('button', { name: 'Save' }).click();
    await tab.getByText('1 person has a value that doesn’t fit the new type').waitFor();
    check(/attic/.test(await text(tab)), 'the offending value is not shown');
    await axe(tab, 'a type change that is refused');
    await shoot(tab, 'setup-type-refused', { fullPage: true });
    await tab.getByRole('button', { name: 'Discard' }).click();
    await tab.getByRole('button', { name: 'Delete the field' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByText('1 person has a value in it.').waitFor();
    check(
      await dialog.getByRole('button', { name: 'Delete the field' }).isDisabled(),
      'it can be deleted without its name',
    );
    await axe(tab, 'a field is deleted');
    await shoot(tab, 'setup-field-delete');
    await dialog.getByRole('textbox').fill('room_no');
    await dialog.getByRole('button', { name: 'Delete the field' }).click();
    await tab.getByText('The field Room no. is deleted').waitFor();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: a change of a field shows first which values become others'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const made = await ask(tab, 'POST', '/v1/databases', { name: `Cards ${mark}` });
    const db = `/v1/databases/${made.data.id}`;
    for (const field of [
      { name: 'card', title: 'Card', type: 'string' },
      { name: 'note', title: 'Note', type: 'string', multiline: true },
      { name: 'size', title: 'Size', type: 'enum', options: ['S', 'M', 'L'] },
    ])
      check((await ask(tab, 'POST', `${db}/fields`, field)).status === 201, 'no field');
    const people = await ask(tab, 'POST', `${db}/profiles/batch`, {
      data: Array.from({ length: 12 }, (_, index) => ({
        email: `c${index}@example.com`,
        card: `00${index + 7}`,
        size: 'S',
        ...(index ? {} : { note: 'Rings twice\nHas a dog' }),
      })),
    });
    const [first] = people.data.results.map((one) => one.id);
    const value = async (name) =>
      (await ask(tab, 'GET', `${db}/profiles/${first}`)).data.data[name];

    const open = (name) =>
      tab.goto(new URL(`/console/databases/${made.data.id}/fields/${name}`, tab.url()).href);
    const save = tab.getByRole('button', { name: 'Save', exact: true });
    const dialog = dialogOf(tab);
    await open('card');
    await choose(tab, 'Type', 'Whole number');
    await save.click();
    await dialog.getByText('12 people get another value').waitFor();
    await dialog.getByText('“007”').waitFor();
    check(/“007”[^]*becomes[^]*\b7\b/.test(await dialog.innerText()), 'no value after');
    await dialog.getByText('and 2 others').waitFor();
    check(
      (await dialog.getByRole('link', { name: first }).getAttribute('href')) ===
        `/console/databases/${made.data.id}/profiles/${first}`,
      'the person is not led to',
    );
    check(
      await dialog
        .getByRole('link', { name: first })
        .evaluate((one) => one === document.activeElement),
      'one begins with the cross',
    );
    await axe(tab, 'values that become others');
    await shoot(tab, 'setup-values-change');
    // Cancelling changes nothing, and nothing chosen is lost.
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    check(/Whole number/.test(await tab.getByLabel('Type', { exact: true }).innerText()), 'lost');
    check((await value('card')) === '007', 'it was changed all the same');
    // Without a server it says so; then again.
    await tab.route('**/preview', (route) => route.abort());
    await save.click();
    await tab
      .getByRole('alert')
      .or(tab.getByText(/can’t be reached/))
      .first()
      .waitFor();
    await tab.unroute('**/preview');
    await save.click();
    await dialog.getByRole('button', { name: 'Save and change the values' }).click();
    await saved(tab).waitFor();
    check((await value('card')) === 7, 'the value is as before');

    // One line instead of several: who has several stands in the way.
    await open('note');
    await tab.getByRole('switch', { name: 'Several lines' }).uncheck();
    await save.click();
    await tab.getByText('1 person has a value of several lines').waitFor();
    await axe(tab, 'lines that stand in the way');
    await shoot(tab, 'setup-lines-refused');
    await tab.getByRole('button', { name: 'Discard' }).click();

    // An option that nobody has goes at once; one that somebody has doesn’t go.
    await open('size');
    await tab.getByRole('button', { name: 'Remove L' }).click();
    await save.click();
    await saved(tab).waitFor();
    await tab.getByRole('button', { name: 'Remove S' }).click();
    await save.click();
    await tab.getByText('12 people have a value that is no option any more').waitFor();

    const narrow = await page(browser, { width: 360, height: 780, dark: true, language: 'ru' });
    await narrow.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(narrow, { to: `/console/databases/${made.data.id}/fields/card` });
    await narrow.getByLabel('Тип', { exact: true }).click();
    await narrow.getByRole('option', { name: 'Текст' }).click();
    await narrow.getByRole('button', { name: 'Сохранить', exact: true }).click();
    await narrow.getByText('У 12 человек изменится значение').waitFor();
    await fits(narrow, 'values that become others');
    await axe(narrow, 'values that become others, in Russian');
    await shoot(narrow, 'setup-values-change-narrow-ru');
    await ask(tab, 'DELETE', db);
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: a resource with double opt-in and its preview'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: '/console/resources' });
    await tab.getByText('Weekly letter').first().waitFor();
    await axe(tab, 'resources');
    await shoot(tab, 'setup-resources');
    await tab.getByRole('link', { name: 'New resource' }).click();
    check(
      await tab.getByRole('switch', { name: 'New subscriptions must be confirmed' }).isChecked(),
      'a new resource makes people reachable without asking',
    );
    await tab.getByLabel('Name', { exact: true }).fill(names.resource);
    await tab.getByLabel(names.database).check();
    await tab.getByLabel('SMS').check();
    await axe(tab, 'a new resource');
    await tab.getByRole('button', { name: 'Make the resource' }).click();
    await tab.getByRole('heading', { name: names.resource }).waitFor();
    address.resource = new URL(tab.url()).pathname;
    await tab.getByText('Nobody has subscribed yet').waitFor();

    await tab.getByRole('tab', { name: 'Topics' }).click();
    await tab.getByRole('button', { name: 'Add a topic' }).click();
    await tab.getByLabel('Title', { exact: true }).fill('Events');
    await tab.getByRole('tab', { name: 'Double opt-in' }).click();
    await tab.getByLabel('Subject', { exact: true }).fill('Welcome to {resource}');
    await tab
      .getByLabel('Message', { exact: true })
      .fill('Hello <b>you</b>,\n\nsay yes:\n\n{link}');
    const frame = tab.frameLocator('iframe');
    await frame.getByRole('heading', { name: `Welcome to ${names.resource}` }).waitFor();
    check(
      (await frame.locator('body').innerText()).includes('Hello <b>you</b>,'),
      'what is typed is markup in the preview',
    );
    await tab.getByLabel('What the page asks').fill('Is {contact} yours?');
    await frame.getByText('ada@example.com').waitFor();
    await shoot(tab, 'setup-opt-in', { fullPage: true });
    await axe(tab, 'double opt-in');
    // What is wrong stands beside its field, and nothing that was typed is lost.
    await tab.getByLabel('Message', { exact: true }).fill('No link here');
    await tab.getByRole('button', { name: 'Save' }).click();
    await until('it is refused', async () => (await tab.locator('[aria-invalid]').count()) > 0);
    check(
      (await tab.getByLabel('Subject', { exact: true }).inputValue()) === 'Welcome to {resource}',
      'what was typed is lost',
    );
    await tab.getByLabel('Message', { exact: true }).fill('Say yes: {link}');
    await tab.getByRole('button', { name: 'Save' }).click();
    await saved(tab).waitFor();
    await tab.reload();
    await tab.getByRole('tab', { name: /Topics\s*1/ }).click();
    check(
      (await tab.getByLabel('Name in files and the API').inputValue()) === 'events',
      'the topic has no name',
    );
    await axe(tab, 'topics');
    await shoot(tab, 'setup-topics');
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: a form with its snippet'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: '/console/forms' });
    await tab.getByRole('heading', { name: 'Forms', level: 1 }).waitFor();
    await axe(tab, 'forms');
    await tab.getByRole('link', { name: 'New form' }).click();
    await tab.getByRole('button', { name: 'Make the form' }).click();
    await until(
      'what is missing is said',
      async () => (await tab.getByText('This can’t be empty.').count()) === 3,
    );
    await tab.getByLabel('Name', { exact: true }).fill(names.form);
    await choose(tab, 'Database', names.database);
    await choose(tab, 'Resource', names.resource);
    await tab.getByLabel('Add a field').fill('First');
    await tab.getByRole('option', { name: 'First name' }).click();
    await tab.getByLabel('Label of First name').fill('How may we call you?');
    await tab.getByLabel('Consent', { exact: true }).fill('I want the house letter.');
    await axe(tab, 'a new form');
    await shoot(tab, 'setup-form-new', { fullPage: true });
    await tab.getByRole('button', { name: 'Make the form' }).click();
    await tab.getByText('The form is off.').waitFor();
    const frame = tab.frameLocator('iframe');
    await frame.getByText('How may we call you?').waitFor();
    await frame.getByText('I want the house letter.').waitFor();
    check(/class="roster-form"/.test(await text(tab)), 'there is no snippet');
    await axe(tab, 'a form');
    await shoot(tab, 'setup-form', { fullPage: true });
    await tab.getByRole('tab', { name: 'Settings' }).click();
    await tab.getByRole('switch', { name: 'Takes subscriptions' }).check();
    await tab.getByRole('button', { name: 'Save' }).click();
    await saved(tab).waitFor();
    await axe(tab, 'settings of a form');
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: a schedule with its next runs, and a relation type'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    await tab.evaluate(
      async (path) => {
        await fetch(`/v1${path}/import-settings/nightly`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ mapping: [{ column: 'E-mail', to: { field: 'email' } }] }),
        });
      },
      address.database.replace('/console', ''),
    );
    await tab.goto(new URL(`${address.database}/schedules`, tab.url()).href);
    await tab.getByText('There are no schedules yet').waitFor();
    await axe(tab, 'no schedules');
    await tab.getByRole('link', { name: 'New schedule' }).click();
    await tab.getByLabel('Name', { exact: true }).fill(names.schedule);
    await tab.getByLabel('Address of the file').fill('https://nowhere.invalid/people.csv');
    await choose(tab, 'How often', 'On days of the week');
    await tab.getByLabel('Friday').check();
    await tab.getByLabel('Time', { exact: true }).fill('06:30');
    await until('five runs', async () => (await tab.locator('main time').count()) === 5);
    check(/Fri/.test(await text(tab)), 'no run on Friday');
    await choose(tab, 'Import settings', 'nightly');
    await axe(tab, 'a new schedule');
    await shoot(tab, 'setup-schedule-new', { fullPage: true });
    await tab.getByRole('button', { name: 'Make the schedule' }).click();
    // Which hosts are allowed is the operator's choice: this one never is.
    await tab.getByText('The server may not fetch from this host.').waitFor();
    check(
      (await tab.getByLabel('Time', { exact: true }).inputValue()) === '06:30',
      'what was typed is lost',
    );
    await shoot(tab, 'setup-schedule-refused', { fullPage: true });
    await tab.getByLabel('Address of the file').fill('http://127.0.0.1:9/people.csv');
    await tab.getByRole('button', { name: 'Make the schedule' }).click();
    await until(
      'it is made or refused',
      async () =>
        /may not fetch/.test(await text(tab)) ||
        /\/schedules\/\d+$/.test(new URL(tab.url()).pathname),
    );
    if (/\/schedules\/\d+$/.test(new URL(tab.url()).pathname)) {
      await tab.getByText('It has not run yet').waitFor();
      await tab.getByRole('button', { name: 'Run now' }).click();
      await tab.getByText('Started by').first().waitFor();
      await axe(tab, 'a schedule');
      await shoot(tab, 'setup-schedule');
      await tab.getByRole('button', { name: 'Stop' }).first().click();
      await until('it is stopped', async () => /Stopped/.test(await text(tab)));
      await fromMenu(tab, 'More actions', 'Turn it off');
      await tab.getByText('It doesn’t run by itself.').waitFor();
    } else {
      await tab.getByRole('link', { name: 'Home' }).first().click();
      await tab.getByRole('button', { name: 'Leave' }).click();
      await tab.getByRole('heading', { level: 1, name: /^Hello/ }).waitFor();
    }
    await tab.getByRole('link', { name: 'Relations' }).click();
    await tab.getByText('Buys at').first().waitFor();
    await axe(tab, 'relation types');
    await tab.getByRole('link', { name: 'New relation type' }).click();
    await tab.getByLabel('Title', { exact: true }).fill(names.relation);
    await choose(tab, 'Side A', 'Stores');
    await choose(tab, 'Side B', names.database);
    await tab.getByRole('button', { name: 'Add a property' }).click();
    await tab.getByLabel('Title', { exact: true }).nth(1).fill('Nights');
    await axe(tab, 'a new relation type');
    await tab.getByRole('button', { name: 'Make the relation type' }).click();
    await tab.getByText('0 relations').waitFor();
    await shoot(tab, 'setup-relation', { fullPage: true });
    await tab.getByRole('button', { name: 'Delete the relation type' }).click();
    await tab.getByRole('dialog').getByRole('button', { name: 'Delete the relation type' }).click();
    await tab.getByText(`${names.relation} is deleted`).waitFor();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: narrow, dark, in Russian'(browser) {
    const tab = await page(browser, {
      width: 360,
      height: 780,
      dark: true,
      language: 'ru',
    });
    await tab.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(tab);
    const walks = [
      [`${address.database}/fields`, 'Поля', 'fields'],
      [`${address.database}/new-field`, 'Новое поле', 'field-new'],
      [`${address.database}/settings`, 'Настройки', 'database'],
      [`${address.database}/schedules/new`, 'Новое расписание', 'schedule-new'],
      ['/console/resources', 'Ресурсы', 'resources'],
      ['/console/forms', 'Формы', 'forms'],
      ['/console/relation-types', 'Связи', 'relation-types'],
      ['/console/relation-types/new', 'Новый вид связи', 'relation-type-new'],
    ];
    for (const [path, heading, name] of walks) {
      await go(tab, path.replace('/console', ''));
      await tab.getByRole('heading', { name: heading, level: 1 }).waitFor();
      await settled(tab);
      await fits(tab, name);
      if (name.endsWith('new')) await axe(tab, `${name} in Russian`);
      await shoot(tab, `setup-${name}-narrow-ru`, { fullPage: true });
    }
    await tab.goto(new URL(address.resource, tab.url()).href);
    await tab.getByRole('tab', { name: 'Подтверждение' }).click();
    await tab.locator('iframe').waitFor();
    await fits(tab, 'double opt-in');
    await axe(tab, 'double opt-in in Russian');
    await shoot(tab, 'setup-opt-in-narrow-ru', { fullPage: true });
  },

  async 'set up: a viewer is offered none'(browser) {
    if (!process.env.CONSOLE_VIEWER) return;
    const tab = await page(browser);
    await signIn(tab, { email: process.env.CONSOLE_VIEWER });
    const of = await tab.getByRole('link', { name: 'Stores' }).first().getAttribute('href');
    check(
      !(await tab.getByRole('link', { name: 'New database' }).count()),
      'a database is offered',
    );
    for (const path of [
      `${of}/fields`,
      `${of}/fields/email`,
      `${of}/settings`,
      `${of}/schedules`,
      '/console/resources',
      '/console/resources/1',
      '/console/forms',
      '/console/relation-types',
      '/console/relation-types/1',
    ]) {
      await go(tab, path.replace('/console', ''));
      await tab.getByRole('heading', { level: 1 }).waitFor();
      await settled(tab);
      for (const word of ['Save', 'New', 'Delete', 'Make', 'Add', 'Run', 'Move', 'Remove'])
        for (const role of ['button', 'link'])
          check(
            !(await tab
              .locator('main')
              .getByRole(role, { name: new RegExp(`^${word}\\b`) })
              .count()),
            `${path} offers ${word}`,
          );
      if (/email|\d$/.test(path)) await axe(tab, `${path} for a viewer`);
    }
    await shoot(tab, 'setup-viewer');
  },

  async 'set up: the database goes again, by its name'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: `${address.database}/settings` });
    await tab.getByRole('button', { name: 'Delete the database' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByText('1 person will be deleted for good.').waitFor();
    await axe(tab, 'a database is deleted');
    await shoot(tab, 'setup-database-delete');
    await dialog.getByRole('textbox').fill(names.database);
    await dialog.getByRole('button', { name: 'Delete the database' }).click();
    await tab.getByText(`${names.database} is deleted`).waitFor();
    await until(
      'it is gone',
      async () => !(await tab.getByRole('link', { name: names.database }).count()),
    );
  },
};
