// Checks every HTML file of a folder in every look:
//
//     cargo run -p roster-pages --example render -- /tmp/pages
//     node pages.mjs /tmp/pages [/tmp/shots] [name]
//
// With a second folder it takes a screenshot of each; with a name it only opens
// files whose names contain it. Ends with 1 if anything is wrong.

import { mkdir, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LOOKS, axe, contextFor, launch, withoutScript } from "./axe.mjs";

const [folder, shots, only = ""] = process.argv.slice(2);
if (!folder) {
  console.error("Which folder are the pages in?");
  process.exit(2);
}
const all = await readdir(folder);
const files = all.filter((file) => file.endsWith(".html") && file.includes(only)).sort();
if (files.length === 0) {
  console.error(`There is no such page in ${folder}.`);
  process.exit(2);
}
if (shots) await mkdir(shots, { recursive: true });

const browser = await launch();
let wrong = 0;
const report = (where, lines) => {
  wrong += lines.length;
  for (const line of lines) console.error(`${where}: ${line}`);
};
const urlOf = (file) => pathToFileURL(resolve(folder, file)).href;
try {
  for (const look of LOOKS) {
    const context = await contextFor(browser, look);
    const page = await context.newPage();
    for (const file of files) {
      await page.goto(urlOf(file));
      report(`${file}, ${look.name}`, await axe(page));
      if (shots) {
        const path = join(shots, `${file.replace(/\.html$/, "")}.${look.name}.png`);
        await page.screenshot({ path, fullPage: true });
      }
    }
    await context.close();
  }
  for (const file of files) {
    // A message and a snippet have no style sheet of ours to size their controls.
    const targets = !/^(message|snippet)/.test(file);
    report(`${file}, without scripts`, await withoutScript(browser, urlOf(file), { targets }));
  }
} finally {
  await browser.close();
}
console.log(`${files.length} pages, ${wrong} complaints`);
process.exitCode = wrong === 0 ? 0 : 1;
