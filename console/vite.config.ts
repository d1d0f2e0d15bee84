// How the console is built, served while it is developed, and tested.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { fakeSession } from './dev/session.ts';

export default defineConfig({
  base: '/console/',
  // The plugin is there for `vite` and `vite preview` alone: nothing of it can reach the build.
  plugins: [svelte(), fakeSession()],
  build: {
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The browser would otherwise get a script that asks for what it already has.
    modulePreload: { polyfill: false },
    // A picture inside a style sheet would need `data:` everywhere; they are few and small anyway.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  server: { port: 5173, strictPort: true },
  preview: { port: 4173, strictPort: true },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
