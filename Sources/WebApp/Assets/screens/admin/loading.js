// @ts-check
// A part of the page that fetches what it shows.
import { api } from '../../core/api.js';
import { isAbort } from '../../core/errors.js';
import { onCleanup, signal } from '../../core/signals.js';
import { showError } from '../../core/toasts.js';

/** @param {string} path @param {() => Record<string, any>} [query] */
export function loaded(path, query = () => ({})) {
  const data = signal(/** @type {any} */ (null));
  let flight = new AbortController();
  const load = async () => {
    flight.abort();
    flight = new AbortController();
    try {
      data.set(await api.get(path, { query: query(), signal: flight.signal }));
    } catch (error) {
      if (!isAbort(error)) showError(error);
    }
  };
  onCleanup(() => flight.abort());
  return { data, load };
}
