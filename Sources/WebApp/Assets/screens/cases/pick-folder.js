// @ts-check
// A dialog that asks for a folder.
import { h } from '../../core/dom.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { withDescendants } from '../../lists/tree.js';

/** @param {{ title: string, nodes: import('../../lists/tree.js').TreeNode[], without?: any, top?: boolean }} question
 * @returns {Promise<any>} the id, null for the top, undefined for no answer */
export function pickFolder({ title, nodes, without, top }) {
  const hidden = new Set(without === undefined ? [] : withDescendants(nodes, without));
  const shown = nodes.filter((node) => !hidden.has(node.id));
  const all = top ? [{ id: 0, parentId: null, name: t('Top level'), order: -1 }, ...shown] : shown;
  const chosen = signal(all[0]?.id);
  return openDialog({
    title, class: 'small',
    content: (close) => dialogForm(h('virtual-tree.boxed', {
      nodes: all, selected: chosen, label: t('Folders'), onpick: (/** @type {CustomEvent} */ event) => chosen.set(event.detail.id),
      onopen: (/** @type {CustomEvent} */ event) => close(event.detail.id || null), autofocus: true,
    }), { submit: t('Choose'), cancel: () => close(), send: () => close(chosen.peek() || null) }),
  });
}
