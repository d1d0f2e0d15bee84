// Runs the journeys one after the other; names given as arguments choose some.
import { readdir } from 'node:fs/promises';
import { complaints, open } from './harness.mjs';

const wanted = process.argv.slice(2);
const files = (await readdir(new URL('.', import.meta.url)))
  .filter((name) => name.endsWith('.journey.mjs'))
  .sort();
const browser = await open();
let passed = 0;
let failed = 0;
for (const file of files) {
  const { default: journeys } = await import(new URL(file, import.meta.url));
  for (const [name, walk] of Object.entries(journeys)) {
    if (wanted.length && !wanted.some((word) => `${file} ${name}`.includes(word))) continue;
    const begun = Date.now();
    try {
      complaints.length = 0;
      await walk(browser);
      if (complaints.length) throw new Error(`the browser complains:\n${complaints.join('\n')}`);
      passed += 1;
      console.log(`ok     ${name} (${Date.now() - begun} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`failed ${name}\n${error.stack ?? error}`);
    }
    for (const context of browser.contexts()) await context.close();
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
