// @ts-check
// The address is the state: a path chooses the screen, the query is a signal that the screen reads and changes.
import { api } from './api.js';
import { isAbort } from './errors.js';
import { root, signal } from './signals.js';

/** @typedef {import('./dom.js').Child} Child */
/** @typedef {{ params: Record<string, string>, query: () => URLSearchParams, signal: AbortSignal,
 *   setQuery: (changes: Record<string, any>, how?: 'push' | 'replace') => void }} Context */
/** @typedef {{ title: string | (() => string), crumbs?: { label: string, href: string }[], actions?: Child, main: Child, wide?: boolean }} View */
/** @typedef {{ load?: (context: Context) => Promise<any>, view: (context: Context, data: any) => View }} Screen */
/** @typedef {{ name: string, path: string, module: () => Promise<{ screen: Screen }>, prefetch?: (params: Record<string, string>) => string[] }} Route */
/** @typedef {{ route: Route | null, params: Record<string, string>, view: View | null, error: unknown }} Current */

/** @type {Route[]} */ let table = [];
const query = signal(new URLSearchParams());
/** What the shell shows. */
export const current = signal(/** @type {Current} */ ({ route: null, params: {}, view: null, error: null }));
/** True while the next screen is on its way. */
export const travelling = signal(false);
/** @type {AbortController} */ let journey = new AbortController();
/** @type {() => void} */ let leave = () => {};
let shownPath = '';
/** @type {() => Element | null} */ let scroller = () => null;
/** @type {(text: string) => boolean} */ let mayLeave = () => true;

/** The parameters when the path fits the pattern. @param {string} pattern @param {string} path @returns {Record<string, string> | null} */
export function matchPath(pattern, path) {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  if (wanted.length !== given.length) return null;
  /** @type {Record<string, string>} */ const params = {};
  for (const [index, part] of wanted.entries()) {
    if (!part.startsWith('{')) {
      if (part !== given[index]) return null;
      continue;
    }
    try {
      params[part.slice(1, -1)] = decodeURIComponent(given[index]);
    } catch {
      return null;
    }
  }
  return params;
}

/** @param {string} path @returns {{ route: Route, params: Record<string, string> } | null} */
export function findRoute(path) {
  for (const route of table) {
    const params = matchPath(route.path, path);
    if (params) return { route, params };
  }
  return null;
}

/** @param {{ routes: Route[], scroller: () => Element | null }} settings */
export function startRouter(settings) {
  table = settings.routes;
  scroller = settings.scroller;
  history.scrollRestoration = 'manual';
  addEventListener('popstate', () => void travel(location.href, history.state?.scroll ?? 0));
  document.addEventListener('click', followLink);
  document.addEventListener('pointerover', prefetchLink, { passive: true });
  void travel(location.href, 0);
}

/** Asked before a screen is left; returns the way to stop asking. @param {() => boolean} ask false stays */
export function guardLeaving(ask) {
  mayLeave = ask;
  const warn = (/** @type {BeforeUnloadEvent} */ event) => {
    if (!ask()) event.preventDefault();
  };
  addEventListener('beforeunload', warn);
  return () => {
    mayLeave = () => true;
    removeEventListener('beforeunload', warn);
  };
}

/** @param {string} url @param {'push' | 'replace'} [how] */
export function navigate(url, how = 'push') {
  const target = new URL(url, location.href);
  if (target.origin !== location.origin || !findRoute(target.pathname)) {
    location.assign(target.href);
    return;
  }
  if (target.pathname !== shownPath && !mayLeave('')) return;
  history.replaceState({ ...history.state, scroll: scroller()?.scrollTop ?? 0 }, '');
  history[how === 'push' ? 'pushState' : 'replaceState']({}, '', target.href);
  void travel(target.href, 0);
}

/** @param {string} href @param {number} scroll */
async function travel(href, scroll) {
  const url = new URL(href);
  if (url.pathname === shownPath) {
    if (url.searchParams.toString() !== query.peek().toString()) query.set(url.searchParams);
    return;
  }
  journey.abort();
  journey = new AbortController();
  const here = journey;
  const found = findRoute(url.pathname);
  travelling.set(true);
  try {
    if (!found) throw Object.assign(new Error('no such page'), { status: 404 });
    const asked = url.searchParams;
    const context = contextOf(found.params, here.signal);
    const { screen } = await found.route.module();
    // The screen's loader reads the query of where it is going, not of where it comes from.
    const data = await screen.load?.({ ...context, query: () => asked });
    if (here.signal.aborted) return;
    show(() => {
      shownPath = url.pathname;
      query.set(asked);
      return { route: found.route, params: found.params, view: screen.view(context, data), error: null };
    }, scroll);
  } catch (error) {
    if (here.signal.aborted || isAbort(error)) return;
    show(() => {
      shownPath = url.pathname;
      return { route: found?.route ?? null, params: found?.params ?? {}, view: null, error };
    }, 0);
  } finally {
    if (journey === here) travelling.set(false);
  }
}

/** @param {() => Current} make @param {number} scroll */
function show(make, scroll) {
  const isFirst = !current.peek().route && !current.peek().error;
  const swap = () => {
    leave();
    root((dispose) => {
      leave = dispose;
      try {
        current.set(make());
      } catch (error) {
        current.set({ ...current.peek(), view: null, error });
      }
    }, null);
    const place = scroller();
    if (place) place.scrollTop = scroll;
    // Who reads the page by ear starts at the new heading; the first page is read from the top anyway.
    if (!isFirst) document.querySelector('h1')?.focus({ preventScroll: true });
  };
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (isFirst || calm || !document.startViewTransition) return swap();
  // A transition that is overtaken by the next one says so by an error that nobody needs.
  const transition = document.startViewTransition(swap);
  for (const step of [transition.ready, transition.finished]) step.catch(() => {});
}

/** @param {Record<string, string>} params @param {AbortSignal} abort @returns {Context} */
function contextOf(params, abort) {
  return {
    params, query, signal: abort,
    setQuery(changes, how = 'replace') {
      const next = new URLSearchParams(query.peek());
      for (const [name, value] of Object.entries(changes)) {
        if (value == null || value === '' || value === false) next.delete(name);
        else next.set(name, value === true ? '1' : String(value));
      }
      if (next.toString() === query.peek().toString()) return;
      const text = next.toString();
      history[how === 'push' ? 'pushState' : 'replaceState'](history.state, '', location.pathname + (text ? `?${text}` : ''));
      query.set(next);
    },
  };
}

/** Shows the present screen anew, from the server. */
export function reloadScreen() {
  shownPath = '';
  void travel(location.href, scroller()?.scrollTop ?? 0);
}

/** @param {Event} event @returns {HTMLAnchorElement | null} */
function ownLink(event) {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || !link.href || link.target || link.hasAttribute('download') || link.origin !== location.origin) return null;
  return findRoute(link.pathname) ? link : null;
}

/** @param {MouseEvent} event */
function followLink(event) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = ownLink(event);
  if (!link || (link.hash && link.pathname === location.pathname)) return;
  event.preventDefault();
  navigate(link.href);
}

/** @param {Event} event */
function prefetchLink(event) {
  const link = ownLink(event);
  if (!link || link.pathname === location.pathname) return;
  const found = findRoute(link.pathname);
  if (!found) return;
  void found.route.module();
  for (const url of found.route.prefetch?.(found.params) ?? []) void api.prefetch(url);
}
