// What holds on every screen: the person's menu, addresses that lead nowhere, the kit.
import { BASE, axe, check, page, shoot, signIn } from './harness.mjs';

export default {
  async 'the person’s menu: language and theme'(browser) {
    const tab = await page(browser);
    await signIn(tab, { own: true });
    await tab.getByRole('button', { name: 'Your account and settings' }).click();
    await tab.getByRole('menuitemradio', { name: 'Dark' }).click();
    check(
      (await tab.evaluate(() => document.documentElement.dataset.theme)) === 'dark',
      'the theme did not change',
    );
    await axe(tab, 'menu');
    await shoot(tab, 'menu-dark');
    await tab.getByRole('menuitemradio', { name: 'Русский' }).click();
    await tab.getByText('Здравствуйте').waitFor();
    check(
      (await tab.evaluate(() => document.documentElement.lang)) === 'ru',
      'the language is not said',
    );
    await tab.getByRole('menuitemradio', { name: 'English' }).click();
    await tab.getByText('Hello').waitFor();
    await tab.getByRole('menuitem', { name: 'Sign out' }).click();
    await tab.getByText('You are signed out.').waitFor();
    await tab.goto(`${BASE}/console/`);
    await tab.locator('input[name=email]').waitFor();
  },

  async 'an address that leads nowhere'(browser) {
    const tab = await page(browser);
    await signIn(tab, { to: '/console/nowhere' });
    await tab.getByText('There is nothing here').last().waitFor();
    await axe(tab, 'nowhere');
  },

  async 'every component of the kit'(browser) {
    // Only a development server shows it: CONSOLE_KIT is its address.
    if (!process.env.CONSOLE_KIT) return;
    for (const dark of [false, true]) {
      const tab = await page(browser, { dark });
      await tab.goto(`${process.env.CONSOLE_KIT}/console/kit`);
      await tab.getByRole('heading', { name: 'Kit' }).waitFor();
      await axe(tab, 'kit');
      await shoot(tab, `kit-${dark ? 'dark' : 'light'}`, { fullPage: true });
      for (const name of ['Dialog', 'Drawer']) {
        await tab.getByRole('button', { name, exact: true }).click();
        await tab.getByRole('dialog').waitFor();
        await axe(tab, name);
        await shoot(tab, `kit-${name.toLowerCase()}-${dark ? 'dark' : 'light'}`);
        await tab.keyboard.press('Escape');
        await tab.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await tab.getByRole('button', { name: 'Toast', exact: true }).click();
      await axe(tab, 'toast');
    }
  },
};
