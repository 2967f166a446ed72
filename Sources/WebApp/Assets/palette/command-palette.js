// @ts-check
// One field to go anywhere, find anything and act on what is selected; keys are shown at the right.
import { each, h } from '../core/dom.js';
import { api } from '../core/api.js';
import { isAbort } from '../core/errors.js';
import { scopes } from '../core/keys.js';
import { navigate } from '../core/router.js';
import { computed, effect, signal } from '../core/signals.js';
import { remember, remembered } from '../core/preferences.js';
import { t } from '../core/strings.js';
import { openDialog } from '../elements/dialog.js';
import { icon } from '../elements/icons.js';
import { keyHint } from '../elements/parts.js';
import { uniqueId } from '../core/element.js';

/** @typedef {{ id: string, title: string, where?: string, icon: string, keys?: string, group: string, run: () => void }} Entry */

let isOpen = false;
/** @type {Record<string, string>} */ const KIND_ICONS = { case: 'cases', run: 'play', folder: 'folder', project: 'home', session: 'compass', milestone: 'flag' };

/** How well a text fits what was typed: every word must begin a word of it. @param {string} text @param {string} typed @returns {number} 0 for not at all */
export function fitness(text, typed) {
  const [target, wanted] = [text.toLowerCase(), typed.trim().toLowerCase()];
  if (!wanted) return 1;
  if (target.startsWith(wanted)) return 4;
  if (target.includes(` ${wanted}`)) return 3;
  const words = target.split(/[\s:/·-]+/);
  if (wanted.split(/\s+/).every((part) => words.some((word) => word.startsWith(part)))) return 2;
  return target.includes(wanted) && wanted.length > 2 ? 1 : 0;
}

/** @returns {Entry[]} */
function commandEntries() {
  return scopes.peek().flatMap((scope) => scope.commands.filter((command) => !command.quiet && (!command.when || command.when())).map((command) => ({
    id: `${scope.title}/${command.label}`, title: command.label, icon: command.icon ?? 'bolt', keys: command.keys, group: scope.title,
    run: () => command.run(),
  })));
}

/** @param {{ project: () => string | undefined, typed?: string }} place */
export async function openPalette({ project, typed = '' }) {
  if (isOpen) return;
  isOpen = true;
  const commandsNow = commandEntries();
  const recents = remembered('recent', []);
  /** @type {Entry | undefined} */
  const chosen = await openDialog({ title: t('Search or jump to'), class: 'palette', bare: true, content: (close) => paletteContent(commandsNow, recents, project, typed, close) });
  isOpen = false;
  chosen?.run();
}

/** @param {Entry[]} commandsNow @param {any[]} recents @param {() => string | undefined} project @param {string} first @param {(entry?: any) => void} close */
function paletteContent(commandsNow, recents, project, first, close) {
  const id = uniqueId('palette');
  const typed = signal(first);
  const found = signal(/** @type {Entry[]} */ ([]));
  const active = signal(0);
  let flight = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;

  const entryOf = (/** @type {any} */ result, /** @type {string} */ group) => /** @type {Entry} */ ({
    id: result.url, title: result.title, where: result.where, icon: KIND_ICONS[result.kind] ?? 'search', group,
    run: () => {
      remember('recent', [result, ...remembered('recent', []).filter((/** @type {any} */ other) => other.url !== result.url)].slice(0, 8));
      navigate(result.url);
    },
  });
  const entries = computed(() => {
    const wanted = typed().trim();
    const fitting = commandsNow.map((entry) => ({ entry, fit: fitness(entry.title, wanted) })).filter(({ fit }) => fit > 0)
      .sort((a, b) => b.fit - a.fit).map(({ entry }) => entry);
    if (!wanted) return [...recents.slice(0, 5).map((result) => entryOf(result, t('Recent'))), ...fitting];
    return [...fitting.slice(0, 7), ...found()];
  });
  effect(() => {
    const wanted = typed().trim();
    clearTimeout(timer);
    flight.abort();
    if (wanted.length < 2) return found.set([]);
    timer = setTimeout(async () => {
      flight = new AbortController();
      try {
        const answer = await api.get('/app/api/search', { query: { q: wanted, project: project(), limit: 12 }, signal: flight.signal });
        found.set(answer.results.map((/** @type {any} */ result) => entryOf(result, t('Found'))));
      } catch (error) {
        if (!isAbort(error)) found.set([]);
      }
    }, 120);
  });
  const move = (/** @type {number} */ by) => {
    const count = entries().length;
    active.set(count ? (active.peek() + by + count) % count : 0);
    document.getElementById(`${id}-${active.peek()}`)?.scrollIntoView({ block: 'nearest' });
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    /** @type {Record<string, () => void>} */
    const actions = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => entries()[active.peek()] && close(entries()[active.peek()]) };
    if (!actions[event.key] || event.isComposing) return;
    event.preventDefault();
    actions[event.key]();
  };
  return [
    h('div.palette-field', null, icon('search'), h('input', {
      type: 'text', role: 'combobox', autofocus: true, autocomplete: 'off', spellcheck: 'false', placeholder: t('Search, or type what to do'), 'aria-label': t('Search or jump to'),
      'aria-expanded': 'true', 'aria-controls': id, 'aria-autocomplete': 'list', value: first, 'aria-activedescendant': () => (entries().length ? `${id}-${active()}` : null),
      oninput: (/** @type {any} */ event) => (typed.set(event.target.value), active.set(0)), onkeydown: keys,
    })),
    h('div.palette-list', { id, role: 'listbox', 'aria-label': t('What fits') }, each(entries, (entry) => `${entry.group}${entry.id}`, (entry, index) => h('div', {
      role: 'option', id: () => `${id}-${index()}`, class: () => ['palette-item', active() === index() && 'current'], 'aria-selected': () => String(active() === index()),
      onclick: () => close(entry.peek()), onpointermove: () => active.set(index.peek()),
    }, () => icon(entry().icon), h('span.palette-title', null, () => entry().title), () => entry().where && h('small.muted', null, entry().where),
    h('span.grow'), () => (entry().keys ? keyHint(entry().keys ?? '') : h('small.muted', null, entry().group))))),
    () => (entries().length ? null : h('p.palette-none', { role: 'status' }, t('Nothing fits. Try a title, a number such as T1044, or a tag.'))),
  ];
}
