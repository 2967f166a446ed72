// @ts-check
// A screen that could not be shown says why and what to do.
import { ApiError, OfflineError, errorText } from '../core/errors.js';
import { reloadScreen } from '../core/router.js';
import { t } from '../core/strings.js';
import { button, emptyState } from '../elements/parts.js';

/** @param {unknown} error */
export function errorScreen(error) {
  const status = error instanceof ApiError ? error.status : /** @type {any} */ (error)?.status;
  const again = button(t('Try again'), { icon: 'again', kind: 'primary', onclick: reloadScreen });
  const home = button(t('All projects'), { icon: 'home', href: '/' });
  if (status === 404) {
    return emptyState({ icon: 'search', title: t('There is nothing here'), text: t('It was deleted, moved, or you may not see it.'), actions: home });
  }
  if (status === 403) {
    return emptyState({ icon: 'key', title: t('You may not see this'), text: t('Ask somebody who administers the project for access.'), actions: home });
  }
  if (error instanceof OfflineError) {
    return emptyState({ icon: 'warning', title: t('The server cannot be reached'), text: t('Check the network, then try again.'), actions: again });
  }
  // An error of our own code must be seen by who can mend it, not only by who met it.
  if (!(error instanceof ApiError)) console.error(error);
  return emptyState({ icon: 'warning', title: t('This page could not be shown'), text: errorText(error), actions: [again, home] });
}
