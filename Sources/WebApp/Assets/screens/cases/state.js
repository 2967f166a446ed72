// @ts-check
// What the panes of the repository share.
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { parseFilter, writeFilter } from '../../core/filter.js';
import { allStatuses, priorities, statusNamed } from '../../core/facts.js';
import { batch, computed, effect, signal, untracked } from '../../core/signals.js';
import { onCleanup } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { pathTo, totalsBelow, treeNodes } from '../../lists/tree.js';
import { windowed } from '../../lists/window.js';

/** Columns of a row, see docs/web-contract.md. */
export const ROW = { id: 0, title: 1, priority: 2, automation: 3, state: 4, folder: 5, estimate: 6, status: 7, tags: 8, updated: 9 };
export const TERMS = ['priority', 'tag', 'state', 'type', 'status'];

/** @typedef {ReturnType<typeof repositoryState>} Repository */
/** @typedef {{ value: any, etag: string | null }} Detail */

/** The query of the server for a filter. @param {import('../../core/filter.js').Filter} filter @param {any} setup */
export function caseQuery(filter, setup) {
  const { priority, tag, state, type, status } = filter.terms;
  return {
    search: filter.text, priority, tag, automation: type,
    state: state?.map((name) => setup.states.find((/** @type {any} */ one) => one.name.toLowerCase() === name.toLowerCase())?.id ?? name),
    status: status?.map((key) => statusNamed(key)?.id ?? key),
  };
}

/** @param {import('../../core/router.js').Context} context @param {{ setup: any, tree: any }} data */
export function repositoryState(context, data) {
  const project = context.params.project;
  const base = `/app/api/projects/${encodeURIComponent(project)}`;
  const number = (/** @type {string} */ name) => Number(context.query().get(name)) || null;
  const folders = signal(treeNodes(data.tree.folders));
  const total = signal(data.tree.total);
  const folder = computed(() => number('folder'));
  const caseId = computed(() => number('case'));
  const filterText = computed(() => context.query().get('q') ?? '');
  const filter = computed(() => parseFilter(filterText(), TERMS));
  const sort = computed(() => context.query().get('sort') ?? '');
  const marked = signal(/** @type {ReadonlySet<number>} */ (new Set()));
  const detail = signal(/** @type {Detail | null} */ (null));
  const missing = signal(false);
  /** What the right pane does: shows, edits, or makes a case. */
  const mode = signal(/** @type {'show' | 'edit' | 'new'} */ ('show'));

  const query = () => ({ folder: folder(), deep: folder() !== null, sort: sort(), ...caseQuery(filter(), data.setup) });
  const list = windowed({
    fetch: (offset, limit, abort) => api.get(`${base}/cases`, { query: { ...untracked(query), offset: offset || null, limit }, signal: abort }),
  });
  effect(() => {
    query();
    untracked(() => {
      marked.set(new Set());
      void list.reload();
    });
  });
  onCleanup(list.stop);

  let flight = new AbortController();
  const loadCase = async (/** @type {number} */ id) => {
    flight.abort();
    flight = new AbortController();
    const here = flight;
    try {
      const answer = await api.getVersioned(`/app/api/cases/${id}`, { signal: here.signal });
      if (!here.signal.aborted) batch(() => (missing.set(false), detail.set({ value: answer.body, etag: answer.etag })));
    } catch (error) {
      if (here.signal.aborted) return;
      detail.set(null);
      if (error instanceof ApiError && error.isMissing) missing.set(true);
      else showError(error);
    }
  };
  effect(() => {
    const id = caseId();
    untracked(() => {
      if (id === null) {
        flight.abort();
        detail.set(null);
      } else if (detail.peek()?.value.id !== id) {
        void loadCase(id);
      }
    });
  });
  const refreshTree = async () => {
    try {
      const tree = await api.get(`${base}/tree`);
      batch(() => (folders.set(treeNodes(tree.folders)), total.set(tree.total)));
    } catch (error) {
      showError(error);
    }
  };

  return {
    context, project, base, setup: data.setup, can: data.setup.can, folders, total, folder, caseId, filter, filterText, sort, marked, detail, missing, mode, list, query,
    loadCase, refreshTree,
    /** Folders with what lies below them, and one for everything. */
    nodes: computed(() => {
      const totals = totalsBelow(folders());
      return [{ id: 0, parentId: null, name: t('All cases'), order: -1e9, count: total() }, ...folders().map((node) => ({ ...node, count: totals.get(node.id) ?? 0 }))];
    }),
    path: (/** @type {any} */ id) => pathTo(folders(), id),
    index: computed(() => {
      list.generation();
      list.loaded();
      return list.find((row) => row[ROW.id] === caseId());
    }),
    /** @param {number | null} id */
    select(id) {
      mode.set('show');
      context.setQuery({ case: id });
    },
    /** @param {import('../../core/filter.js').Filter} next */
    setFilter(next) {
      context.setQuery({ q: writeFilter(next) });
    },
    /** The row of a case as it is now. @param {any} value */
    showRow(value) {
      const at = list.find((row) => row[ROW.id] === value.id);
      if (at < 0) return;
      list.update(at, (row) => [value.id, value.title, value.priority, value.automation, value.stateId, value.folder.id, value.estimate, row[ROW.status], value.tags, value.updatedAt]);
    },
    terms: () => [
      { name: 'priority', label: t('Priority'), options: () => priorities().map(({ value, name }) => ({ value, label: name })) },
      { name: 'tag', label: t('Tag'), options: () => data.setup.tags.map((/** @type {string} */ tag) => ({ value: tag, label: tag })) },
      { name: 'state', label: t('State'), options: () => data.setup.states.map((/** @type {any} */ { name }) => ({ value: name, label: name })) },
      { name: 'type', label: t('Type'), options: () => automationOptions() },
      { name: 'status', label: t('Last result'), options: () => allStatuses().map(({ key, name }) => ({ value: key, label: t(name) })) },
    ],
  };
}

export function automationOptions() {
  return [{ value: 'MANUAL', label: t('Manual') }, { value: 'SEMI_AUTOMATED', label: t('Partly automated') }, { value: 'AUTOMATED', label: t('Automated') }];
}
