// @ts-check
// The repository: folders, cases, one case.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { commands } from '../../core/keys.js';
import { computed, signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { button } from '../../elements/parts.js';
import { projectUrl } from '../../shell/routes.js';
import { deleteMarked, moveMarked, runMarked } from './bulk.js';
import { detailPane } from './detail-pane.js';
import { folderPane } from './folder-pane.js';
import { allMatching, listPane } from './list-pane.js';
import { repositoryState, ROW } from './state.js';
import { savedViews } from './views.js';
import { showError } from '../../core/toasts.js';
import '../../lists/split-panes.js';
import '../../lists/virtual-list.js';
import '../../lists/virtual-tree.js';

/** @param {import('./state.js').Repository} state @param {ReturnType<typeof listPane>} list @param {any} panes @param {() => Promise<void>} keepView */
function offerCommands(state, list, panes, keepView) {
  const step = (/** @type {number} */ by, /** @type {boolean} */ marking) => {
    const from = state.index();
    const next = Math.max(0, Math.min(state.list.total() - 1, from + by));
    const row = state.list.peek(next);
    if (!row) return;
    if (marking) list.markRange(Math.max(from, 0), next);
    state.select(row[ROW.id]);
  };
  const chosen = () => (state.marked().size ? [...state.marked()] : state.caseId() ? [state.caseId()] : []);
  const isWriting = () => state.mode() !== 'show';
  const has = () => chosen().length > 0 && !isWriting();
  commands(t('Cases'), [
    { label: t('Next case'), keys: 'j', quiet: true, when: () => !isWriting(), run: () => step(1, false) },
    { label: t('Previous case'), keys: 'k', quiet: true, when: () => !isWriting(), run: () => step(-1, false) },
    { label: t('Mark the case'), keys: 'x', icon: 'tick', when: has, run: () => state.caseId() && list.toggle(/** @type {number} */ (state.caseId())) },
    { label: t('Mark down'), keys: 'shift+j', quiet: true, when: has, run: () => step(1, true) },
    { label: t('Mark up'), keys: 'shift+k', quiet: true, when: has, run: () => step(-1, true) },
    { label: t('Mark all that fit'), keys: 'mod+a', icon: 'tick', when: () => !isWriting(), run: () => void allMatching(state).then((ids) => state.marked.set(new Set(ids)), showError) },
    { label: t('Clear the marks'), keys: 'escape', quiet: true, when: () => state.marked().size > 0, run: () => state.marked.set(new Set()) },
    { label: t('Write a case'), keys: 'n', icon: 'plus', when: () => state.can.editCases && !isWriting(), run: () => (state.mode.set('new'), panes.opened()) },
    { label: t('Quick case: type a title'), keys: 'q', icon: 'plus', when: () => state.can.editCases && !isWriting(), run: () => void list.element.querySelector('.quick-field')?.focus() },
    { label: t('Edit the case'), keys: 'e', icon: 'edit', when: () => state.detail()?.value.id === state.caseId() && Boolean(state.detail()?.value.can.edit) && !isWriting(), run: () => (state.mode.set('edit'), panes.opened()) },
    { label: t('Run what is chosen'), keys: 'r', icon: 'play', when: () => has() && state.can.createRuns, run: () => runMarked(state, /** @type {number[]} */ (chosen())) },
    { label: t('Move what is chosen'), keys: 'm', icon: 'move', when: () => has() && state.can.editCases, run: () => void moveMarked(state, /** @type {number[]} */ (chosen())) },
    { label: t('Delete what is chosen'), keys: 'delete', icon: 'trash', when: () => has() && state.can.deleteCases, run: () => void deleteMarked(state, /** @type {number[]} */ (chosen())) },
    { label: t('Filter cases'), keys: '/', icon: 'filter', run: () => void list.element.querySelector('.filter-text')?.focus() },
    { label: t('Keep this view'), keys: 'v', icon: 'filter', when: () => !isWriting(), run: () => void keepView() },
    { label: t('Fold the folders'), keys: '[', icon: 'panes', run: () => panes.fold(0) },
    { label: t('Fold the case'), keys: ']', icon: 'panes', run: () => panes.fold(2) },
  ]);
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  async load({ params, signal: abort }) {
    const base = `/app/api/projects/${encodeURIComponent(params.project)}`;
    const [setup, tree] = await Promise.all([api.get(`${base}/setup`, { signal: abort }), api.get(`${base}/tree`, { signal: abort })]);
    return { setup, tree };
  },
  view(context, data) {
    const state = repositoryState(context, data);
    const active = signal(state.caseId() !== null ? 2 : 1);
    const collapsed = signal(/** @type {ReadonlySet<number>} */ (new Set()));
    const panes = {
      shown: () => active.set(1), opened: () => active.set(2),
      fold: (/** @type {number} */ index) => collapsed.update((folded) => {
        const next = new Set(folded);
        if (!next.delete(index)) next.add(index);
        return next;
      }),
    };
    const views = savedViews(state);
    const list = listPane(state, { back: () => active.set(0), opened: panes.opened, keep: views.save });
    offerCommands(state, list, panes, views.save);
    const inShown = computed(() => (state.mode() === 'new' ? 2 : active()));
    return {
      title: t('Cases'), crumbs: [{ label: data.setup.project.name, href: projectUrl(state.project) }],
      actions: data.setup.can.editCases && button(t('New case'), { kind: 'primary', icon: 'plus', onclick: () => (state.mode.set('new'), panes.opened()) }),
      main: h('split-panes', {
        storage: 'cases', active: inShown, collapsed, panes: [
          { name: t('Folders'), node: folderPane(state, panes, views.element), size: 248, least: 168 },
          { name: t('Cases'), node: list.element, size: null, least: 320 },
          { name: t('Case'), node: detailPane(state, { back: () => (state.mode.set('show'), active.set(1)) }), size: 520, least: 320 },
        ],
      }),
    };
  },
};
