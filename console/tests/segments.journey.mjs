// Journey 4, first half: an audience is built, counted, saved as a segment, filled and refreshed.
import { axe, check, fits, page, shoot, signIn, until } from './harness.mjs';

const DATABASE = process.env.CONSOLE_AUDIENCE ?? 'Northwind customers';
const mark = Date.now().toString(36);
const viewer = process.env.CONSOLE_VIEWER;

/** A request with the session of the page. */
const ask = (tab, method, path, body) =>
  tab.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(path, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: answer.status, data: await answer.json().catch(() => null) };
    },
    [method, path, body],
  );
async function database(tab) {
  const { data } = await ask(tab, 'GET', '/v1/databases?limit=100');
  return data.items.find((one) => one.name === DATABASE).id;
}
async function make(tab, db, segment) {
  const { status, data } = await ask(tab, 'POST', `/v1/databases/${db}/segments`, segment);
  check(status === 201, `a segment was not made: ${JSON.stringify(data)}`);
  return data.id;
}
const go = (tab, path) =>
  tab.evaluate((path) => {
    const link = document.createElement('a');
    link.href = `/console${path}`;
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
const text = (tab) => tab.locator('main').innerText();

/** Adds a condition and chooses what it is about by typing. */
async function add(tab, typed, option) {
  await tab.getByRole('button', { name: 'Add a condition', exact: true }).last().click();
  await tab.getByRole('combobox', { name: 'What the condition is about' }).last().fill(typed);
  await tab.getByRole('option', { name: option }).first().click();
}
async function select(tab, label, option) {
  await tab.getByLabel(label).last().click();
  await tab.getByRole('option', { name: option, exact: true }).click();
}

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
  async 'segments: build an audience with the count beside it'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    await tab.getByRole('link', { name: DATABASE }).first().click();
    await tab
      .getByRole('navigation', { name: 'Parts of this database' })
      .getByRole('link', { name: 'Segments' })
      .click();
    await tab.getByRole('heading', { name: 'Segments', level: 1 }).waitFor();
    await tab.locator('.row-link').first().waitFor();
    await axe(tab, 'segments');
    await shoot(tab, 'segments');
    await tab.getByRole('link', { name: 'New segment' }).click();
    await tab.getByText('There is no condition yet').waitFor();
    await until('everybody is counted', async () => /1,[45]\d\d people/.test(await text(tab)));
    await axe(tab, 'a new segment');
    await shoot(tab, 'segment-new');

    // Half of a condition is never saved.
    await tab.getByRole('button', { name: 'Add a condition', exact: true }).click();
    await tab.keyboard.press('Escape');
    await tab.getByRole('button', { name: 'Make the segment' }).click();
    await tab.getByText('A segment needs a name.').waitFor();
    await tab.getByText('Finish this condition, or remove it.').waitFor();
    await axe(tab, 'a new segment that is not finished');
    await shoot(tab, 'segment-unfinished');
    await tab.getByRole('button', { name: 'Remove this condition' }).click();

    await add(tab, 'event', /^Event/);
    await tab.getByRole('combobox', { name: 'Events' }).fill('click');
    await tab.keyboard.press('Enter');
    await tab.getByText('Clicked a link').waitFor();
    await add(tab, 'reach', /^Can be reached/);
    await select(tab, /^Channel/, 'E-mail');
    await add(tab, 'contr', /^Control group/);
    await until('one person matches', async () => /\b1 person/.test(await text(tab)));
    await tab.getByRole('link', { name: 'Grace Hopper-Murray' }).waitFor();
    await tab.evaluate(() => scrollTo(0, 0));
    await axe(tab, 'an audience');
    await shoot(tab, 'segment-audience', { fullPage: true });

    // A name that is taken keeps all that was chosen.
    await tab.getByLabel('Name', { exact: true }).fill('Loyal customers');
    await tab.getByRole('button', { name: 'Make the segment' }).click();
    await tab.getByText('There is a segment with this name already.').waitFor();
    await tab.getByLabel('Name', { exact: true }).fill(`Clicked ${mark}`);
    await tab.getByRole('button', { name: 'Make the segment' }).click();
    await tab.getByText(`The segment Clicked ${mark} is made`).waitFor();
    await tab
      .getByText(
        'Clicked a link in the last 30 days, can be reached (E-mail) and isn’t in the control group',
      )
      .waitFor();
    await tab.locator('td a', { hasText: 'Grace Hopper-Murray' }).waitFor();
    await tab.getByText('How many can be reached').waitFor();
    await axe(tab, 'a dynamic segment');
    await shoot(tab, 'segment-dynamic', { fullPage: true });
    await tab.getByRole('button', { name: 'Columns' }).click();
    await tab.getByRole('combobox', { name: 'Columns' }).fill('plan');
    await tab.keyboard.press('Enter');
    await tab.locator('td', { hasText: 'business' }).waitFor();
    check(tab.url().includes('columns=plan'), 'the columns are not in the address');
    check(
      (await tab.getByRole('link', { name: 'Export', exact: true }).getAttribute('href')).includes(
        'exports/new?segment=',
      ),
      'there is no way to an export',
    );
    await axe(tab, 'chosen columns');
    await tab.getByRole('button', { name: 'More about this segment' }).click();
    await tab.getByRole('menuitem', { name: 'Delete the segment' }).click();
    await tab.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await tab.getByText(`The segment Clicked ${mark} is deleted`).waitFor();
  },

  async 'segments: what was typed says what is wrong where it stands'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    await go(tab, `/databases/${await database(tab)}/segments/new`);
    await tab.getByText('There is no condition yet').waitFor();
    await add(tab, 'visits', /^Visits/);
    await tab.getByLabel('Visits, Value').fill('many');
    await tab.getByText('Type a whole number.').waitFor();
    await tab.getByText('It is marked where it stands').waitFor();
    await axe(tab, 'a wrong value');
    await shoot(tab, 'segment-wrong');
    await tab.getByLabel('Visits, Value').fill('12');
    await until('it is right', async () => !/whole number/.test(await text(tab)));
    // A group that joins otherwise, and no way out without a question.
    await tab.getByRole('button', { name: 'Add a group' }).click();
    await tab.getByRole('combobox', { name: 'What the condition is about' }).last().fill('city');
    await tab.getByRole('option', { name: 'City', exact: true }).click();
    await tab.getByLabel('City, Value').fill('lon');
    await until('the group is counted', async () => /\d+ (people|person)/.test(await text(tab)));
    await axe(tab, 'a group');
    await tab.getByRole('link', { name: 'Cancel' }).click();
    await tab.getByRole('dialog').getByText('Leave without saving?').waitFor();
    await tab.getByRole('button', { name: 'Go on editing' }).click();
    check((await tab.getByLabel('City, Value').inputValue()) === 'lon', 'what was typed is lost');
    // No connection: it is said, and tried again.
    await tab.route('**/profiles/count', (route) => route.abort());
    await tab.getByLabel('City, Value').fill('lond');
    await tab.getByText('The count didn’t work').waitFor();
    await axe(tab, 'a count that failed');
    await tab.unroute('**/profiles/count');
    await tab.getByRole('button', { name: 'Try again' }).click();
    await until('it is counted again', async () => !/didn’t work/.test(await text(tab)));
    await tab.getByRole('link', { name: 'Cancel' }).click();
    await tab.getByRole('button', { name: 'Leave', exact: true }).click();
    await tab.getByRole('heading', { name: 'Segments', level: 1 }).waitFor();
  },

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
    await tab.getByRole('button', { name: 'More about this segment' }).click();
    await tab.getByRole('menuitem', { name: 'Delete the segment' }).click();
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
    await tab.getByText('changed by somebody else').waitFor();
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

  async 'segments: a hundred parts, and a name of two hundred letters'(browser) {
    const tab = await page(browser);
    await signIn(tab);
    const db = await database(tab);
    const parts = Array.from({ length: 99 }, (_, n) => ({ field: 'visits', ne: n * 3 }));
    const name = `${mark} ${'a very long name '.repeat(12)}`.slice(0, 200);
    const id = await make(tab, db, {
      name,
      kind: 'dynamic',
      condition: {
        all: [
          ...parts,
          {
            any: [
              { field: '_city', eq: 'Bath' },
              { field: 'plan', exists: true },
            ],
          },
        ],
      },
    });
    await go(tab, `/databases/${db}/segments/${id}`);
    await tab.getByRole('link', { name: 'Edit' }).click();
    await until('all are there', async () => (await tab.locator('.test').count()) === 101, 20_000);
    await until('they are counted', async () => /\d people/.test(await text(tab)), 15_000);
    const begun = Date.now();
    await tab.getByLabel('Visits, Value').nth(50).fill('7');
    check(Date.now() - begun < 1500, `typing took ${Date.now() - begun} ms`);
    await axe(tab, 'a hundred parts');
    await tab.setViewportSize({ width: 360, height: 780 });
    await fits(tab, 'a hundred parts');
    await tab.getByRole('link', { name: 'Cancel' }).click();
    await tab.getByRole('button', { name: 'Leave', exact: true }).click();
    await tab.getByText('How many can be reached').waitFor();
    await fits(tab, 'a long name');
    await axe(tab, 'a long name');
    await shoot(tab, 'segment-long-360', { fullPage: true });
    await ask(tab, 'DELETE', `/v1/databases/${db}/segments/${id}`);
  },

  async 'segments: narrow, dark, in Russian'(browser) {
    const tab = await page(browser, {
      width: 360,
      height: 780,
      dark: true,
      language: 'ru',
      still: true,
    });
    await tab.addInitScript(() => localStorage.setItem('roster.language', 'ru'));
    await signIn(tab);
    await tab.locator('main').getByRole('link', { name: DATABASE }).click();
    await tab.getByRole('link', { name: 'Сегменты' }).click();
    await tab.locator('.row-link').first().waitFor();
    await fits(tab, 'segments');
    await axe(tab, 'segments in Russian');
    await shoot(tab, 'segments-narrow-ru');
    await tab.getByRole('link', { name: 'Новый сегмент' }).click();
    await tab.getByLabel('Название').fill(`Тёплые ${mark}`);
    await tab.getByRole('button', { name: 'Добавить условие' }).click();
    await tab.getByRole('combobox', { name: 'О чём условие' }).fill('событ');
    await tab.getByRole('option', { name: /^Событие/ }).click();
    await tab.getByRole('combobox', { name: 'События' }).fill('ссыл');
    await tab.keyboard.press('Enter');
    await tab.getByRole('button', { name: 'Добавить условие' }).click();
    await tab.getByRole('combobox', { name: 'О чём условие' }).last().fill('контр');
    await tab.getByRole('option', { name: /^Контрольная группа/ }).click();
    await until('it is counted', async () => /1 человек/.test(await text(tab)));
    await tab.evaluate(() => scrollTo(0, 0));
    await fits(tab, 'builder');
    await axe(tab, 'builder in Russian');
    await shoot(tab, 'segment-builder-narrow-ru', { fullPage: true });
    await tab.getByRole('button', { name: 'Создать сегмент' }).click();
    await tab.getByText('Клик по ссылке за последние 30 дней и не в контрольной группе').waitFor();
    await tab.locator('td a').first().waitFor();
    await fits(tab, 'segment');
    await axe(tab, 'segment in Russian');
    await shoot(tab, 'segment-narrow-ru', { fullPage: true });
    await tab.getByRole('button', { name: 'Ещё действия с сегментом' }).click();
    await tab.getByRole('menuitem', { name: 'Удалить сегмент' }).click();
    await tab.getByRole('dialog').getByRole('button', { name: 'Удалить' }).click();
    await tab.getByText(`Сегмент «Тёплые ${mark}» удалён`).waitFor();
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
