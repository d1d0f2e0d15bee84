// An agent and a marketer go everywhere they are shown a way to: nothing is offered that the server
// refuses, and what only their role may do works.
import { BASE, axe, check, page, settled, shoot, signIn } from './harness.mjs';
import { database, make } from './segment-steps.mjs';
import { accept, ask, go, invite, newMark } from './steps.mjs';

const mark = newMark();

/** Somebody new of a role, who comes by the invitation. */
async function colleague(browser, admin, role) {
  const user = await invite(admin, {
    email: `${role}.${mark}@example.com`,
    name: `Robin ${role}`,
    role,
  });
  const tab = await page(browser);
  const refused = [];
  tab.on('response', (answer) => {
    if (answer.status() === 403)
      refused.push(
        `${answer.request().method()} ${new URL(answer.url()).pathname} on ${tab.url()}`,
      );
  });
  await accept(tab, user);
  return { tab, id: user.id, refused };
}
const ways = (tab, name) =>
  tab
    .getByRole('navigation', { name })
    .getByRole('link')
    .evaluateAll((all) => all.map((one) => one.pathname));

/** Every address of the navigation, and from each whatever opens a form to make something. */
async function everywhere({ tab, refused }) {
  const seen = new Set(await ways(tab, 'Main navigation'));
  await tab.goto(`${BASE}/console/databases/1`);
  await settled(tab);
  for (const path of await ways(tab, 'Parts of this database')) seen.add(path);
  for (const path of seen) {
    await go(tab, path.replace('/console', ''));
    await settled(tab);
    const inside = await tab
      .locator('main a:visible')
      .evaluateAll((all) =>
        all.map((one) => one.pathname).filter((one) => /\/new(-\w+)?$/.test(one)),
      );
    inside.forEach((one) => seen.add(one));
    check(
      (await tab.getByText('Your role doesn’t include this').count()) === 0,
      `${path} is offered and not allowed`,
    );
  }
  check(!refused.length, `refused by the server:\n${refused.join('\n')}`);
  return [...seen];
}
const leave = (admin, id) => ask(admin, 'DELETE', `/v1/users/${id}`);

export default {
  async 'roles: an agent is offered what agents do, and puts people into segments'(browser) {
    const admin = await page(browser);
    await signIn(admin);
    const db = await database(admin);
    const segment = await make(admin, db, { name: `Callbacks ${mark}`, kind: 'static' });
    const agent = await colleague(browser, admin, 'agent');
    const { tab } = agent;
    const seen = await everywhere(agent);
    for (const part of ['/exports', '/segments/new', '/schedules/new', '/resources/new', '/users'])
      check(!seen.some((path) => path.endsWith(part)), `an agent is shown ${part}`);

    await tab.goto(`${BASE}/console/databases/${db}`);
    await tab
      .getByLabel(/^Choose /)
      .nth(1)
      .click();
    await tab
      .getByLabel(/^Choose /)
      .nth(2)
      .click();
    await tab.getByRole('button', { name: 'Put into a segment' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Put into a segment' }).click();
    await dialog.getByText('Choose a segment.').last().waitFor();
    await dialog.getByLabel('Segment').click();
    check(
      (await tab.getByRole('option', { name: 'A new segment' }).count()) === 0,
      'an agent may make a segment',
    );
    await tab.getByRole('option', { name: `Callbacks ${mark}` }).click();
    await axe(tab, 'an agent’s choice of a segment');
    await dialog.getByRole('button', { name: 'Put into a segment' }).click();
    await dialog.waitFor({ state: 'detached' });
    await tab.goto(`${BASE}/console/databases/${db}/segments/${segment}`);
    await tab.getByText('2 people').first().waitFor();
    check((await tab.getByRole('link', { name: 'Edit' }).count()) === 0, 'an agent may edit it');
    await tab
      .getByRole('button', { name: /^Take out/ })
      .first()
      .click();
    await tab.getByText('1 person').first().waitFor();
    await tab.getByRole('button', { name: 'Add people' }).waitFor();
    await axe(tab, 'a segment as an agent sees it');
    await shoot(tab, 'roles-agent-segment');

    await tab.goto(`${BASE}/console/search?q=grace.hopper%40example.com`);
    await tab.locator('#search-hits [role=option]').first().click();
    await tab.getByRole('button', { name: 'More about this person' }).click();
    check(
      (await tab.getByRole('menuitem', { name: 'Erase this person' }).count()) === 0,
      'an agent may erase',
    );
    check(!agent.refused.length, agent.refused.join('\n'));
    await ask(admin, 'DELETE', `/v1/databases/${db}/segments/${segment}`);
    await leave(admin, agent.id);
  },

  async 'roles: a marketer is offered what marketers do, and no more'(browser) {
    const admin = await page(browser);
    await signIn(admin);
    const marketer = await colleague(browser, admin, 'marketer');
    const seen = await everywhere(marketer);
    for (const part of ['/segments/new', '/exports/new', '/updates/new', '/resources/new'])
      check(
        seen.some((path) => path.endsWith(part)),
        `a marketer is not shown ${part}`,
      );
    for (const part of ['/users', '/tokens', '/databases/new', '/new-field'])
      check(!seen.some((path) => path.endsWith(part)), `a marketer is shown ${part}`);
    await leave(admin, marketer.id);
  },
};
