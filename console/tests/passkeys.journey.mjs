// Passkeys: added, used in place of the password, called something else, removed by their owner and
// by an admin. Browsers have them for names, so this walks on localhost.
import { BASE, PASSWORD, axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { accept, dialogOf, fromMenu, invite, newMark } from './steps.mjs';

const mark = newMark();
const LOCAL = BASE.replace('//127.0.0.1', '//localhost');
const isNamed = !/\/\/[\d.]+(:|$)/.test(LOCAL);
const row = (tab, text) => tab.locator('main li').filter({ hasText: text });
const key = (tab, text) => section(tab).locator('li').filter({ hasText: text });
const section = (tab) =>
  tab.locator('section').filter({ has: tab.getByRole('heading', { name: 'Passkeys' }) });

/** A device in the browser that makes keys and finds its owner willing. */
async function device(tab) {
  const protocol = await tab.context().newCDPSession(tab);
  await protocol.send('WebAuthn.enable');
  const { authenticatorId } = await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const set = (name, enabled) =>
    protocol.send(`WebAuthn.${name}`, {
      authenticatorId,
      [name === 'setUserVerified' ? 'isUserVerified' : 'enabled']: enabled,
    });
  const keys = async () =>
    (await protocol.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length;
  return { set, keys };
}

async function signOut(tab) {
  await fromMenu(tab, 'Your account and settings', 'Sign out');
  await tab.getByText('You are signed out.').waitFor();
}

/** Somebody who was invited, with a device, on their account page. */
async function atHome(browser, name, options = {}) {
  const mail = `${name}.${mark}@example.com`.toLowerCase();
  const admin = await page(browser);
  await signIn(admin);
  const user = await invite(admin, { email: mail, name: `${name} ${mark}`, role: 'viewer' });
  const tab = await page(browser, options);
  const held = await device(tab);
  await accept(tab, user, LOCAL);
  await tab.goto(`${LOCAL}/console/account`);
  await tab.getByRole('heading', { name: 'Passkeys' }).waitFor();
  return { admin, tab, held, mail };
}

async function add(tab, name, password = PASSWORD) {
  await tab.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = dialogOf(tab);
  await dialog.getByLabel('Name of the passkey').fill(name);
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('button', { name: 'Go on' }).click();
}

export default {
  async 'passkeys: added, signed in by, renamed and removed'(browser) {
    if (!isNamed) return;
    const { admin, tab, held, mail } = await atHome(browser, 'Pia');
    const dialog = dialogOf(tab);
    await axe(tab, 'an account without passkeys');
    await add(tab, 'Laptop', 'wrong horse battery');
    await dialog.getByText('This is not your current password.').waitFor();
    await axe(tab, 'a passkey with a wrong password');
    check((await held.keys()) === 0, 'a key was made without the password');
    await dialog.getByLabel('Current password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await key(tab, 'Laptop').getByText('Not used yet.').waitFor();
    check((await held.keys()) === 1, 'the device has no key');
    await axe(tab, 'an account with a passkey');
    await shoot(tab, 'passkeys', { fullPage: true });
    // The device has one already, and says so.
    await add(tab, 'Laptop again');
    await dialog.getByText('This device has a passkey of this account already.').waitFor();
    await shoot(tab, 'passkeys-known');
    await tab.keyboard.press('Escape');
    await tab.getByRole('button', { name: 'Leave', exact: false }).click();

    // Nobody is asked before they choose it: the device waits.
    await held.set('setAutomaticPresenceSimulation', false);
    await signOut(tab);
    await axe(tab, 'signing in with a passkey');
    await shoot(tab, 'sign-in-passkey');
    await held.set('setAutomaticPresenceSimulation', true);
    if (await tab.locator('input[name=email]').isVisible()) {
      await tab.getByRole('button', { name: 'Sign in with a passkey' }).click();
    }
    await tab.locator('main#content').waitFor();
    await tab.goto(`${LOCAL}/console/account`);
    await key(tab, 'Laptop')
      .getByText(/Last used on/)
      .waitFor();

    await tab.getByRole('button', { name: 'Rename “Laptop”' }).click();
    await dialog.getByLabel('Name').fill('Old laptop');
    await axe(tab, 'renaming a passkey');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await key(tab, 'Old laptop').waitFor();
    await admin.goto(`${BASE}/console/users`);
    await row(admin, mail).getByText('1 passkey').waitFor();
    await tab.getByRole('button', { name: 'Remove “Old laptop”' }).click();
    await axe(tab, 'removing a passkey');
    await shoot(tab, 'passkeys-remove');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await key(tab, 'Old laptop').waitFor({ state: 'detached' });

    // The device has it still, and it opens nothing.
    await held.set('setAutomaticPresenceSimulation', false);
    await signOut(tab);
    await held.set('setAutomaticPresenceSimulation', true);
    await tab.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await tab.getByText('This passkey opens no account here.').first().waitFor();
    await axe(tab, 'a passkey that opens nothing');
    await shoot(tab, 'sign-in-passkey-wrong');
    check(!tab.complaints.length, tab.complaints.join('\n'));
  },

  async 'passkeys: an admin removes them, on a narrow screen and in Russian'(browser) {
    if (!isNamed) return;
    const { admin, tab, mail } = await atHome(browser, 'Nora', { width: 360, height: 740 });
    await add(tab, 'A phone with a name that is rather long for a screen as narrow as this one');
    await key(tab, 'A phone').waitFor();
    await fits(tab, 'passkeys at 360');
    await shoot(tab, 'passkeys-360', { fullPage: true });
    await admin.goto(`${BASE}/console/users`);
    await row(admin, mail).getByText('1 passkey').waitFor();
    await fromMenu(admin, `More about Nora ${mark}`, 'Remove passkeys');
    await axe(admin, 'removing somebody’s passkeys');
    await shoot(admin, 'users-passkeys');
    await dialogOf(admin).getByRole('button', { name: 'Remove passkeys' }).click();
    await until('the passkeys are gone', async () => {
      const words = await row(admin, mail).innerText();
      return !words.includes('passkey');
    });
    await tab.reload();
    await tab.getByRole('heading', { name: 'Passkeys' }).waitFor();
    await key(tab, 'A phone').waitFor({ state: 'detached' });
    const russian = await page(browser, { width: 360, height: 740, language: 'ru' });
    await russian.goto(`${LOCAL}/console/sign-in`);
    await russian.getByRole('button', { name: 'Войти с ключом доступа' }).waitFor();
    await fits(russian, 'signing in at 360');
    await shoot(russian, 'sign-in-passkey-ru-360');
  },

  async 'passkeys: at an address there are none, and it is said'(browser) {
    if (LOCAL === BASE) return;
    const tab = await page(browser);
    await signIn(tab, { to: '/console/account' });
    await tab.getByText('this page is open at a number').waitFor();
    const link = tab.getByRole('link', { name: 'Open it as localhost' });
    check((await link.getAttribute('href')) === `${LOCAL}/console/`, 'the link leads elsewhere');
    check(
      (await tab.getByRole('button', { name: 'Add a passkey' }).count()) === 0,
      'it is offered',
    );
    await axe(tab, 'an account at an address');
    const out = await page(browser);
    await out.goto(`${BASE}/console/sign-in`);
    await out.locator('input[name=email]').waitFor();
    const button = out.getByRole('button', { name: 'Sign in with a passkey' });
    check((await button.count()) === 0, 'it is offered for signing in');
  },
};
