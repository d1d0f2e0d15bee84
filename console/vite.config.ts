// How the console is built, served while it is developed, and tested.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { firstFiles, groups } from './dev/chunks.ts';
import { plainIcons } from './dev/icons.ts';

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
  plugins: [plainIcons, svelte(), firstFiles],
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
        codeSplitting: { groups },
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
