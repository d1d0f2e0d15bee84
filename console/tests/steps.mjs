// Steps that many journeys take.
import { BASE, PASSWORD, check, until } from './harness.mjs';

/** What makes the names of one journey's things its own, however often it walks on a server. */
export const newMark = () => `${Date.now().toString(36)}${Math.floor(Math.random() * 1000)}`;

/** A request with the session of the page, past its screen. */
export const ask = (tab, method, path, body) =>
  tab.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(path, {
        method,
        headers: body ? { 'content-type': 'application/json' } : {},
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: answer.status, data: await answer.json().catch(() => null) };
    },
    [method, path, body],
  );
/** Goes there as a link does: what is loaded stays loaded. The screen is there then. */
export async function go(tab, path) {
  await tab.evaluate((path) => {
    const link = document.createElement('a');
    link.href = `/console${path}`;
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
  const [screen] = path.split('?');
  await until(`${path} is shown`, () =>
    tab.evaluate(
      (screen) => document.querySelector('main#content')?.dataset.path === screen,
      screen,
    ),
  );
}

export const text = (tab) => tab.locator('main').innerText();
export const dialogOf = (tab) => tab.getByRole('dialog');
/** A field of a person's card, under the tab that is open. */
export const fieldRow = (tab, title) =>
  tab.locator('dl .row').filter({ has: tab.locator('dt', { hasText: new RegExp(`^${title}`) }) });
/** Opens the menu behind a button and does what it offers. */
export async function fromMenu(tab, button, name) {
  await tab.getByRole('button', { name: button }).click();
  await tab.getByRole('menuitem', { name, exact: true }).click();
}

/** Invites somebody new; what is answered has the link. */
export async function invite(admin, { email, name, role }) {
  const { status, data } = await ask(admin, 'POST', '/v1/users', { email, name, role });
  check(status === 201, `nobody could be invited: ${JSON.stringify(data)}`);
  return data;
}
/** Comes by an invitation, as its reader would. */
export async function accept(tab, { invitation }, base = BASE) {
  await tab.goto(`${base}/console/invitation${new URL(invitation.link).hash}`);
  await tab.getByLabel('Choose a password').fill(PASSWORD);
  await tab.locator('button[type=submit]').click();
  await tab.locator('main#content').waitFor();
}

/** Windows-1251, as spreadsheet programs save it in Russia. */
export const windows1251 = (text) =>
  Buffer.from(
    [...text].map((sign) => {
      const code = sign.charCodeAt(0);
      if (code < 128) return code;
      if (code >= 0x410 && code <= 0x44f) return code - 0x410 + 0xc0;
      return { ё: 0xb8, Ё: 0xa8 }[sign] ?? 63;
    }),
  );
