// @ts-check
// The list of cases: filter, rows, a row for quick writing, and what can be done with several at once.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { priorityName } from '../../core/facts.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { icon } from '../../elements/icons.js';
import { menuButton } from '../../elements/menu.js';
import { button, emptyState, iconButton, statusMark } from '../../elements/parts.js';
import { filterBar } from '../../lists/filter-bar.js';
import { bulkBar } from './bulk.js';
import { dragToFolders } from './drag.js';
import { ROW } from './state.js';

/** @param {import('./state.js').Repository} state @param {(id: number) => void} toggle */
export function caseRow(state, toggle) {
  return (/** @type {number} */ index) => () => {
    const row = state.list.row(index);
    if (!row) return h('span.waiting');
    const isMarked = () => state.marked().has(row[ROW.id]);
    return [
      h('span', { class: 'lead-mark', onclick: (/** @type {Event} */ event) => (event.stopPropagation(), toggle(row[ROW.id])) },
        () => (isMarked() ? h('span.status.mark.chosen', null, icon('tick', 'small'), h('span.sr', null, t('Marked'))) : statusMark(row[ROW.status]))),
      h('span.id', null, `T${row[ROW.id]}`),
      h('span.title', null, row[ROW.title], row[ROW.automation] === 'AUTOMATED' && h('span.inline-mark', { title: t('Automated') }, icon('bolt', 'small'), h('span.sr', null, t('Automated')))),
      h('span.row-tags', null, row[ROW.tags].slice(0, 2).map((/** @type {string} */ tag) => h('span.badge', null, tag))),
      h('span.end', null, priorityName(row[ROW.priority])),
    ];
  };
}

/** One line at the end of the list: type a title, Enter, and again. @param {import('./state.js').Repository} state */
function quickCreate(state) {
  const busy = signal(0);
  const target = () => state.folder() ?? state.folders()[0]?.id ?? null;
  const create = async (/** @type {HTMLInputElement} */ input) => {
    const title = input.value.trim();
    if (!title) return;
    input.value = '';
    busy.update((n) => n + 1);
    try {
      const made = await api.post(`${state.base}/cases`, { folderId: target(), title });
      state.list.append([made.id, made.title, made.priority, made.automation, made.stateId, made.folder.id, made.estimate, null, made.tags, made.updatedAt]);
      state.folders.update((nodes) => nodes.map((node) => (node.id === made.folder.id ? { ...node, count: (node.count ?? 0) + 1 } : node)));
      state.total.update((n) => n + 1);
    } catch (error) {
      if (!input.value) input.value = title;
      showError(error);
    } finally {
      busy.update((n) => n - 1);
    }
  };
  return h('div.quick', null, icon('plus', 'small'), h('input.quick-field', {
    type: 'text', placeholder: () => (state.folder() ? t('New case in “{name}”: type a title, then Enter', { name: state.path(state.folder()).at(-1) ?? '' }) : t('New case: type a title, then Enter')),
    'aria-label': t('Title of a new case'), maxlength: 1000,
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (event.key === 'Enter' && !event.isComposing) {
        event.preventDefault();
        void create(input);
      } else if (event.key === 'Escape') {
        input.value = '';
        input.blur();
      }
    },
  }), () => (busy() ? h('span.muted', { role: 'status' }, t('Saving…')) : null));
}

/** @param {import('./state.js').Repository} state */
function nothingHere(state) {
  const hasFilter = state.filterText();
  if (hasFilter) return emptyState({ icon: 'search', title: t('No case fits the filter'), actions: button(t('Clear the filter'), { onclick: () => state.setFilter({ text: '', terms: {} }) }) });
  return emptyState({
    icon: 'cases', title: state.folder() ? t('No case in this folder yet') : t('No case yet'),
    text: state.can.editCases ? t('Type a title below and press Enter, or write one with its steps.') : t('You may read this project but not write cases.'),
    actions: state.can.editCases && button(t('Write a case'), { kind: 'primary', icon: 'plus', keys: 'n', onclick: () => state.mode.set('new') }),
  });
}

/** @param {import('./state.js').Repository} state @param {{ back: () => void, opened: () => void, keep: () => Promise<void> }} panes */
export function listPane(state, panes) {
  const toggle = (/** @type {number} */ id) => state.marked.update((ids) => {
    const next = new Set(ids);
    if (!next.delete(id)) next.add(id);
    return next;
  });
  const pick = (/** @type {CustomEvent} */ { detail: { index, event } }) => {
    const row = state.list.peek(index);
    if (!row) return;
    if (event.shiftKey) markRange(state.index(), index);
    else if (event instanceof MouseEvent && (event.ctrlKey || event.metaKey)) return toggle(row[ROW.id]);
    state.select(row[ROW.id]);
    if (event instanceof MouseEvent) panes.opened();
  };
  const markRange = (/** @type {number} */ from, /** @type {number} */ to) => {
    const next = new Set(state.marked.peek());
    const [first, last] = [Math.max(0, Math.min(from, to)), Math.max(from, to)];
    for (let index = first; index <= last; index++) {
      const row = state.list.peek(index);
      if (row) next.add(row[ROW.id]);
    }
    state.marked.set(next);
  };
  const sorts = () => [['', t('Order in the folder')], ['title', t('Title')], ['priority', t('Priority')], ['-updated', t('Last change')]]
    .map(([value, label]) => ({ label, checked: state.sort() === value, run: () => state.context.setQuery({ sort: value }) }));
  const list = h('virtual-list.case-list', {
    count: state.list.total, selected: state.index, label: t('Cases'), multiple: () => state.marked().size > 0, render: caseRow(state, toggle),
    marked: (/** @type {number} */ index) => state.marked().size > 0 ? state.marked().has(state.list.row(index)?.[ROW.id]) : undefined,
    onpick: pick, onopen: () => panes.opened(),
    empty: () => (state.list.ready() ? nothingHere(state) : null),
  });
  const element = h('section.pane-column', { 'aria-label': t('Cases') },
    h('header.list-head', null,
      h('div.pane-head.slim', null,
        h('span.only-one', null, iconButton(t('Folders'), 'folder', { onclick: panes.back })),
        h('h2.ellipsis', null, () => state.path(state.folder()).join(' / ') || t('All cases')),
        h('span.count', { role: 'status' }, () => t('{n} case|{n} cases', { n: state.list.total() })), h('span.grow'),
        () => (state.filterText() || state.sort() ? iconButton(t('Keep this view'), 'star', { keys: 'v', onclick: panes.keep }) : null),
        menuButton(t('Sort'), sorts, { icon: 'bullets' })),
      filterBar({ filter: state.filter, terms: state.terms(), onchange: state.setFilter, label: t('Filter cases') })),
    list,
    () => (state.marked().size ? bulkBar(state) : state.can.editCases ? quickCreate(state) : null));
  dragToFolders(state, list);
  return { element, list, toggle, markRange };
}

/** All ids that the present filter finds, up to what one request may change. @param {import('./state.js').Repository} state */
export async function allMatching(state) {
  /** @type {number[]} */ const ids = [];
  const most = Math.min(state.list.total.peek(), 1000);
  while (ids.length < most) {
    const page = await api.get(`${state.base}/cases`, { query: { ...state.query(), offset: ids.length || null, limit: 500 } });
    if (!page.rows.length) break;
    ids.push(...page.rows.map((/** @type {any[]} */ row) => row[ROW.id]));
  }
  return ids.slice(0, most);
}
