// @ts-check
// A tree of any size, drawn as the flat list of what is unfolded (ARIA Authoring Practices, tree view).
import { each, h } from '../core/dom.js';
import { define, emit, uniqueId } from '../core/element.js';
import { scrollIntoRange, visibleRange } from './geometry.js';
import { computed, effect, signal, untracked } from '../core/signals.js';
import { remember, remembered } from '../core/preferences.js';
import { number } from '../core/format.js';
import { childrenByParent, unfolded } from './tree.js';
import { icon } from '../elements/icons.js';
import { scrollWindow } from './virtual-list.js';

// nodes: [{id, parentId, name, count, open?}] · selected: id or null · storage: where unfolded ids are remembered
// editing: id whose name is a text field · events: pick {id}, rename {id, name}, rename-end, moveup/movedown {id}
define('virtual-tree', { props: { nodes: [], selected: null, label: '', storage: '', editing: null, icon: 'folder' } }, (el) => {
  const id = uniqueId('tree');
  el.tabIndex = 0;
  el.setAttribute('role', 'tree');
  const view = scrollWindow(el);
  const open = signal(new Set(el.storage ? remembered(`tree.${el.storage}`, []) : []));
  const children = computed(() => childrenByParent(el.nodes));
  const byId = computed(() => new Map(el.nodes.map((/** @type {any} */ node) => [node.id, node])));
  const rows = computed(() => unfolded(children(), open()));

  effect(() => el.setAttribute('aria-label', el.label));
  // A node that is named from outside, by the address for instance, or is being named must not hide in a folded parent.
  effect(() => {
    const next = new Set(open.peek());
    for (const id of [el.selected, el.editing]) {
      for (let above = byId().get(byId().get(id)?.parentId); above && !next.has(above.id); above = byId().get(above.parentId)) next.add(above.id);
    }
    if (next.size !== open.peek().size) open.set(next);
  });
  const position = computed(() => rows().findIndex((row) => row.node.id === el.selected));
  effect(() => {
    const index = position();
    if (index < 0) return el.removeAttribute('aria-activedescendant');
    el.setAttribute('aria-activedescendant', `${id}-${el.selected}`);
    const { height, row } = untracked(view);
    if (height) el.scrollTop = scrollIntoRange(index, el.scrollTop, height, row);
  });

  const fold = (/** @type {any} */ node, /** @type {boolean} */ unfold) => {
    const next = new Set(open.peek());
    if (unfold) next.add(node);
    else next.delete(node);
    open.set(next);
    if (el.storage) remember(`tree.${el.storage}`, [...next].slice(-500));
  };
  const pick = (/** @type {any} */ node) => node !== undefined && emit(el, 'pick', { id: node });

  let typed = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let typedTimer;
  const typeAhead = (/** @type {string} */ key) => {
    typed += key.toLowerCase();
    clearTimeout(typedTimer);
    typedTimer = setTimeout(() => (typed = ''), 600);
    const all = rows();
    const start = Math.max(position(), 0) + (typed.length === 1 ? 1 : 0);
    const found = [...all.slice(start), ...all.slice(0, start)].find((row) => row.node.name.toLowerCase().startsWith(typed));
    if (found) pick(found.node.id);
  };
  el.onkeydown = (event) => {
    if (event.target !== el || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = position();
    const row = rows()[index];
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowDown: () => pick(rows()[Math.min(index + 1, rows().length - 1)]?.node.id),
      ArrowUp: () => pick(rows()[Math.max(index - 1, 0)]?.node.id),
      Home: () => pick(rows()[0]?.node.id),
      End: () => pick(rows().at(-1)?.node.id),
      ArrowRight: () => row && row.hasChildren && (row.isOpen ? pick(rows()[index + 1]?.node.id) : fold(row.node.id, true)),
      ArrowLeft: () => row && (row.isOpen ? fold(row.node.id, false) : row.node.parentId != null && pick(row.node.parentId)),
      Enter: () => row && emit(el, 'open', { id: row.node.id }),
    };
    if (actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    } else if (event.key === '*') {
      event.preventDefault();
      open.set(new Set([...open.peek(), ...rows().map((each) => each.node.id)]));
    } else if (/^[\p{L}\p{N}]$/u.test(event.key) && event.shiftKey) {
      // Plain letters belong to the screen's keys; with shift they look for a name.
      event.preventDefault();
      event.stopPropagation();
      typeAhead(event.key);
    }
  };

  const nameField = (/** @type {any} */ node) => h('input.tree-name', {
    value: node.name, 'aria-label': el.label, ref: (/** @type {HTMLInputElement} */ input) => queueMicrotask(() => (input.focus(), input.select())),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      event.stopPropagation();
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (event.key === 'Enter' && input.value.trim()) emit(el, 'rename', { id: node.id, name: input.value.trim() });
      if (event.key === 'Escape' || (event.key === 'Enter' && !input.value.trim())) emit(el, 'rename-end');
    },
    onblur: (/** @type {FocusEvent} */ event) => {
      const value = /** @type {HTMLInputElement} */ (event.target).value.trim();
      if (untracked(() => el.editing) !== node.id) return;
      emit(el, value && value !== node.name ? 'rename' : 'rename-end', { id: node.id, name: value });
    },
  });

  const visible = () => {
    const { top, height, row } = view();
    const range = visibleRange(top, height, row, rows().length);
    return { first: range.first, rows: rows().slice(range.first, range.last) };
  };
  return h('div.virtual-size', { role: 'presentation', style: () => ({ height: `${rows().length * view().row}px` }) },
    h('div.virtual-rows', { role: 'presentation', style: () => ({ transform: `translateY(${visible().first * view().row}px)` }) },
      each(() => visible().rows, (row) => row.node.id, (row) => h('div', {
        role: 'treeitem', id: `${id}-${row.peek().node.id}`, 'data-node': row.peek().node.id, class: () => ['tree-row', el.selected === row().node.id && 'current'],
        'aria-level': () => row().level, 'aria-setsize': () => row().size, 'aria-posinset': () => row().position,
        'aria-expanded': () => (row().hasChildren ? String(row().isOpen) : null),
        'aria-selected': () => String(el.selected === row().node.id),
        style: () => ({ '--level': row().level - 1 }),
        onclick: () => pick(row.peek().node.id),
        ondblclick: () => row.peek().hasChildren && fold(row.peek().node.id, !row.peek().isOpen),
      },
      h('span', {
        class: () => ['fold', row().isOpen && 'open', !row().hasChildren && 'none'], 'aria-hidden': 'true',
        onclick: (/** @type {Event} */ event) => {
          event.stopPropagation();
          if (row.peek().hasChildren) fold(row.peek().node.id, !row.peek().isOpen);
        },
      }, icon('chevron', 'small')),
      icon(el.icon),
      () => (el.editing === row().node.id ? nameField(row.peek().node) : h('span.tree-label', { title: row().node.name }, row().node.name)),
      h('span.count', null, () => number(row().node.count ?? 0))))));
});
