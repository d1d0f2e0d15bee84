// Starts the console: theme and language first, so that nothing is drawn twice. Who is here, the
// sentences and the screen are asked for at the same time.
import { mount } from 'svelte';
import { send } from './api/client';
import type { Session } from './api/contract';
import App from './app/App.svelte';
import { place } from './app/router.svelte';
import { routeOf } from './app/routes';
import { theme } from './app/theme.svelte';
import { speak } from './messages/index.svelte';
import './design/tokens.css';
import './design/base.css';
import './design/popup.css';
import './design/table.css';
import './design/rows.css';

theme.apply();
const who = send<Session>('GET', '/v1/session');
const spoken = speak();
// Should it fail, it is loaded again when it is shown, and the failure with it.
routeOf(place.path)
  .route.load()
  .catch(() => undefined);
void spoken.then(() => {
  place.listen();
  mount(App, { target: document.getElementById('app')!, props: { who } });
});
