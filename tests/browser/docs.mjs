// The API's description in a browser, under its own policy: what it shows, whether an
// operation is found and tried with a token, how it looks, and whether the browser had
// to refuse anything. Called by the end-to-end tests with a plan as JSON:
// {base, token, shots}.

import { join } from "node:path";
import { LOOKS, axe, contextFor, launch, withoutScript } from "./axe.mjs";

const plan = JSON.parse(process.argv[2]);
const wrong = [];
const report = (where, lines) => wrong.push(...lines.map((line) => `${where}: ${line}`));
const url = (path) => new URL(path, plan.base).href;
const PATIENCE = { timeout: 60_000 };

// What the script leaves undone, which only its authors can mend: labels of the inputs of
// parameters, and two landmarks without names.
const KNOWN = ["label: rapi-doc,api-request,", "landmark-unique: rapi-doc,.nav-bar"];

const browser = await launch();
try {
  for (const look of LOOKS.filter((one) => !one.phone)) {
    const context = await browser.newContext({
      viewport: { width: look.width, height: look.height },
      colorScheme: look.colorScheme,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE.timeout);
    page.on("console", (message) => {
      if (message.type() === "error") report(look.name, [`the console says: ${message.text()}`]);
    });
    page.on("pageerror", (error) => report(look.name, [`a script fails: ${error.message}`]));
    page.on("request", (request) => {
      if (!request.url().startsWith(plan.base)) report(look.name, [`it asks for ${request.url()}`]);
    });
    await page.goto(url("/v1/docs"));
    const operation = (path) => page.locator("rapi-doc .nav-bar-path").filter({ hasText: path });
    await operation("/v1/resources").first().waitFor();
    const before = await operation("/v1").count();
    if (before < 80) report(look.name, [`only ${before} operations are shown`]);
    await page.screenshot({ path: join(plan.shots, `docs.${look.name}.png`) });

    // Found by a word of its path.
    const filter = page.getByPlaceholder("Filter");
    await filter.fill("suppressions");
    await filter.press("Enter");
    await operation("/v1/resources").first().waitFor({ state: "hidden" });
    const found = await operation("/v1/suppressions").count();
    if (found < 5) report(look.name, [`only ${found} operations are found`]);
    await page.screenshot({ path: join(plan.shots, `docs-found.${look.name}.png`) });
    await context.close();

    // Tried with a token.
    const trying = await browser.newContext({
      viewport: { width: look.width, height: look.height },
      colorScheme: look.colorScheme,
    });
    const other = await trying.newPage();
    other.setDefaultTimeout(PATIENCE.timeout);
    other.on("console", (message) => {
      if (message.type() === "error") report(look.name, [`the console says: ${message.text()}`]);
    });
    await other.goto(url("/v1/docs#auth"));
    await other.locator("rapi-doc #api-key-input, rapi-doc input[type=password], rapi-doc .api-key-input").first().fill(plan.token);
    await other.getByRole("button", { name: /^(set|update)$/i }).first().click();
    await other.locator("rapi-doc .nav-bar-path").filter({ hasText: "/v1/tokens" }).first().click();
    await other.getByRole("button", { name: /^try$/i }).first().click();
    await other.getByText(/Response Status: OK:200/).waitFor();
    await other.screenshot({ path: join(plan.shots, `docs-tried.${look.name}.png`) });
    await trying.close();

    // Readable: axe, which the policy would keep out.
    const looked = await contextFor(browser, look);
    const same = await looked.newPage();
    await same.goto(url("/v1/docs#get-/v1/tokens"));
    await same.getByRole("button", { name: /^try$/i }).first().waitFor(PATIENCE);
    const lines = (await axe(same)).filter((line) => !KNOWN.some((known) => line.startsWith(known)));
    report(`docs, ${look.name}`, lines);
    await looked.close();
  }
  for (const look of LOOKS) {
    const context = await contextFor(browser, look);
    const page = await context.newPage();
    await page.goto(url("/v1/codes#validation_failed"));
    report(`codes, ${look.name}`, await axe(page));
    await page.screenshot({ path: join(plan.shots, `codes.${look.name}.png`) });
    await context.close();
  }
  report("codes", await withoutScript(browser, url("/v1/codes")));
  const bare = await browser.newContext({ javaScriptEnabled: false });
  const page = await bare.newPage();
  await page.goto(url("/v1/docs"));
  for (const link of ["/v1/openapi.json", "/v1/codes"]) {
    if (!(await page.locator(`a[href="${link}"]`).isVisible())) report("docs without script", [`no link to ${link}`]);
  }
  await bare.close();
} catch (error) {
  report("docs", [error.stack]);
} finally {
  await browser.close();
}
if (wrong.length > 0) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
