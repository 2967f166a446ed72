// @ts-check
// Short messages at the edge of the page, with one action such as Undo.
import { errorText, isAbort } from './errors.js';
import { signal } from './signals.js';

/** @typedef {{ id: number, text: string, tone: 'plain' | 'error', action?: string, key?: string, run?: () => void, until: number }} Toast */

/** @type {import('./signals.js').Signal<Toast[]>} */
export const toasts = signal(/** @type {Toast[]} */ ([]));
let lastToast = 0;

/** Shows a message; an undo stays for ten seconds, an error until it is closed.
 * @param {string} text @param {{ tone?: 'plain' | 'error', action?: string, key?: string, run?: () => void, seconds?: number }} [more]
 * @returns {() => void} takes it away */
export function toast(text, more = {}) {
  const id = ++lastToast;
  const seconds = more.seconds ?? (more.tone === 'error' ? 0 : more.action ? 10 : 4);
  const made = { id, text, tone: more.tone ?? 'plain', action: more.action, key: more.key, run: more.run, until: seconds };
  // One undo at a time: what `z` does must be what the page shows.
  toasts.update((shown) => [...shown.filter((other) => !(more.run && other.run) && other.text !== text), made].slice(-3));
  const close = () => closeToast(id);
  if (seconds) setTimeout(close, seconds * 1000);
  return close;
}

/** @param {number} id */
export function closeToast(id) {
  toasts.update((shown) => shown.filter((other) => other.id !== id));
}

/** Takes back the latest thing that can be taken back. @returns {boolean} false when there was none */
export function undoLatest() {
  const latest = toasts.peek().findLast((shown) => shown.run);
  if (!latest) return false;
  closeToast(latest.id);
  latest.run?.();
  return true;
}

/** Says what went wrong, unless the caller itself gave up. @param {unknown} error */
export function showError(error) {
  if (isAbort(error)) return;
  toast(errorText(error), { tone: 'error' });
}
