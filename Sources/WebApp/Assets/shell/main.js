// @ts-check
// The beginning: what the server put into the page, then the frame, then the screen of the address.
import { configureApi } from '../core/api.js';
import { configureFacts } from '../core/facts.js';
import { singleKeys, startKeys } from '../core/keys.js';
import { startRouter } from '../core/router.js';
import { useLanguage } from '../core/strings.js';
import '../elements/menu.js';
import '../elements/toast-stack.js';
import { startAppearance } from './appearance.js';
import { routes } from './routes.js';
import { mountShell } from './shell.js';

const data = JSON.parse(document.getElementById('boot')?.textContent || '{}');
useLanguage(document.documentElement.lang || 'en');
configureFacts(data);
configureApi({
  csrf: data.csrf, responses: data.responses,
  onSignedOut: () => location.assign(`/signin?next=${encodeURIComponent(location.pathname + location.search)}`),
});
singleKeys.set(data.preferences?.singleKeys !== false);
startAppearance();
startKeys();
startRouter({ routes, scroller: () => document.getElementById('main') });
mountShell();
