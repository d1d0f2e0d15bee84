// Starts the console: theme and language first, so that nothing is drawn twice. What it needs was
// asked for by start.ts.
import { mount } from 'svelte';
import { send } from './api/client';
import type { Session } from './api/contract';
import App from './app/App.svelte';
import { place } from './app/router.svelte';
import { theme } from './app/theme.svelte';
import { speak } from './messages/index.svelte';

theme.apply();
const who = send<Session>('GET', '/v1/session');
void speak().then(() => {
  place.listen();
  mount(App, { target: document.getElementById('app')!, props: { who } });
});
