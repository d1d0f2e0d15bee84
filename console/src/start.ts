// The first of the console's files, and a small one. It asks for all that the address needs before
// any of it has come: the console, the screen, its sentences, who is here, and what the screen shows.
import { askEarly } from './api/early';
import { firstOf } from './app/first';
import { storedLanguage } from './app/preferences';
import { routeOf } from './app/routes';
import { fetchBook } from './messages/shelf';
import './design/tokens.css';
import './design/base.css';
import './design/popup.css';
import './design/table.css';
import './design/rows.css';

const { route, params } = routeOf(location.pathname.slice(import.meta.env.BASE_URL.length - 1));
const language = storedLanguage();
// What fails here fails again where it is used, which says so.
const unheard = () => undefined;

void import('./main');
askEarly('/v1/session');
route.load().catch(unheard);
for (const book of ['core', ...(route.books ?? [])] as const)
  fetchBook(language, book).catch(unheard);
if (!route.open) for (const path of firstOf(route.name, params)) askEarly(path);
