// @ts-check
// A long list of which only the looked-at pages are fetched.
import { showError } from '../core/toasts.js';
import { batch, signal } from '../core/signals.js';
import { isAbort } from '../core/errors.js';

/** @typedef {any[]} Row */
/** @typedef {{ total: number, offset: number, rows: Row[], [more: string]: any }} Page */

/** @param {{ fetch: (offset: number, limit: number, signal: AbortSignal) => Promise<Page>, pageSize?: number, onPage?: (page: Page) => void }} settings */
export function windowed({ fetch, pageSize = 200, onPage }) {
  const total = signal(0);
  const ready = signal(false);
  /** @type {Map<number, import('../core/signals.js').Signal<Row[] | null>>} */ let pages = new Map();
  const generation = signal(0);
  let flight = new AbortController();

  /** @param {number} number */
  function pageAt(number) {
    let page = pages.get(number);
    if (!page) {
      page = signal(/** @type {Row[] | null} */ (null));
      pages.set(number, page);
      queueMicrotask(() => void fill(number, page));
    }
    return page;
  }

  /** @param {number} number @param {any} page */
  async function fill(number, page) {
    const here = flight;
    try {
      const answer = await fetch(number * pageSize, pageSize, here.signal);
      if (here.signal.aborted || pages.get(number) !== page) return;
      accept(number, answer);
    } catch (error) {
      if (here.signal.aborted || isAbort(error)) return;
      pages.delete(number);
      ready.set(true);
      showError(error);
    }
  }

  /** @param {number} number @param {Page} answer */
  function accept(number, answer) {
    batch(() => {
      let page = pages.get(number);
      if (!page) pages.set(number, (page = signal(/** @type {Row[] | null} */ (null))));
      page.set(answer.rows);
      total.set(answer.total);
      ready.set(true);
      onPage?.(answer);
    });
  }

  const list = {
    total, ready, generation,
    /** The row when it is here, undefined while it is on its way. @param {number} index @returns {Row | undefined} */
    row(index) {
      generation();
      return pageAt(Math.floor(index / pageSize))()?.[index % pageSize];
    },
    /** Without following and without fetching. @param {number} index @returns {Row | undefined} */
    peek(index) {
      return pages.get(Math.floor(index / pageSize))?.peek()?.[index % pageSize];
    },
    /** The row, fetched when it is not here yet. @param {number} index @returns {Promise<Row | undefined>} */
    async fetched(index) {
      const number = Math.floor(index / pageSize);
      if (!pages.get(number)?.peek()) accept(number, await fetch(number * pageSize, pageSize, flight.signal));
      return list.peek(index);
    },
    /** Where a row is among those that are here, or -1. @param {(row: Row) => boolean} is */
    find(is) {
      for (const [number, page] of pages) {
        const index = page.peek()?.findIndex(is) ?? -1;
        if (index >= 0) return number * pageSize + index;
      }
      return -1;
    },
    /** Changes a row that is here. @param {number} index @param {(row: Row) => Row} change */
    update(index, change) {
      const page = pages.get(Math.floor(index / pageSize));
      const rows = page?.peek();
      if (!page || !rows || !rows[index % pageSize]) return;
      const next = rows.slice();
      next[index % pageSize] = change(next[index % pageSize]);
      page.set(next);
    },
    /** Adds a row at the end, as the server will show it. @param {Row} row */
    append(row) {
      const index = total.peek();
      const page = pages.get(Math.floor(index / pageSize));
      batch(() => {
        if (page?.peek()) page.set([.../** @type {Row[]} */ (page.peek()), row]);
        else if (index % pageSize === 0) pages.set(Math.floor(index / pageSize), signal(/** @type {Row[] | null} */ ([row])));
        total.set(index + 1);
        generation.update((n) => n + 1);
      });
    },
    /** Forgets everything and fetches the first page; rows stay on the page until it is here. */
    async reload() {
      flight.abort();
      flight = new AbortController();
      const here = flight;
      try {
        const answer = await fetch(0, pageSize, here.signal);
        if (here.signal.aborted) return;
        batch(() => {
          pages = new Map();
          accept(0, answer);
          generation.update((n) => n + 1);
        });
      } catch (error) {
        if (here.signal.aborted || isAbort(error)) return;
        ready.set(true);
        showError(error);
      }
    },
    /** Every row that is here, in order. @returns {Row[]} */
    loaded() {
      generation();
      return [...pages.entries()].sort(([a], [b]) => a - b).flatMap(([, page]) => page() ?? []);
    },
    stop() {
      flight.abort();
    },
  };
  return list;
}
