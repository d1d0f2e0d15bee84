// Runs the journeys, those of two files at a time; names given as arguments choose some.
// CONSOLE_LANES=1 walks one after the other.
import { readdir } from 'node:fs/promises';
import { open, walker } from './harness.mjs';

const wanted = process.argv.slice(2);
/** These measure, or count what others would change: they walk alone. */
const alone = ['fast', 'trouble'];
const files = (await readdir(new URL('.', import.meta.url)))
  .filter((name) => name.endsWith('.journey.mjs'))
  .sort();
const isAlone = (file) => alone.some((name) => file.startsWith(`${name}.`));
const together = files.filter((file) => !isAlone(file));
const browser = await open();
const begun = Date.now();
let passed = 0;
let failed = 0;

async function walkFile(file) {
  const { default: journeys } = await import(new URL(file, import.meta.url));
  for (const [name, walk] of Object.entries(journeys)) {
    if (wanted.length && !wanted.some((word) => `${file} ${name}`.includes(word))) continue;
    const since = Date.now();
    const own = walker(browser);
    try {
      await walk(own);
      if (own.complaints.length)
        throw new Error(`the browser complains:\n${own.complaints.join('\n')}`);
      passed += 1;
      console.log(`ok     ${name} (${Date.now() - since} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`failed ${name}\n${error.stack ?? error}`);
    }
    await own.close();
  }
}
async function lane() {
  for (let file = together.shift(); file; file = together.shift()) await walkFile(file);
}
const lanes = Number(process.env.CONSOLE_LANES ?? 2);
await Promise.all(Array.from({ length: lanes }, lane));
for (const file of files.filter(isAlone)) await walkFile(file);
await browser.close();
console.log(`${passed} passed, ${failed} failed, ${Math.round((Date.now() - begun) / 1000)} s`);
process.exit(failed ? 1 : 0);
