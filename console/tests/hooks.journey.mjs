// Journey 5, what comes and what goes: webhooks with their deliveries, watchers, the outbox.
import { BASE, axe, check, page, shoot, signIn, until } from './harness.mjs';
import { ask, dialogOf, newMark } from './steps.mjs';

const mark = newMark();
const SERVER = (process.env.ROSTER_API ?? BASE).replace(/\/$/, '');
const json = { 'content-type': 'application/json' };

/** Asks the API as the one who is signed in. */
const api = async (...what) => (await ask(...what)).data;

export default {
  async 'set up: a webhook is made, tried, delivered to, mended and replayed'(browser) {
    const name = `Shop ${mark}`;
    const mail = `hook.${mark}@example.com`;
    const tab = await page(browser);
    await signIn(tab, { to: '/console/webhooks' });
    await tab.getByRole('button', { name: 'New webhook' }).first().click();
    const dialog = dialogOf(tab);
    await dialog.getByRole('button', { name: 'Make the webhook' }).click();
    await dialog.getByText('This can’t be empty.').first().waitFor();
    await dialog.getByLabel('Who sends').click();
    await tab.getByRole('option', { name: 'Shopify' }).click();
    await dialog.getByLabel('Database').click();
    await tab.getByRole('option', { name: 'Stores' }).click();
    await dialog.getByText(/needs these fields first: tags/).waitFor();
    await axe(tab, 'a new webhook');
    await shoot(tab, 'webhooks-make');
    await dialog.getByLabel('Who sends').click();
    await tab.getByRole('option', { name: 'Another system' }).click();
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: 'Make the webhook' }).click();
    await dialog.getByText(/shown only this once/).waitFor();
    await axe(tab, 'the secret of a webhook');
    await shoot(tab, 'webhooks-secret');
    await dialog.getByRole('button', { name: 'Open the webhook' }).click();
    await tab.getByRole('heading', { name, level: 1 }).waitFor();
    await tab.getByText('Nothing has come yet').waitFor();
    await axe(tab, 'a webhook without deliveries');

    await tab.getByRole('tab', { name: 'Try it' }).click();
    await tab.getByRole('button', { name: 'Try it' }).click();
    await tab.getByText('Paste some content first.').waitFor();
    await tab.getByLabel('Content').fill(`{"email": "${mail}", "_fname": "Hook", "colour": "red"}`);
    await tab.getByRole('button', { name: 'Try it' }).click();
    await tab.getByText('A new person would be added.').waitFor();
    await tab.getByText('First name').waitFor();
    await tab.getByText('What was left out').waitFor();
    await axe(tab, 'a trial');
    await shoot(tab, 'webhooks-try', { fullPage: true });

    await tab.getByRole('tab', { name: 'Address and secrets' }).click();
    await axe(tab, 'the access of a webhook');
    await shoot(tab, 'webhooks-access');
    await tab.getByRole('button', { name: 'Change how it is proved' }).click();
    await dialog.getByLabel('Proof').click();
    await tab.getByRole('option', { name: 'A code of the content in a header' }).click();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.locator('[aria-invalid]').waitFor();
    await axe(tab, 'a wrong proof');
    await dialog.getByLabel('Proof').click();
    await tab.getByRole('option', { name: 'A secret in a header' }).click();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await tab.getByRole('button', { name: 'New secret' }).click();
    await dialog.getByRole('button', { name: 'New secret' }).click();
    await dialog.getByText(/shown only this once/).waitFor();
    const secret = await dialog.locator('code').innerText();
    const url = new URL(await dialog.locator('p.mono').innerText());
    await dialog.getByRole('button', { name: 'Done' }).click();

    const send = (body) =>
      tab.request.post(SERVER + url.pathname, {
        headers: { ...json, authorization: `Bearer ${secret}` },
        data: body,
      });
    check((await send({ email: mail, _fname: 'Hook' })).status() === 200, 'it is not taken');
    check((await send({ mail: `second.${mail}` })).status() === 422, 'it is taken');
    await tab.getByRole('tab', { name: 'Deliveries' }).click();
    await tab.getByRole('button', { name: 'Failed' }).waitFor();
    await axe(tab, 'deliveries');
    await shoot(tab, 'webhooks-deliveries');
    await tab.getByLabel('Outcome').click();
    await tab.getByRole('option', { name: 'Added a person' }).click();
    await tab.getByRole('button', { name: 'Failed' }).waitFor({ state: 'detached' });
    await tab.getByRole('button', { name: 'Added a person' }).click();
    await dialog.getByRole('link', { name: 'Hook' }).waitFor();
    await dialog.getByRole('button', { name: 'Apply it again' }).click();
    await dialog.getByText(/was applied before/).waitFor();
    await axe(tab, 'a delivery');
    await shoot(tab, 'webhooks-delivery');
    await dialog.getByRole('button', { name: 'Apply it once more all the same' }).click();
    await dialog.getByText('Applied: Changed nothing').waitFor();
    await tab.keyboard.press('Escape');

    // The sender calls the address `mail`: a rule is added, and what failed is applied.
    await tab.getByRole('tab', { name: 'Mapping' }).click();
    await tab.getByRole('button', { name: 'Add a field' }).click();
    await tab.getByLabel(/^Field:/).click();
    await tab.getByRole('option', { name: 'E-mail' }).first().click();
    const source = tab.getByLabel('Where E-mail comes from');
    await source.fill('mail');
    await tab.getByRole('button', { name: 'Save', exact: true }).click();
    await tab.getByText(/begins with a slash/).waitFor();
    check((await source.inputValue()) === 'mail', 'what was typed is lost');
    await axe(tab, 'a wrong mapping');
    await shoot(tab, 'webhooks-mapping', { fullPage: true });
    await tab.getByRole('link', { name: 'Home' }).first().click();
    await tab.getByRole('button', { name: 'Go on editing' }).click();
    await source.fill('/email, /mail');
    await tab.getByRole('button', { name: 'Save', exact: true }).click();
    await tab.getByText('The webhook is saved').last().waitFor();
    await tab.getByLabel(/^Show as/).click();
    await tab.getByRole('option', { name: 'JSON' }).click();
    await until('the rule is there', async () =>
      (await tab.getByRole('textbox', { name: 'Mapping' }).inputValue()).includes('"/mail"'),
    );
    await axe(tab, 'a mapping as JSON');
    await tab.getByRole('tab', { name: 'Deliveries' }).click();
    await tab.getByRole('button', { name: 'Failed' }).click();
    await dialog.getByText('What is wrong').waitFor();
    await shoot(tab, 'webhooks-failed');
    await dialog.getByRole('button', { name: 'Apply it again' }).click();
    await dialog.getByText('Applied: Added a person').waitFor();
    await tab.keyboard.press('Escape');

    await tab.getByRole('button', { name: 'Edit', exact: true }).click();
    await dialog.getByRole('switch', { name: 'Takes deliveries' }).click();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await tab.getByText(/It is switched off/).waitFor();
    check((await send({ email: mail })).status() === 404, 'it is still taken');
    await tab.goto(`${BASE}/console/webhooks`);
    await tab.getByRole('link', { name }).waitFor();
    await axe(tab, 'webhooks');
    await shoot(tab, 'webhooks');
    await tab.getByRole('link', { name }).click();
    await tab.getByRole('button', { name: 'More about this webhook' }).click();
    await tab.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog.getByLabel(/To confirm, type/).fill(name);
    await axe(tab, 'the end of a webhook');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await tab.getByText(`The webhook ${name} is deleted`).waitFor();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: a watcher, as far as the server allows its host'(browser) {
    const name = `CRM ${mark}`;
    const tab = await page(browser);
    await signIn(tab, { to: '/console/watchers' });
    await tab.getByRole('button', { name: 'New watcher' }).first().click();
    const dialog = dialogOf(tab);
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Address').fill('nonsense');
    await dialog.getByRole('radio', { name: 'Only some changes' }).check();
    await dialog.getByRole('button', { name: 'Make the watcher' }).click();
    await dialog.getByText('Choose at least one change.').waitFor();
    await dialog.getByLabel('A person is added').check();
    await dialog.getByRole('button', { name: 'Make the watcher' }).click();
    await dialog.getByText(/no web address/).waitFor();
    await axe(tab, 'a wrong watcher');
    await shoot(tab, 'watchers-make');
    await dialog.getByLabel('Address').fill('https://example.org/roster');
    await dialog.getByRole('button', { name: 'Make the watcher' }).click();
    const refused = dialog.getByText(/isn’t on the list of those/);
    await refused.or(dialog.locator('code')).first().waitFor();
    if (await refused.count()) {
      // The server names no host: that stands beside the address, and nothing is lost.
      check((await dialog.getByLabel('Name').inputValue()) === name, 'what was typed is lost');
      await shoot(tab, 'watchers-refused');
      return;
    }
    await axe(tab, 'the secret of a watcher');
    await shoot(tab, 'watchers-secret');
    await dialog.getByRole('button', { name: 'Done' }).click();
    const act = async (what) => {
      await tab.getByRole('button', { name: `More about ${name}` }).click();
      await tab.getByRole('menuitem', { name: what, exact: true }).click();
    };
    await act('Send a test');
    await tab.getByText('A test message is on its way').waitFor();
    await act('Messages');
    await dialog.locator('li button').first().waitFor();
    await axe(tab, 'the messages of a watcher');
    await shoot(tab, 'watchers-messages');
    await tab.keyboard.press('Escape');
    await act('Edit');
    await dialog.getByLabel('A subscription changes').check();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await tab.getByText(`${name} is saved`).waitFor();
    await act('New secret');
    await dialog.getByRole('button', { name: 'New secret' }).click();
    await dialog.locator('code').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await axe(tab, 'watchers');
    await shoot(tab, 'watchers');
    await act('Delete');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await tab.getByText(`The watcher ${name} is deleted`).waitFor();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'set up: a message of the outbox is read, cancelled, sent again'(browser) {
    const mail = `ask.${mark}@example.com`;
    const tab = await page(browser);
    await signIn(tab, { to: '/console/outbox' });
    const contact = { resource_id: '1', channel: 'email', email: mail };
    const made = await api(tab, 'POST', '/v1/databases/1/profiles', {
      data: { email: mail, subscriptions: [{ ...contact, status: 'unconfirmed' }] },
    });
    await api(
      tab,
      'POST',
      `/v1/databases/1/profiles/${made.id}/subscriptions/confirmation`,
      contact,
    );
    await tab.reload();
    await tab.getByRole('searchbox', { name: 'For' }).fill(mail);
    await tab.keyboard.press('Enter');
    const message = tab.getByRole('button', { name: mail });
    await message.waitFor();
    await axe(tab, 'the outbox');
    await shoot(tab, 'outbox');
    check(!tab.url().includes('ask.'), 'the address bar names a person');
    await message.click();
    const dialog = dialogOf(tab);
    await dialog.getByText('As the person reads it').waitFor();
    await axe(tab, 'a message');
    await shoot(tab, 'outbox-message');
    await dialog.getByRole('button', { name: 'Cancel the message' }).click();
    await dialog.getByText('Cancelled', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Send it now' }).click();
    await dialog.getByText(/Waiting|Sent/).waitFor();
    await tab.keyboard.press('Escape');
    await tab.getByRole('combobox', { name: 'State' }).click();
    await tab.getByRole('option', { name: 'Cancelled' }).click();
    await tab.getByText('Nothing matches these filters').waitFor();
    await tab.getByRole('button', { name: 'Reset the filters' }).click();
    await tab.locator('main ul.rows li button').first().waitFor();
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },
};
