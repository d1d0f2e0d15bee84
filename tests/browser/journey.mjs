// The ways of two people through the pages of a running server: one whose browser
// runs scripts, one whose doesn't. Called by the end-to-end tests with a plan as
// JSON: {people: [{base, confirm, manage, unsubscribe}], form, shots}. One of them comes
// by a name that isn't the loopback's: over plain HTTP browsers don't say then which
// kind of site a form comes from.
//
// With scripts every page is also looked at by axe, in every look. The pages' own
// policy stays in force where it is not axe that runs: what it forbids by mistake
// (a style with another hash) is heard on the console.

import { join } from "node:path";
import { LOOKS, axe, contextFor, launch, withoutScript } from "./axe.mjs";

const plan = JSON.parse(process.argv[2]);
const wrong = [];
const report = (where, lines) => wrong.push(...lines.map((line) => `${where}: ${line}`));

const browser = await launch();
try {
  for (const [index, person] of plan.people.entries()) {
    const scripts = index === 0;
    const name = scripts ? "with-scripts" : "without-scripts";
    const context = await browser.newContext({
      javaScriptEnabled: scripts,
      viewport: { width: 390, height: 844 },
    });
    const page = await context.newPage();
    page.on("console", (message) => {
      // A form that was filled in wrong is answered with 422, as it should be.
      const expected = message.text().includes("status of 422");
      if (message.type() === "error" && !expected) report(name, [`the console says: ${message.text()}`]);
    });
    const url = (path) => new URL(path, person.base).href;
    const looked = async (step, path) => {
      await page.screenshot({ path: join(plan.shots, `${step}.${name}.png`), fullPage: true });
      if (!path) return;
      if (scripts) {
        for (const look of LOOKS) {
          const other = await contextFor(browser, look);
          const same = await other.newPage();
          await same.goto(url(path));
          report(`${step}, ${look.name}`, await axe(same));
          await other.close();
        }
      } else {
        report(step, await withoutScript(browser, url(path)));
      }
    };
    const expect = async (step, text) => {
      const heading = await page.locator("h1").innerText();
      const body = await page.locator("main").innerText();
      if (!body.includes(text) && !heading.includes(text)) {
        report(`${step}, ${name}`, [`${JSON.stringify(text)} is not on the page: ${body.slice(0, 300)}`]);
      }
    };

    // Confirm: the page asks, the button confirms.
    await page.goto(url(person.confirm));
    await looked("confirm", person.confirm);
    await expect("confirm", "The Letter");
    await page.locator("main form button[type=submit]").click();
    await looked("confirmed");
    await expect("confirmed", "The Letter");

    // Manage: a name, topics, a pause and its end.
    await page.goto(url(person.manage));
    await looked("manager", person.manage);
    await page.locator("[name='field._fname']").fill("Grace");
    await page.locator("form:has([name='field._fname']) button[type=submit]").click();
    await page.locator("[role=status]").waitFor();
    await looked("manager-changed");
    await expect("manager-changed", "Grace");
    await page.goto(url(person.manage));
    await page.getByLabel("Offers").check();
    await page.locator("form:has([name=topic]) button[type=submit]").click();
    await page.locator("[role=status]").waitFor();
    await expect("topics", "Offers");
    await page.goto(url(person.manage));
    const days = page.locator("[name=days]").first();
    if ((await days.evaluate((control) => control.tagName)) === "SELECT") await days.selectOption("30");
    else await page.locator("[name=days][value='30']").check();
    await page.locator("form:has([name=days]) button[type=submit]").click();
    await page.locator("[role=status]").waitFor();
    await looked("manager-suspended");
    await page.locator("form:has([name=do][value=resume]) button[type=submit], button[name=do][value=resume]").first().click();
    await page.locator("[role=status]").waitFor();

    // Leave everything is looked at, and not done.
    await page.goto(url(`${person.manage}/leave`));
    await looked("leave", `${person.manage}/leave`);

    // Out.
    await page.goto(url(person.unsubscribe));
    await looked("unsubscribe", person.unsubscribe);
    await page.locator("main form button[type=submit]").click();
    await looked("unsubscribed");

    // The form as a page, filled in wrong and then right.
    await page.goto(url(plan.form));
    await looked("form", plan.form);
    await page.locator("[name=email]").fill(`new-${name}@example.org`);
    // The browser would not even send it without consent; others do.
    await page.locator("main form").evaluate((form) => { form.noValidate = true; });
    await page.locator("main form button[type=submit]").click();
    await page.locator("[aria-invalid=true]").first().waitFor();
    await looked("form-refused");
    await page.locator("[name=consent]").check();
    await page.locator("main form button[type=submit]").click();
    await page.locator("h1").waitFor();
    await looked("form-sent");
    await expect("form-sent", `new-${name}@example.org`);
    await context.close();
  }
} catch (error) {
  wrong.push(String(error.stack ?? error));
} finally {
  await browser.close();
}
for (const line of wrong) console.error(line);
console.log(`${plan.people.length} people, ${wrong.length} complaints`);
process.exitCode = wrong.length === 0 ? 0 : 1;
