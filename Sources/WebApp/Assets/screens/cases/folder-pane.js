// @ts-check
// The folder tree with what can be done to folders.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { mutate } from '../../core/mutate.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { menuButton } from '../../elements/menu.js';
import { iconButton } from '../../elements/parts.js';
import { withDescendants } from '../../lists/tree.js';
import { pickFolder } from './pick-folder.js';

const NEW = 'new';

/** @param {import('./state.js').Repository} state @param {{ shown: () => void }} panes @param {any} views */
export function folderPane(state, panes, views) {
  const editing = signal(/** @type {any} */ (null));
  const selected = () => state.folder() ?? 0;
  const chosen = () => state.folders().find((node) => node.id === state.folder());

  const add = (/** @type {number | null} */ parentId) => {
    state.folders.update((nodes) => [...nodes, { id: NEW, parentId, name: '', order: 1e9, count: 0 }]);
    editing.set(NEW);
    state.context.setQuery({ folder: parentId });
  };
  const endEditing = () => {
    editing.set(null);
    state.folders.update((nodes) => nodes.filter((node) => node.id !== NEW));
  };
  const rename = async (/** @type {any} */ id, /** @type {string} */ name) => {
    const node = state.folders.peek().find((one) => one.id === id);
    if (!node) return;
    editing.set(null);
    if (id === NEW) {
      try {
        const made = await api.post(`${state.base}/folders`, { name, parentId: node.parentId });
        state.folders.update((nodes) => nodes.map((one) => (one.id === NEW ? { ...made, count: 0 } : one)));
        state.context.setQuery({ folder: made.id });
      } catch (error) {
        endEditing();
        showError(error);
      }
      return;
    }
    const before = node.name;
    const set = (/** @type {string} */ text) => state.folders.update((nodes) => nodes.map((one) => (one.id === id ? { ...one, name: text } : one)));
    await mutate({ apply: () => (set(name), () => set(before)), send: () => api.put(`/app/api/folders/${id}`, { name }) });
  };
  const remove = (/** @type {any} */ node) => {
    const before = state.folders.peek();
    const gone = new Set(withDescendants(before, node.id));
    void mutate({
      apply: () => {
        state.folders.set(before.filter((one) => !gone.has(one.id)));
        state.context.setQuery({ folder: node.parentId });
        return () => state.folders.set(before);
      },
      send: () => api.delete(`/app/api/folders/${node.id}`),
      done: () => void state.refreshTree(),
      undo: () => api.post(`/app/api/folders/${node.id}/restore`),
      undone: () => (void state.refreshTree(), void state.list.reload()),
      message: t('Folder “{name}” deleted', { name: node.name }),
    });
  };
  const move = async (/** @type {any} */ node) => {
    const target = await pickFolder({ title: t('Move “{name}” to', { name: node.name }), nodes: state.folders.peek(), without: node.id, top: true });
    if (target === undefined) return;
    await api.put(`/app/api/folders/${node.id}`, { parentId: target }).catch(showError);
    await state.refreshTree();
  };
  /** @returns {(import('../../elements/menu.js').MenuItem | false | undefined)[]} */
  const items = () => {
    const node = chosen();
    return [
      { label: t('New folder'), icon: 'plus', run: () => add(null) },
      node && { label: t('New folder in “{name}”', { name: node.name }), icon: 'folder', run: () => add(node.id) },
      node && 'line',
      node && { label: t('Rename'), icon: 'edit', keys: 'f2', run: () => editing.set(node.id) },
      node && { label: t('Move…'), icon: 'move', run: () => move(node) },
      node && { label: t('Delete'), icon: 'trash', danger: true, disabled: !state.can.deleteCases, run: () => remove(node) },
    ];
  };
  return h('section.pane-column', { 'aria-label': t('Folders') },
    h('header.pane-head', null, h('h2', null, t('Folders')), h('span.grow'),
      state.can.editCases && iconButton(t('New folder'), 'plus', { onclick: () => add(state.folder()) }),
      state.can.editCases && menuButton(t('More for this folder'), items)),
    h('virtual-tree', {
      nodes: state.nodes, selected, label: t('Folders'), storage: `cases.${state.project}`, editing,
      onpick: (/** @type {CustomEvent} */ event) => {
        state.context.setQuery({ folder: event.detail.id || null });
        panes.shown();
      },
      onrename: (/** @type {CustomEvent} */ event) => void rename(event.detail.id, event.detail.name),
      'onrename-end': endEditing,
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const node = chosen();
        if (event.key !== 'F2' || !node || !state.can.editCases) return;
        event.preventDefault();
        editing.set(node.id);
      },
    }), views);
}
