// Opens pages in Chromium and looks for what keeps people out: axe's rules, and
// what axe can't see (sideways scrolling, controls that need a script).

import { chromium } from "playwright-core";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The sizes and colour schemes that each page is looked at in. */
export const LOOKS = [
  { name: "desktop-light", width: 1280, height: 800, colorScheme: "light" },
  { name: "desktop-dark", width: 1280, height: 800, colorScheme: "dark" },
  { name: "phone-light", width: 390, height: 844, colorScheme: "light", phone: true },
  { name: "phone-dark", width: 390, height: 844, colorScheme: "dark", phone: true },
];

/** The narrowest screen that a page must fit without scrolling sideways. */
const NARROWEST = { width: 320, height: 640 };

/** Starts the browser: Debian's, or the one that CHROMIUM names. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      // A name that browsers don't trust without TLS, as they trust the loopback.
      "--host-resolver-rules=MAP roster.test 127.0.0.1",
    ],
  });
}

/** A new context for one of the LOOKS; scripts run, since axe is one. */
export function contextFor(browser, look) {
  return browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.colorScheme,
    hasTouch: Boolean(look.phone),
    // Otherwise the page's own policy would keep axe out.
    bypassCSP: true,
  });
}

/** Runs axe on an open page; resolves to what is wrong, one line each. */
export async function axe(page) {
  const source = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(await readFile(source, "utf8"));
  const { violations } = await page.evaluate(
    (values) => window.axe.run({ runOnly: { type: "tag", values } }),
    RULES,
  );
  return violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ")}`),
  );
}

/** What is too small to be hit with a thumb: less than 44 pixels high. */
export function smallTargets(page) {
  return page.evaluate(() => {
    const seen = [...document.querySelectorAll("main button, main select, main input:not([type=hidden]), main textarea")];
    return seen
      .filter((control) => control.tabIndex >= 0 || control.disabled)
      .map((control) => control.closest("label.roster-check") ?? control)
      .filter((target) => target.getBoundingClientRect().height < 43.9)
      .map((target) => `too small to hit: ${target.outerHTML.slice(0, 100)}`);
  });
}

/** Opens the URL without scripts on the narrowest screen; resolves to what is wrong. */
export async function withoutScript(browser, url, { targets = true } = {}) {
  const context = await browser.newContext({ viewport: NARROWEST, javaScriptEnabled: false });
  try {
    const page = await context.newPage();
    await page.goto(url);
    const wrong = [];
    const controls = await page.locator("form :is(button, select, textarea, input:not([type=hidden]))").all();
    for (const control of controls) {
      const isTrap = (await control.getAttribute("tabindex")) === "-1";
      const box = await control.boundingBox();
      const inside = box && box.x >= 0 && box.x + box.width <= NARROWEST.width + 0.5;
      if (isTrap ? inside : !(inside && (await control.isVisible()))) {
        const name = await control.getAttribute("name");
        wrong.push(isTrap ? `the honeypot ${name} can be seen` : `${name} can't be seen`);
      }
    }
    for (const form of await page.locator("form").all()) {
      if ((await form.locator("button[type=submit]").count()) === 0) wrong.push("a form without a button");
    }
    // Evaluating is the browser's, not the page's, and works without scripts.
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > NARROWEST.width) wrong.push(`scrolls sideways: ${width} pixels wide`);
    if (targets) wrong.push(...(await smallTargets(page)));
    return wrong;
  } finally {
    await context.close();
  }
}
