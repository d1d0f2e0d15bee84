// Journey 5, who gets no messages: suppression lists, the control group and its report; and the
// audit trail, where all of it is found again.
import { BASE, axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { ask, dialogOf, fromMenu, newMark } from './steps.mjs';

const mark = newMark();

export default {
  async 'set up: a suppression list is made, filled, checked, searched, cleared and deleted'(
    browser,
  ) {
    const name = `Old shop ${mark}`;
    const tab = await page(browser);
    await signIn(tab, { to: '/console/suppressions' });
    await tab.getByText('Holds for every database').waitFor();
    await axe(tab, 'suppression lists');
    await shoot(tab, 'suppressions');
    await tab.getByRole('button', { name: 'New list' }).click();
    const dialog = dialogOf(tab);
    await dialog.getByRole('button', { name: 'Make the list' }).click();
    await dialog.getByText('This can’t be empty.').waitFor();
    await dialog.getByLabel('Name').fill('Global');
    await dialog.getByLabel('Description').fill('Those who left before we came');
    await dialog.getByRole('checkbox', { name: 'Stores' }).check();
    await dialog.getByRole('button', { name: 'Make the list' }).click();
    await dialog.getByText('Something else has this name already. Choose another one.').waitFor();
    await axe(tab, 'a list with a taken name');
    await shoot(tab, 'suppressions-make');
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: 'Make the list' }).click();
    await tab.getByRole('heading', { name, level: 1 }).waitFor();
    await tab.getByText('Nobody is on this list').waitFor();
    await axe(tab, 'an empty list');

    await tab.getByRole('button', { name: 'Add values' }).click();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('Paste at least one value.').waitFor();
    await dialog
      .getByLabel('Values')
      .fill(`ann.${mark}@example.org\n*.shop-${mark}.example\n030 901820\nnot a value`);
    await dialog.getByLabel('Reason').fill('Asked by letter');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('Not understood').waitFor();
    await axe(tab, 'what became of values');
    await shoot(tab, 'suppressions-added');
    await dialog.getByRole('button', { name: 'Mend the rest' }).click();
    check(
      /^030 901820\nnot a value$/.test(await dialog.getByLabel('Values').inputValue()),
      'what was wrong is not there to be mended',
    );
    await dialog.getByLabel('Values').fill('030 901820');
    await dialog.getByLabel(/^Country/).fill('de');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await tab.getByText('+4930901820').waitFor();

    await tab.getByRole('button', { name: 'Import a file' }).click();
    await dialog.getByRole('button', { name: 'Import a file' }).click();
    await dialog.getByText('Choose a file.').waitFor();
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'old.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`email\nbob.${mark}@example.org\nnobody\n`),
    });
    await dialog.getByRole('button', { name: 'Import a file' }).click();
    await dialog.getByText('old.csv, Line 3').waitFor();
    await axe(tab, 'an imported file');
    await shoot(tab, 'suppressions-imported');
    await dialog.getByRole('button', { name: 'Done' }).click();
    await tab.getByText(`bob.${mark}@example.org`).waitFor();
    await axe(tab, 'entries');
    await shoot(tab, 'suppressions-entries');
    await tab.getByLabel('Begins with').fill('bob');
    await tab.getByText('+4930901820').waitFor({ state: 'detached' });
    await tab.getByLabel('Kind').click();
    await tab.getByRole('option', { name: 'Phone' }).click();
    await tab.getByText('Nothing matches these filters').waitFor();
    await tab.getByLabel('Kind').click();
    await tab.getByRole('option', { name: 'Any kind' }).click();
    await tab.getByRole('button', { name: /^Remove bob/ }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByText('Say why.').waitFor();
    await dialog.getByLabel('Reason').fill('By mistake');
    await axe(tab, 'a removal from a list');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await tab.getByText(/is removed/).waitFor();

    await tab.getByRole('tab', { name: 'Check' }).click();
    await tab
      .getByLabel('Values')
      .fill(`ann.${mark}@example.org\neve@eu.shop-${mark}.example\nnobody.${mark}@example.org\n?`);
    await tab.getByRole('button', { name: 'Check', exact: true }).click();
    await tab.getByText('2 of 4 values on the list').waitFor();
    await tab.getByText(/because of the domain/).waitFor();
    await axe(tab, 'a check');
    await shoot(tab, 'suppressions-check', { fullPage: true });
    await tab.getByRole('tab', { name: 'History' }).click();
    await tab.getByText('1 entry removed').waitFor();
    await tab.getByRole('switch', { name: 'Show the values' }).click();
    await tab.getByText(`bob.${mark}@example.org`).first().waitFor();
    await axe(tab, 'the history of a list');
    await shoot(tab, 'suppressions-history');

    const act = (what) => fromMenu(tab, 'More about this list', what);
    const [file] = await Promise.all([
      tab.waitForEvent('download'),
      act('Export as SHA-256 hashes'),
    ]);
    check(Boolean(file.suggestedFilename()), 'there is no file');
    await act('Settings');
    await dialog.getByLabel('Description').fill('Changed');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await tab.getByText(/· Changed/).waitFor();
    await act('Clear');
    check(
      await dialog.getByRole('button', { name: 'Clear', exact: true }).isDisabled(),
      'it can be cleared by habit',
    );
    await dialog.getByLabel(/To confirm, type/).fill(name);
    await axe(tab, 'clearing a list');
    await shoot(tab, 'suppressions-clear');
    await dialog.getByRole('button', { name: 'Clear', exact: true }).click();
    await tab.getByText('3 entries removed').first().waitFor();
    await act('Delete');
    await dialog.getByLabel(/To confirm, type/).fill(name);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await tab.getByRole('heading', { name: 'Suppression lists' }).waitFor();
    check((await tab.getByRole('link', { name }).count()) === 0, 'the list is still there');

    // All of it stands in the audit trail.
    await tab.goto(`${BASE}/console/audit?noun=suppression`);
    await tab.getByText(`Suppression list ${name}: deleted`).waitFor();
    await tab.getByText('Changed', { exact: true }).first().waitFor();
    await axe(tab, 'the audit trail');
    await shoot(tab, 'audit');
    await tab.getByLabel('By whom').fill('nobody at all');
    await tab.keyboard.press('Enter');
    await tab.getByText('Nothing matches these filters').waitFor();
    await tab.getByRole('button', { name: 'Reset the filters' }).click();
    await tab.locator('main ol > li').first().waitFor();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: a control group is made, drawn, compared and deleted'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: '/console/databases/3/control-group' });
    await tab.getByRole('heading', { name: 'Control group', level: 1 }).waitFor();
    const dialog = dialogOf(tab);
    const remove = async () => {
      await tab.getByRole('button', { name: 'Delete', exact: true }).click();
      await dialog.getByLabel(/To confirm, type/).fill('Stores');
      await axe(tab, 'the end of a control group');
      await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
      await tab.getByText('There is no control group yet').waitFor();
    };
    const make = tab.getByRole('button', { name: 'Make a control group' });
    await make
      .or(tab.getByRole('button', { name: 'Delete', exact: true }))
      .first()
      .waitFor();
    if (!(await make.count())) await remove();
    await axe(tab, 'no control group');
    await make.click();
    await dialog.getByLabel(/^Share of the people/).fill('90');
    await dialog.getByLabel('Who is never drawn').fill('{broken');
    await dialog.getByRole('button', { name: 'Make a control group' }).click();
    await dialog.getByText('This is no valid JSON.').waitFor();
    await axe(tab, 'a wrong control group');
    await shoot(tab, 'control-make');
    await dialog.getByLabel(/^Share of the people/).fill('20,5');
    await dialog.getByLabel('Who is never drawn').fill('');
    await dialog.getByRole('radio', { name: 'Regularly' }).check();
    await dialog.getByRole('button', { name: 'Make a control group' }).click();
    await tab.getByText(/20.5% of all people/).waitFor();
    await tab.getByText(/drawn again every 3 months, on day 1/).waitFor();
    await axe(tab, 'a control group');
    await shoot(tab, 'control');
    await tab.getByRole('button', { name: 'Edit the settings' }).click();
    await dialog.getByLabel(/^Share of the people/).fill('10');
    await dialog.getByLabel('SMS').uncheck();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await tab.getByText(/10% of all people/).waitFor();
    await tab.getByText(/They get no messages by E-mail/).waitFor();

    await tab.getByRole('tab', { name: 'Report' }).click();
    await tab.getByText('Nothing to compare yet').waitFor();
    await axe(tab, 'an empty report');
    const { data } = await ask(tab, 'GET', '/v1/databases/3/profiles?limit=40');
    const mails = data.items.map((one) => one.data.email).filter(Boolean);
    await ask(tab, 'POST', '/v1/events', {
      database_id: '3',
      events: mails
        .slice(0, 12)
        .map((email) => ({ type: 'purchase', channel: 'email', email, data: { value: 10 } })),
    });
    await remove();
  },

  async 'set up: the report of a control group as a chart'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const type = `order_${mark}`;
    const { data } = await ask(tab, 'GET', '/v1/databases/1/profiles?limit=300');
    const mails = data.items.map((one) => one.data.email).filter(Boolean);
    await ask(tab, 'POST', '/v1/events', {
      database_id: '1',
      events: mails
        .slice(0, 120)
        .map((email) => ({ type, channel: 'email', email, data: { value: 12.5 } })),
    });
    await tab.goto(`${BASE}/console/databases/1/control-group?tab=report`);
    await tab.getByText(new RegExp(`${type}: with messages`)).waitFor();
    await tab.getByLabel('What they did').click();
    await tab.getByRole('option', { name: type }).click();
    await until(
      'the chart shows one',
      async () => (await tab.locator('main svg rect').count()) === 2,
    );
    await axe(tab, 'a report');
    await shoot(tab, 'control-report', { fullPage: true });
    const narrow = await page(browser, { width: 360, height: 780, dark: true, language: 'ru' });
    await narrow.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(narrow, { to: '/console/databases/1/control-group?tab=report' });
    await narrow.getByText(new RegExp(`${type}: с сообщениями`)).waitFor();
    await fits(narrow, 'a report');
    await axe(narrow, 'a report in Russian');
    await shoot(narrow, 'control-report-narrow-ru', { fullPage: true });
    await narrow.getByRole('tab', { name: 'Группа' }).click();
    await narrow.getByRole('button', { name: 'Изменить настройки' }).click();
    await fits(narrow, 'the settings of a control group');
    await axe(narrow, 'the settings in Russian');
    await shoot(narrow, 'control-edit-narrow-ru');
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },
};
