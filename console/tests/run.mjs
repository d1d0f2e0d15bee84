// Runs the journeys, those of three files at a time: they wait more than they work, so two cores have
// time for three. Names given as arguments choose some; CONSOLE_LANES=1 walks one after the other.
import { readdir } from 'node:fs/promises';
import { open, walker } from './harness.mjs';

const wanted = process.argv.slice(2);
/** These measure, or lock what others need: they walk when all others have ended. */
const alone = (name) => /^fast|ten wrong passwords/.test(name);
const here = (file) => new URL(file, import.meta.url);
const files = (await readdir(here('.'))).filter((name) => name.endsWith('.journey.mjs'));
// Those that take longest first, so that no lane is left alone with one at the end.
const LONG = ['people', 'person', 'setup-data', 'every', 'roles', 'day', 'access', 'home'];
const rank = (file) => {
  const place = LONG.indexOf(file.split('.')[0]);
  return place < 0 ? LONG.length : place;
};
files.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
const last = [];
const browser = await open();
const begun = Date.now();
let passed = 0;
let failed = 0;

async function walk(name, journey) {
  const since = Date.now();
  const own = walker(browser);
  try {
    await journey(own);
    if (own.complaints.length)
      throw new Error(`the browser complains:\n${own.complaints.join('\n')}`);
    passed += 1;
    console.log(`ok     ${name} (${Date.now() - since} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`failed ${name} (${Date.now() - since} ms)\n${error.stack ?? error}`);
  }
  await own.close();
}
/** The journeys of a file go on with what those before them made. */
async function walkFile(file) {
  const { default: journeys } = await import(here(file));
  for (const [name, journey] of Object.entries(journeys)) {
    if (wanted.length && !wanted.some((word) => `${file} ${name}`.includes(word))) continue;
    if (alone(name)) last.push([name, journey]);
    else await walk(name, journey);
  }
}
async function lane() {
  for (let file = files.shift(); file; file = files.shift()) await walkFile(file);
}
const lanes = Number(process.env.CONSOLE_LANES ?? 3);
await Promise.all(Array.from({ length: lanes }, lane));
for (const [name, journey] of last) await walk(name, journey);
await browser.close();
console.log(`${passed} passed, ${failed} failed, ${Math.round((Date.now() - begun) / 1000)} s`);
process.exit(failed ? 1 : 0);
