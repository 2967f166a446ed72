// @ts-check
// Panes beside each other with borders that move by pointer and by key; on a narrow screen one pane at a time.
import { h } from '../core/dom.js';
import { define, emit } from '../core/element.js';
import { moveBorder } from './geometry.js';
import { remember, remembered } from '../core/preferences.js';
import { computed, effect, onCleanup, signal } from '../core/signals.js';
import { t } from '../core/strings.js';

/** @typedef {{ name: string, node: Node, size: number | null, least: number }} Pane size null takes what is left */

// panes: Pane[] · storage: where sizes are remembered · active: index of the pane that a narrow screen shows
// collapsed: Set of indexes · event: fold {index}. `data-mode` is one, two or all for the style sheet and the screen.
define('split-panes', { props: { panes: [], storage: '', active: 0, collapsed: new Set() } }, (el) => {
  /** @type {Pane[]} */ const panes = el.panes;
  const stored = el.storage ? remembered(`panes.${el.storage}`, {}) : {};
  const sizes = signal(panes.map((pane) => (pane.size === null ? null : Number(stored[pane.name]) || pane.size)));
  const width = signal(el.clientWidth || innerWidth);
  const watcher = new ResizeObserver(() => width.set(el.clientWidth));
  watcher.observe(el);
  onCleanup(() => watcher.disconnect());

  const mode = computed(() => (width() < 720 ? 'one' : width() < 1020 && panes.length > 2 ? 'two' : 'all'));
  const isShown = (/** @type {number} */ index) => {
    if (mode() === 'one') return el.active === index;
    if (mode() === 'two' && index === 0) return el.active === 0;
    return !el.collapsed.has(index);
  };
  effect(() => {
    el.dataset.mode = mode();
    emit(el, 'mode', mode());
  });
  effect(() => {
    const columns = [];
    for (const [index, pane] of panes.entries()) {
      if (!isShown(index)) continue;
      const size = sizes()[index];
      const flexible = pane.size === null || mode() === 'one';
      columns.push(flexible ? `minmax(${mode() === 'one' ? 0 : pane.least}px, 1fr)` : `minmax(${pane.least}px, ${size}px)`);
    }
    el.style.gridTemplateColumns = columns.join(' ');
  });

  // The border between two panes moves the fixed one of the two; the flexible one follows.
  const drag = (/** @type {number} */ index, /** @type {number} */ by) => {
    const widths = panes.map((_, at) => holders[at].getBoundingClientRect().width);
    const next = moveBorder(widths, index, by, panes.map((pane) => pane.least));
    sizes.set(sizes.peek().map((size, at) => (size === null || !isShown(at) ? size : at === index || at === index + 1 ? Math.round(next[at]) : size)));
  };
  const keep = () => {
    if (el.storage) remember(`panes.${el.storage}`, Object.fromEntries(panes.map((pane, at) => [pane.name, sizes.peek()[at]])));
  };
  const direction = () => (getComputedStyle(el).direction === 'rtl' ? -1 : 1);
  const border = (/** @type {number} */ index) => h('div.pane-border', {
    role: 'separator', tabindex: '0', 'aria-orientation': 'vertical', 'aria-label': t('Border between {a} and {b}', { a: panes[index].name, b: panes[index + 1].name }),
    'aria-valuenow': () => Math.round(sizes()[index] ?? sizes()[index + 1] ?? 0), 'aria-valuemin': panes[index].least, 'aria-valuemax': 2000,
    hidden: () => mode() === 'one' || !isShown(index) || !isShown(index + 1),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      const step = event.shiftKey ? 64 : 16;
      /** @type {Record<string, () => void>} */
      const actions = { ArrowLeft: () => drag(index, -step * direction()), ArrowRight: () => drag(index, step * direction()), Enter: () => reset(index) };
      if (!actions[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      actions[event.key]();
      keep();
    },
    ondblclick: () => reset(index),
    onpointerdown: (/** @type {PointerEvent} */ event) => {
      const handle = /** @type {HTMLElement} */ (event.currentTarget);
      handle.setPointerCapture(event.pointerId);
      let last = event.clientX;
      handle.onpointermove = (move) => {
        drag(index, (move.clientX - last) * direction());
        last = move.clientX;
      };
      handle.onpointerup = handle.onpointercancel = () => {
        handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
        keep();
      };
    },
  });
  const reset = (/** @type {number} */ index) => {
    sizes.set(sizes.peek().map((size, at) => (at === index || at === index + 1 ? panes[at].size : size)));
    keep();
  };
  const holders = panes.map((pane, index) => h('div.pane', { hidden: () => !isShown(index) }, pane.node, index < panes.length - 1 && border(index)));
  return holders;
});
