// @ts-check
// The tests of a run with the numbers above them, each number a filter.
import { h } from '../../core/dom.js';
import { countsByStatus, priorityName } from '../../core/facts.js';
import { toggleTerm } from '../../core/filter.js';
import { t } from '../../core/strings.js';
import { avatar, button, emptyState, iconButton, statusBadge } from '../../elements/parts.js';
import { legend, stackedBar } from '../../elements/stacked-bar.js';
import { filterBar } from '../../lists/filter-bar.js';
import { TEST } from './state.js';

/** The bar, its numbers and the filter, for manual and automated runs alike.
 * @param {{ counts: () => any, filter: () => any, setFilter: (next: any) => void, terms: any[], label: string, back: () => void, more?: any }} shape */
export function runHead({ counts, filter, setFilter, terms, label, back, more }) {
  return h('header.list-head', null,
    stackedBar(counts),
    h('div.legend-row', null, h('span.only-one', null, iconButton(t('Folders'), 'folder', { onclick: back })),
      legend(() => countsByStatus(counts()), {
        onpick: (status) => setFilter(toggleTerm(filter(), 'status', status.key)), chosen: (status) => (filter().terms.status ?? []).includes(status.key),
      })),
    filterBar({ filter, terms, onchange: setFilter, label, more }));
}

/** @param {import('./state.js').RunState} state @param {{ back: () => void, opened: () => void }} panes @param {ReturnType<typeof import('./live.js').runLive>} live */
export function testListPane(state, panes, live) {
  const render = (/** @type {number} */ index) => () => {
    const row = state.list.row(index);
    if (!row) return h('span.waiting');
    return [statusBadge(row[TEST.status]), h('span.id', null, `T${row[TEST.case]}`), h('span.title', null, row[TEST.title]), h('span.end', null, live.at(row[TEST.id]).slice(0, 2).map((person) => avatar(person)), priorityName(row[TEST.priority]))];
  };
  const onlyOpen = () => (state.filter().terms.status ?? []).join() === 'untested';
  const nothing = () => (state.filterText() || state.folder()
    ? emptyState({ icon: 'search', title: t('No test fits the filter'), actions: button(t('Show all tests'), { onclick: () => state.context.setQuery({ q: null, folder: null }) }) })
    : emptyState({ icon: 'play', title: t('This run has no tests') }));
  const element = h('section.pane-column', { 'aria-label': t('Tests') },
    runHead({
      counts: state.counts, filter: state.filter, setFilter: state.setFilter, terms: state.terms(), label: t('Filter tests'), back: panes.back,
      more: h('button.chip', { type: 'button', 'aria-pressed': () => String(onlyOpen()), onclick: () => toggleOnlyUntested(state) }, t('Only untested')),
    }),
    h('virtual-list.test-list', {
      count: state.list.total, selected: state.index, label: t('Tests'), render,
      rowClass: (/** @type {number} */ index) => (live.fresh().has(state.list.row(index)?.[TEST.id]) ? 'fresh' : ''),
      onpick: (/** @type {CustomEvent} */ { detail: { index, event } }) => {
        const row = state.list.peek(index);
        if (!row) return;
        state.select(row[TEST.id]);
        if (event instanceof MouseEvent) panes.opened();
      },
      onopen: panes.opened,
      empty: () => (state.list.ready() ? nothing() : null),
    }));
  return element;
}

/** @param {import('./state.js').RunState} state */
export function toggleOnlyUntested(state) {
  const isOn = (state.filter().terms.status ?? []).join() === 'untested';
  state.setFilter({ ...state.filter(), terms: { ...state.filter().terms, status: isOn ? [] : ['untested'] } });
}
