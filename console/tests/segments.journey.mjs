// Journey 4, first half: segments are filled, refreshed, changed and deleted.
import { axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { add, database, make } from './segment-steps.mjs';
import { ask, fromMenu, go, newMark, text } from './steps.mjs';

const viewer = process.env.CONSOLE_VIEWER;
const mark = newMark();

/** A refresh of so few is over at once: the server's answers are slowed down to see it at work. */
async function atWork(tab) {
  let state = 'running';
  const answer = async (route) => {
    const act = /refresh\/(\w+)$/.exec(route.request().url())?.[1];
    state = { pause: 'paused', resume: 'running', cancel: 'cancelled' }[act] ?? state;
    await route.fulfill({
      status: act ? 200 : 202,
      contentType: 'application/json',
      body: JSON.stringify({
        id: '1',
        kind: 'refresh',
        state,
        percent: 42,
        counts: { read: 420_000, entered: 12, left: 3 },
        problem: null,
      }),
    });
  };
  await tab.route(/\/refresh(\/\w+)?$/, answer);
  await tab.getByRole('button', { name: 'Refresh now' }).click();
  await tab.getByText('420,000 profiles looked at').waitFor();
  await axe(tab, 'a refresh at work');
  await shoot(tab, 'segment-refresh');
  await tab.getByRole('button', { name: 'Pause' }).click();
  await tab.getByRole('button', { name: 'Go on' }).click();
  await tab.getByRole('button', { name: 'Stop here' }).click();
  await tab.getByText('The refresh is stopped.').waitFor();
  await tab.unroute(/\/refresh(\/\w+)?$/);
}

export default {
  async 'segments: put people into a static one'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const db = await database(tab);
    await go(tab, `/databases/${db}/segments/new`);
    await tab.getByLabel('Name', { exact: true }).fill(`Guests ${mark}`);
    await tab.getByRole('radio', { name: /^Static/ }).check();
    check((await tab.getByText('Who is in it').count()) === 0, 'a static one has a condition');
    await tab.getByRole('button', { name: 'Make the segment' }).click();
    await tab.getByText('Nobody is in it').waitFor();
    await axe(tab, 'an empty segment');
    await shoot(tab, 'segment-empty');
    await tab.getByRole('button', { name: 'Add people' }).click();
    const drawer = tab.getByRole('dialog');
    await drawer.getByLabel('Search people').fill('grace');
    await drawer.getByRole('button', { name: 'Put in Grace Hopper-Murray' }).click();
    await drawer.getByText('In the segment').waitFor();
    await axe(tab, 'adding people');
    await shoot(tab, 'segment-add-people');
    await drawer.getByLabel('Search people').fill('zzzzqq');
    await drawer.getByText('Nobody matches').waitFor();
    await tab.keyboard.press('Escape');
    await tab.locator('td a', { hasText: 'Grace Hopper-Murray' }).waitFor();
    await tab.getByRole('button', { name: 'Take out Grace Hopper-Murray' }).click();
    await tab.getByRole('button', { name: 'Put back Grace Hopper-Murray' }).click();
    await tab.getByRole('button', { name: 'Take out Grace Hopper-Murray' }).waitFor();
    await until('one is in it', async () => /\b1 person/.test(await text(tab)));

    // Everybody who meets a condition, and nobody without one.
    await tab.getByRole('button', { name: 'Add by a condition' }).click();
    const form = tab.getByRole('form', { name: 'Add by a condition' });
    check(
      await form.getByRole('button', { name: 'Add people' }).isDisabled(),
      'everybody would be put in',
    );
    await add(tab, 'plan', 'Plan');
    await tab.getByRole('combobox', { name: 'Plan, Value' }).fill('enter');
    await tab.keyboard.press('Enter');
    await until('it is counted', async () => /\d+ people/.test(await form.innerText()));
    await axe(tab, 'adding by a condition');
    await shoot(tab, 'segment-add-by-condition', { fullPage: true });
    await form.getByRole('button', { name: 'Add people' }).click();
    await until('they are in', async () => (await tab.locator('tbody tr').count()) > 10);
    await axe(tab, 'a static segment');
    await shoot(tab, 'segment-static');

    // It is deleted only by its name, since people are in it.
    await fromMenu(tab, 'More about this segment', 'Delete the segment');
    const question = tab.getByRole('dialog');
    check(
      await question.getByRole('button', { name: 'Delete' }).isDisabled(),
      'it is deleted without a word',
    );
    await question.getByRole('textbox').fill(`Guests ${mark}`);
    await axe(tab, 'deleting');
    await shoot(tab, 'segment-delete');
    await question.getByRole('button', { name: 'Delete' }).click();
    await tab.getByText(`The segment Guests ${mark} is deleted`).waitFor();
  },

  async 'segments: refresh an updatable one, edit it, and meet somebody else'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const db = await database(tab);
    const id = await make(tab, db, {
      name: `Business ${mark}`,
      kind: 'updatable',
      condition: { field: 'plan', eq: 'business' },
    });
    await go(tab, `/databases/${db}/segments/${id}`);
    await tab.getByText('Not refreshed yet, so nobody is in it.').first().waitFor();
    await axe(tab, 'an updatable segment before its first refresh');
    await tab.getByRole('button', { name: 'Refresh now' }).click();
    await tab.getByText(/\d+ entered, 0 left/).waitFor();
    await tab.locator('tbody tr').nth(20).waitFor();
    await tab.getByText('Who entered and left').waitFor();
    await until('who entered', async () => /Entered, /.test(await text(tab)));
    await axe(tab, 'an updatable segment');
    await tab.evaluate(() => scrollTo(0, 0));
    await shoot(tab, 'segment-updatable');
    await tab.goto(tab.url());
    await tab.getByText(/\d+ entered, 0 left/).waitFor();
    await atWork(tab);

    await tab.getByRole('link', { name: 'Edit' }).click();
    await tab.getByRole('heading', { name: `Edit Business ${mark}` }).waitFor();
    const other = await ask(tab, 'PATCH', `/v1/databases/${db}/segments/${id}`, {
      description: 'changed by somebody else',
    });
    check(other.status === 200, 'somebody else could not change it');
    await tab.getByLabel('Name', { exact: true }).fill(`Companies ${mark}`);
    await tab.getByRole('button', { name: 'Save' }).click();
    await tab.getByText('Somebody else changed this segment meanwhile').waitFor();
    await tab.locator('dd', { hasText: 'changed by somebody else' }).waitFor();
    check(
      (await tab.getByLabel('Description').inputValue()) === 'changed by somebody else',
      'what was not touched is not theirs',
    );
    await axe(tab, 'a conflict');
    await shoot(tab, 'segment-conflict');
    await tab.getByRole('button', { name: 'Save mine' }).click();
    await tab.getByText('The segment is saved').waitFor();
    await tab.getByRole('heading', { name: `Companies ${mark}` }).waitFor();
    const now = await ask(tab, 'GET', `/v1/databases/${db}/segments/${id}`);
    check(
      now.data.description === 'changed by somebody else' && now.data.name === `Companies ${mark}`,
      `what somebody else changed is lost: ${JSON.stringify(now.data)}`,
    );
    await ask(
      tab,
      'DELETE',
      `/v1/databases/${db}/segments/${id}?confirm=${encodeURIComponent(now.data.name)}`,
    );
  },

  ...(viewer
    ? {
        async 'segments: a viewer changes nothing'(browser) {
          const tab = await page(browser, { width: 768, height: 900 });
          await signIn(tab, { email: viewer });
          const db = await database(tab);
          await go(tab, `/databases/${db}/segments`);
          await tab.locator('.row-link', { hasText: 'Loyal customers' }).waitFor();
          check((await tab.getByText('New segment').count()) === 0, 'a viewer may make one');
          await tab.locator('.row-link', { hasText: 'Loyal customers' }).click();
          await tab.locator('td a').first().waitFor();
          for (const name of [
            'Edit',
            'Export',
            'Bulk update',
            'Add people',
            'More about this segment',
          ])
            check(
              (await tab
                .locator('main')
                .getByRole(/Edit|Export|Bulk/.test(name) ? 'link' : 'button', { name, exact: true })
                .count()) === 0,
              `a viewer is offered ${name}`,
            );
          await fits(tab, 'a segment for a viewer');
          await axe(tab, 'a segment for a viewer');
          await shoot(tab, 'segment-viewer-768', { fullPage: true });
          await go(tab, `/databases/${db}/segments/new`);
          await tab.getByText('Your role doesn’t include this.').waitFor();
        },
      }
    : {}),
};
