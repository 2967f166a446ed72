// @ts-check
// What can be done with all marked cases, each with one undo.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { priorities } from '../../core/facts.js';
import { mutate } from '../../core/mutate.js';
import { navigate } from '../../core/router.js';
import { t } from '../../core/strings.js';
import { menuButton } from '../../elements/menu.js';
import { button } from '../../elements/parts.js';
import { projectUrl } from '../../shell/routes.js';
import { pickFolder } from './pick-folder.js';
import { ROW } from './state.js';

/** @param {import('./state.js').Repository} state @param {number[]} ids @param {Record<string, any>} change @param {string} message
 * @param {Record<string, any>} [back] how to take it back, when one answer fits all */
async function change(state, ids, change, message, back) {
  const chosen = new Set(ids);
  const rows = state.list.loaded().filter((row) => chosen.has(row[ROW.id]));
  await mutate({
    apply: () => {
      for (const row of rows) {
        state.list.update(state.list.find((other) => other[ROW.id] === row[ROW.id]), (now) => {
          const next = now.slice();
          if (change.priority) next[ROW.priority] = change.priority;
          if (change.addTags) next[ROW.tags] = [...new Set([...now[ROW.tags], ...change.addTags])];
          if (change.folderId) next[ROW.folder] = change.folderId;
          return next;
        });
      }
      return () => void state.list.reload();
    },
    send: () => api.post(`${state.base}/cases/bulk`, { ids, change }),
    done: () => {
      if (!change.deleted && !change.folderId) return;
      state.marked.set(new Set());
      if (change.deleted && chosen.has(state.caseId() ?? -1)) state.select(null);
      void state.list.reload();
      void state.refreshTree();
    },
    undo: async () => {
      if (back) await api.post(`${state.base}/cases/bulk`, { ids, change: back });
      else for (const group of grouped(rows, change)) await api.post(`${state.base}/cases/bulk`, group);
    },
    undone: () => (void state.list.reload(), void state.refreshTree()),
    message,
  });
}

/** The old values of rows, rows with the same value together. @param {any[][]} rows @param {Record<string, any>} change */
function grouped(rows, change) {
  /** @type {Map<any, number[]>} */ const groups = new Map();
  const [name, column] = change.priority ? ['priority', ROW.priority] : ['folderId', ROW.folder];
  for (const row of rows) groups.set(row[column], [...(groups.get(row[column]) ?? []), row[ROW.id]]);
  return [...groups].map(([value, ids]) => ({ ids, change: { [name]: value } }));
}

/** @param {import('./state.js').Repository} state */
export async function moveMarked(state, ids = [...state.marked.peek()]) {
  const target = await pickFolder({ title: t('Move {n} case to|Move {n} cases to', { n: ids.length }), nodes: state.folders.peek() });
  if (target) await moveTo(state, ids, target);
}

/** @param {import('./state.js').Repository} state @param {number[]} ids @param {number} target */
export async function moveTo(state, ids, target) {
  await change(state, ids, { folderId: target }, t('{n} case moved|{n} cases moved', { n: ids.length }));
}

/** @param {import('./state.js').Repository} state */
export function deleteMarked(state, ids = [...state.marked.peek()]) {
  return change(state, ids, { deleted: true }, t('{n} case deleted|{n} cases deleted', { n: ids.length }), { deleted: false });
}

/** @param {import('./state.js').Repository} state */
export function runMarked(state, ids = [...state.marked.peek()]) {
  // Many ids do not fit into an address.
  sessionStorage.setItem('assay.chosen-cases', JSON.stringify(ids));
  navigate(`${projectUrl(state.project)}/runs?new=chosen`);
}

/** @param {import('./state.js').Repository} state */
export function bulkBar(state) {
  const ids = () => [...state.marked()];
  const setPriority = (/** @type {{ value: string, name: string }} */ priority) => change(state, ids(), { priority: priority.value }, t('Priority {name} for {n} case|Priority {name} for {n} cases', { name: priority.name, n: ids().length }));
  const addTag = (/** @type {string} */ tag) => change(state, ids(), { addTags: [tag] }, t('Tag {name} on {n} case|Tag {name} on {n} cases', { name: tag, n: ids().length }), { removeTags: [tag] });
  return h('div.bulk', { role: 'region', 'aria-label': t('Marked cases') },
    h('b', { role: 'status' }, () => t('{n} marked', { n: state.marked().size })),
    state.can.createRuns && button(t('Run these'), { icon: 'play', keys: 'r', onclick: () => runMarked(state) }),
    state.can.editCases && [
      button(t('Move…'), { icon: 'move', keys: 'm', onclick: () => moveMarked(state) }),
      menuButton(t('Priority'), () => priorities().map((priority) => ({ label: priority.name, run: () => setPriority(priority) })), { face: t('Priority'), kind: '', align: 'start' }),
      state.setup.tags.length ? menuButton(t('Tag'), () => state.setup.tags.map((/** @type {string} */ tag) => ({ label: tag, run: () => addTag(tag) })), { face: t('Tag'), kind: '', align: 'start' }) : null,
    ],
    state.can.deleteCases && button(t('Delete'), { icon: 'trash', kind: 'danger', onclick: () => deleteMarked(state) }),
    h('span.grow'), button(t('Clear'), { kind: 'quiet', keys: 'escape', onclick: () => state.marked.set(new Set()) }));
}
