// Starts the console: theme and language first, so that nothing is drawn twice.
import { mount } from 'svelte';
import App from './app/App.svelte';
import { place } from './app/router.svelte';
import { theme } from './app/theme.svelte';
import { speak } from './messages/index.svelte';
import './design/tokens.css';
import './design/base.css';
import './design/popup.css';
import './design/table.css';
import './design/rows.css';

theme.apply();
void speak().then(() => {
  place.listen();
  mount(App, { target: document.getElementById('app')! });
});
