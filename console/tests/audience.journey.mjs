// Journey 4, first half: an audience is built, counted and saved as a segment.
import { axe, check, fits, page, shoot, signIn, until } from './harness.mjs';
import { add, database, DATABASE, make, select } from './segment-steps.mjs';
import { ask, fromMenu, go, newMark, text } from './steps.mjs';

const mark = newMark();
export default {
  async 'audience: build an audience with the count beside it'(browser) {
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
    await until('everybody is counted', async () => /1,\d\d\d people/.test(await text(tab)));
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
    await tab.getByLabel('Find a column').fill('plan');
    await tab.getByRole('button', { name: 'Add Plan', exact: true }).click();
    await tab.getByRole('button', { name: 'Done' }).click();
    await tab.locator('td', { hasText: 'business' }).waitFor();
    check(tab.url().includes(',plan'), 'the columns are not in the address');
    check(
      (await tab.getByRole('link', { name: 'Export', exact: true }).getAttribute('href')).includes(
        'exports/new?segment=',
      ),
      'there is no way to an export',
    );
    await axe(tab, 'chosen columns');
    await fromMenu(tab, 'More about this segment', 'Delete the segment');
    await tab.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await tab.getByText(`The segment Clicked ${mark} is deleted`).waitFor();
  },

  async 'audience: what was typed says what is wrong where it stands'(browser) {
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
    await tab.keyboard.type('city');
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

  async 'audience: a hundred parts, and a name of two hundred letters'(browser) {
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

  async 'audience: narrow, dark, in Russian'(browser) {
    const tab = await page(browser, {
      width: 360,
      height: 780,
      dark: true,
      language: 'ru',
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
    await fromMenu(tab, 'Ещё действия с сегментом', 'Удалить сегмент');
    await tab.getByRole('dialog').getByRole('button', { name: 'Удалить' }).click();
    await tab.getByText(`Сегмент «Тёплые ${mark}» удалён`).waitFor();
  },
};
