// Journey 5, databases of others: a connector is made and tried, a schedule reads rows through it, and
// the people arrive. ROSTER_TEST_POSTGRES names the database, as postgres://user:password@host/name, and
// ROSTER_TEST_MYSQL one of MySQL or MariaDB; the server must be allowed to connect there (sql_hosts),
// and have a key for passwords (secrets_key).
import { axe, check, fits, page, settled, shoot, signIn, until } from './harness.mjs';
import { ask, dialogOf, fromMenu, go, newMark, text } from './steps.mjs';

const mark = newMark();
const name = `Shop ${mark}`;
const named = `Customers ${mark}`;
const mail = (who) => `${who}.${mark}@example.com`;
const theirs = process.env.ROSTER_TEST_POSTGRES && new URL(process.env.ROSTER_TEST_POSTGRES);
const mysql = process.env.ROSTER_TEST_MYSQL && new URL(process.env.ROSTER_TEST_MYSQL);
/** What the journeys before this one made. */
const made = {};

/** Rows without a table: nothing has to be prepared there, and nothing stays. */
const query = `SELECT * FROM (VALUES
  (1::bigint, '${mail('kim')}', 'Kim', timestamptz '2026-11-01 10:00:00Z'),
  (2::bigint, '${mail('lea')}', 'Lea', timestamptz '2026-11-02 10:00:00Z')
) customers (id, email, name, changed)`;

async function choose(tab, label, option) {
  await tab.getByLabel(label, { exact: true }).click();
  await tab.getByRole('option', { name: option }).click();
}
const save = (tab) => tab.getByRole('button', { name: 'Save', exact: true }).click();
const tryIt = (tab) => tab.getByRole('button', { name: 'Test the connection' }).click();
const people = async (tab) =>
  (await ask(tab, 'GET', `/v1/databases/${made.database}/profiles?limit=10`)).data.items;

const journeys = {
  async 'connectors: one is made, fails its test, is mended and works'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: '/console/connectors' });
    await settled(tab);
    await axe(tab, 'connectors');
    await tab.getByRole('link', { name: 'New connector' }).click();
    await tab.getByRole('button', { name: 'Make the connector' }).click();
    await tab.getByText('This can’t be empty.').first().waitFor();
    await axe(tab, 'an empty connector');
    await tab.getByLabel('Name', { exact: true }).fill(name);
    await tab.getByLabel('Address', { exact: true }).fill('postgres://nowhere');
    await tab.getByLabel('Name of the database there').fill(theirs.pathname.slice(1));
    await tab.getByLabel('User', { exact: true }).fill(decodeURIComponent(theirs.username));
    await tab.getByLabel('Password', { exact: true }).fill('not the password');
    await choose(tab, 'Connection', 'Not encrypted');
    await tab.getByText('Leave the connection without encryption only').waitFor();
    await tab.getByRole('button', { name: 'Make the connector' }).click();
    await tab.getByText('This is no address of a database.').waitFor();
    await tab.getByLabel('Address', { exact: true }).fill('nowhere.invalid');
    await tab.getByRole('button', { name: 'Make the connector' }).click();
    await tab.getByText('The server may not connect to this database.').waitFor();
    check(
      (await tab.getByLabel('Password', { exact: true }).inputValue()) !== '',
      'the password is lost',
    );
    await axe(tab, 'a refused connector');
    await shoot(tab, 'connectors-new', { fullPage: true });
    await tab.getByLabel('Address', { exact: true }).fill(theirs.host);
    await tab.getByRole('button', { name: 'Make the connector' }).click();
    await tab.getByRole('heading', { name, level: 1 }).waitFor();
    made.connector = new URL(tab.url()).pathname.split('/').at(-1);

    await tryIt(tab);
    await tab.getByText('The database doesn’t let this user in.').waitFor();
    await axe(tab, 'a connector that fails');
    await shoot(tab, 'connectors-fails', { fullPage: true });
    await tab.getByLabel('User', { exact: true }).fill('somebody');
    await tab.getByText('It goes another way now, so type the password again.').waitFor();
    await tab.getByText('Save first: what is saved is tried.').waitFor();
    await save(tab);
    await tab.getByText('the password must be typed again').waitFor();
    await tab.getByLabel('User', { exact: true }).fill(decodeURIComponent(theirs.username));
    await tab.getByLabel('Password', { exact: true }).fill(decodeURIComponent(theirs.password));
    await save(tab);
    await tab.getByText('Saved', { exact: true }).last().waitFor();
    await tryIt(tab);
    await tab.getByText(/It works: PostgreSQL \d+/).waitFor();
    check(
      (await tab.getByLabel('Password', { exact: true }).inputValue()) === '',
      'the password is shown',
    );
    await axe(tab, 'a connector that works');
    await shoot(tab, 'connectors-works', { fullPage: true });
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'connectors: a schedule reads rows, and the people arrive'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const { data } = await ask(tab, 'POST', '/v1/databases', { name: `Rows ${mark}` });
    made.database = data.id;
    const at = `/databases/${data.id}/schedules`;
    await go(tab, at);
    await tab.getByRole('link', { name: 'New schedule' }).click();
    await tab.getByLabel('Name', { exact: true }).fill(named);
    await tab.getByRole('radio', { name: 'Rows of a database' }).check();
    await choose(tab, 'Connector', name);
    await tab.getByRole('button', { name: 'Make the schedule' }).click();
    await tab.getByText('Look at the first rows first').first().waitFor();
    await axe(tab, 'a schedule without rows');
    const look = tab.getByRole('button', { name: 'Look at the first rows' });
    await tab.getByLabel('Table', { exact: true }).fill('nowhere_at_all');
    await look.click();
    await tab.getByText('The database has no such table.').waitFor();
    await axe(tab, 'a table that isn’t there');
    await shoot(tab, 'connectors-no-table', { fullPage: true });

    await tab.getByRole('radio', { name: 'A query', exact: true }).check();
    await tab.getByLabel('Query', { exact: true }).fill('DELETE FROM customers');
    await look.click();
    await tab.getByText('This must be one SELECT and nothing else.').waitFor();
    await tab.getByLabel('Query', { exact: true }).fill(query);
    await tab.getByLabel('Key', { exact: true }).fill('nothing');
    await look.click();
    await tab.getByText('The table has no such column.').waitFor();
    await tab.getByLabel('Key', { exact: true }).fill('id');
    await tab.getByLabel('Watermark', { exact: true }).fill('changed');
    await look.click();
    await tab.getByRole('heading', { name: 'Where each column goes' }).waitFor();
    await tab.getByRole('cell', { name: mail('kim') }).waitFor();
    await tab.getByLabel(/^Where name goes/).click();
    await tab.getByRole('option', { name: 'First name', exact: true }).click();
    await tab.getByRole('heading', { name: 'What would become of the first rows' }).waitFor();
    await settled(tab);
    await axe(tab, 'the first rows of a query');
    await fits(tab, 'the first rows of a query');
    await shoot(tab, 'connectors-rows', { fullPage: true });
    await tab.getByRole('switch', { name: 'Run it now, too' }).check();
    await tab.getByRole('button', { name: 'Make the schedule' }).click();
    await tab.getByRole('heading', { name: named, level: 1 }).waitFor();
    made.schedule = new URL(tab.url()).pathname;

    const done = (count) =>
      until(
        `${count} runs are done`,
        async () => (await tab.getByText('Done', { exact: true }).count()) >= count,
        60_000,
      );
    await done(1);
    await tab.getByText('2 rows read').first().waitFor();
    await until('the people arrive', async () => (await people(tab)).length === 2);
    const kim = (await people(tab)).find((one) => one.data.email === mail('kim'));
    check(kim?.data._fname === 'Kim', `Kim came as ${JSON.stringify(kim)}`);
    await tab.reload();
    await tab.getByText(/Read up to 2026-11-02/).waitFor();
    await axe(tab, 'a schedule that has read rows');
    await shoot(tab, 'connectors-runs', { fullPage: true });
    await fromMenu(tab, 'More actions', 'Run now, all rows');
    await tab.getByText('All rows are read again.').waitFor();
    await until(
      'all are read once more',
      async () => (await tab.locator('main li').filter({ hasText: 'Started by' }).count()) >= 2,
    );

    // What was chosen is there again when one looks later, and may be changed.
    await tab.getByRole('tab', { name: 'Settings' }).click();
    await tab.getByText('Where each column goes is chosen.').waitFor();
    await look.click();
    await tab.getByLabel('Where name goes: First name').waitFor();
    check(
      (await tab.getByRole('button', { name: 'Save', exact: true }).isDisabled()) === true,
      'looking changes something',
    );
    await tab.getByLabel(/^Where name goes/).click();
    await tab.getByRole('option', { name: 'Last name', exact: true }).click();
    await save(tab);
    await tab.getByText('Saved', { exact: true }).last().waitFor();
    const { data: kept } = await ask(tab, 'GET', `/v1${made.schedule.replace('/console', '')}`);
    check(
      kept.settings.mapping.some((one) => one.column === 'name' && one.to.field === '_lname'),
      `it is kept as ${JSON.stringify(kept.settings)}`,
    );
    check(kept.source.query === query && kept.source.watermark === 'changed', 'the source is lost');
    await go(tab, at);
    await tab.getByText(`${name}: a query`).waitFor();
    await axe(tab, 'schedules of rows');
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'connectors: narrow, dark, in Russian'(browser) {
    const tab = await page(browser, { width: 360, height: 780, dark: true, language: 'ru' });
    await tab.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(tab, { to: '/console/connectors' });
    for (const [path, heading, kind] of [
      ['/connectors', 'Подключения', 'list'],
      ['/connectors/new', 'Новое подключение', 'new'],
      [`/connectors/${made.connector}`, name, 'one'],
    ]) {
      await go(tab, path);
      await tab.getByRole('heading', { name: heading, level: 1 }).waitFor();
      await settled(tab);
      await fits(tab, path);
      await axe(tab, `${path} in Russian`);
      await shoot(tab, `connectors-${kind}-narrow-ru`, { fullPage: true });
    }
    await go(tab, made.schedule.replace('/console', ''));
    await tab.getByRole('tab', { name: 'Настройки' }).click();
    await tab.getByRole('button', { name: 'Показать первые строки' }).click();
    await tab.getByRole('cell', { name: mail('kim') }).waitFor();
    await settled(tab);
    await fits(tab, 'the first rows');
    await axe(tab, 'the first rows in Russian');
    await shoot(tab, 'connectors-rows-narrow-ru', { fullPage: true });
  },

  async 'connectors: one that schedules read by stays, and says which they are'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: `/console/connectors/${made.connector}` });
    const dialog = dialogOf(tab);
    await tab.getByRole('button', { name: 'Delete the connector' }).click();
    await dialog.getByRole('button', { name: 'Delete the connector' }).click();
    await dialog.getByText('These schedules read by it.').waitFor();
    await axe(tab, 'a connector in use');
    await dialog.getByRole('link', { name: named }).click();
    await tab.getByRole('heading', { name: named, level: 1 }).waitFor();
    await fromMenu(tab, 'More actions', 'Delete the schedule');
    await dialog.getByRole('button', { name: 'Delete the schedule' }).click();
    await dialog.waitFor({ state: 'detached' });
    await go(tab, `/connectors/${made.connector}`);
    await tab.getByRole('button', { name: 'Delete the connector' }).click();
    await dialog.getByRole('button', { name: 'Delete the connector' }).click();
    await tab.getByText(`The connector ${name} is deleted`).waitFor();
    check(!(await text(tab)).includes(name), 'it is still in the list');
  },

  async 'connectors: rows of MariaDB'(browser) {
    if (!mysql) return console.log('skipped: ROSTER_TEST_MYSQL names no database');
    const [shop, schedule] = [`Till ${mark}`, `Guests ${mark}`];
    const tab = await page(browser);
    await signIn(tab, { to: '/console/connectors/new' });
    await choose(tab, 'Kind', /MariaDB/);
    await tab.getByLabel('Name', { exact: true }).fill(shop);
    await tab.getByLabel('Address', { exact: true }).fill(mysql.host);
    await tab.getByLabel('Name of the database there').fill(mysql.pathname.slice(1));
    await tab.getByLabel('User', { exact: true }).fill(decodeURIComponent(mysql.username));
    await tab.getByLabel('Password', { exact: true }).fill(decodeURIComponent(mysql.password));
    await choose(tab, 'Connection', 'Not encrypted');
    await tab.getByRole('button', { name: 'Make the connector' }).click();
    await tab.getByRole('heading', { name: shop, level: 1 }).waitFor();
    await tryIt(tab);
    await tab.getByText(/It works: MariaDB \d+/).waitFor();

    const { data } = await ask(tab, 'POST', '/v1/databases', { name: `Guests ${mark}` });
    await go(tab, `/databases/${data.id}/schedules/new`);
    await tab.getByLabel('Name', { exact: true }).fill(schedule);
    await tab.getByRole('radio', { name: 'Rows of a database' }).check();
    await choose(tab, 'Connector', shop);
    await tab.getByRole('radio', { name: 'A query', exact: true }).check();
    const rows = `SELECT 1 AS id, '${mail('mia')}' AS email, 'Mia' AS name
      UNION ALL SELECT 2, '${mail('noa')}', 'Noa'`;
    await tab.getByLabel('Query', { exact: true }).fill(rows);
    await tab.getByLabel('Key', { exact: true }).fill('id');
    await tab.getByRole('button', { name: 'Look at the first rows' }).click();
    await tab.getByRole('cell', { name: mail('mia') }).waitFor();
    await tab.getByRole('switch', { name: 'Run it now, too' }).check();
    await tab.getByRole('button', { name: 'Make the schedule' }).click();
    await tab.getByRole('heading', { name: schedule, level: 1 }).waitFor();
    await tab.getByText('2 rows read').first().waitFor({ timeout: 60_000 });
    await tab.getByText('Done', { exact: true }).first().waitFor({ timeout: 60_000 });
    const { data: people } = await ask(tab, 'GET', `/v1/databases/${data.id}/profiles?limit=10`);
    check(people.items.length === 2, `they came as ${JSON.stringify(people.items)}`);
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'connectors: a viewer is shown none'(browser) {
    if (!process.env.CONSOLE_VIEWER) return;
    const tab = await page(browser);
    await signIn(tab, { email: process.env.CONSOLE_VIEWER });
    const main = tab.getByRole('navigation', { name: 'Main navigation' });
    await main.getByRole('link', { name: 'Resources' }).waitFor();
    check(!(await main.getByRole('link', { name: 'Connectors' }).count()), 'they are offered');
  },
};

if (!theirs)
  console.log(
    'skipped connectors: ROSTER_TEST_POSTGRES names no database whose rows could be read',
  );
export default theirs ? journeys : {};
