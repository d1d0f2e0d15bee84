// How the console is built, served while it is developed, and tested.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** What the server sends with the built files (crates/console). */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The API that a development server and a preview speak to; people sign in there, and forms and
 *  webhooks are its. */
const target = process.env.ROSTER_API ?? 'http://127.0.0.1:3500';
const proxy = { '/v1': { target }, '/f/': { target }, '/hooks': { target } };

export default defineConfig({
  base: '/console/',
  plugins: [svelte()],
  build: {
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The browser would otherwise get a script that asks for what it already has.
    modulePreload: { polyfill: false },
    // A picture inside a style sheet would need `data:` everywhere; they are few and small anyway.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What nearly every screen is made of is one file, not twenty of half a kilobyte.
            {
              name: 'kit',
              test: /src\/(kit\/(Avatar|Badge|Button|Empty|Failure|Field|Input|Note|Page|Skeleton|Status|Textarea)\.svelte|api\/(client|explain|outcome)\.ts|messages\/(index\.svelte|dates|count)\.ts)/,
              priority: 2,
            },
            {
              name: 'svelte',
              test: /node_modules\/(svelte|openapi-fetch|@lucide\/svelte\/dist\/(Icon|utils|context|aria))/,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: { port: 5173, strictPort: true, proxy },
  preview: {
    port: 4173,
    strictPort: true,
    proxy,
    headers: { 'content-security-policy': policy },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
