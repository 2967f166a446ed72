// @ts-check
// A list of any length: only the rows in sight exist. One of them is current; keys move it, assistive technology hears of it
// through `aria-activedescendant` (ARIA Authoring Practices, listbox).
import { each, h } from '../core/dom.js';
import { define, emit, uniqueId } from '../core/element.js';
import { scrollIntoRange, visibleRange } from './geometry.js';
import { effect, onCleanup, signal, untracked } from '../core/signals.js';

/** Height of one row in the present density and zoom. @param {HTMLElement} el */
export function measureRow(el) {
  const probe = h('div.row-probe', { 'aria-hidden': 'true' });
  el.append(probe);
  const height = probe.getBoundingClientRect().height;
  probe.remove();
  return height || 32;
}

/** What a scrolling element shows, as a signal. @param {HTMLElement} el */
export function scrollWindow(el) {
  const view = signal({ top: 0, height: 0, row: 32 });
  const look = () => {
    const next = { top: el.scrollTop, height: el.clientHeight, row: measureRow(el) };
    const now = view.peek();
    if (next.top !== now.top || next.height !== now.height || next.row !== now.row) view.set(next);
  };
  const scrolled = () => {
    if (el.scrollTop !== view.peek().top) view.set({ ...view.peek(), top: el.scrollTop });
  };
  const watcher = new ResizeObserver(look);
  watcher.observe(el);
  el.addEventListener('scroll', scrolled, { passive: true });
  onCleanup(() => {
    watcher.disconnect();
    el.removeEventListener('scroll', scrolled);
  });
  look();
  return view;
}

// count: rows in all · selected: index of the current row or -1 · marked(index): part of a multiple selection, when there is one
// render(index): what stands in the row · rowClass(index) · events: pick {index, event}, open {index}
define('virtual-list', { props: { count: 0, selected: -1, label: '', multiple: false, empty: null }, functions: ['render', 'rowClass', 'marked'] }, (el) => {
  const id = uniqueId('list');
  el.tabIndex = 0;
  // Without rows it shows words and buttons, which a list box must not hold.
  effect(() => el.setAttribute('role', el.count ? 'listbox' : 'group'));
  const view = scrollWindow(el);

  effect(() => el.setAttribute('aria-label', el.label));
  effect(() => (el.multiple ? el.setAttribute('aria-multiselectable', 'true') : el.removeAttribute('aria-multiselectable')));
  effect(() => {
    if (el.selected >= 0 && el.selected < el.count) el.setAttribute('aria-activedescendant', `${id}-${el.selected}`);
    else el.removeAttribute('aria-activedescendant');
  });
  effect(() => {
    const index = el.selected;
    if (index < 0 || index >= el.count) return;
    const { height, row } = untracked(view);
    if (height) el.scrollTop = scrollIntoRange(index, el.scrollTop, height, row);
  });

  const pick = (/** @type {number} */ index, /** @type {Event} */ event) => {
    if (index >= 0 && index < el.count) emit(el, 'pick', { index, event });
  };
  el.onkeydown = (event) => {
    if (event.target !== el || event.altKey || event.ctrlKey || event.metaKey) return;
    const { height, row } = view.peek();
    const page = Math.max(1, Math.floor(height / row) - 1);
    const last = el.count - 1;
    /** @type {Record<string, () => number>} */
    const moves = {
      ArrowDown: () => Math.min(el.selected + 1, last), ArrowUp: () => Math.max(el.selected - 1, 0), Home: () => 0, End: () => last,
      PageDown: () => Math.min(el.selected + page, last), PageUp: () => Math.max(el.selected - page, 0),
    };
    if (moves[event.key]) {
      event.preventDefault();
      pick(moves[event.key](), event);
    } else if (event.key === 'Enter' && el.selected >= 0) {
      event.preventDefault();
      emit(el, 'open', { index: el.selected });
    }
  };

  const indexes = () => {
    const { top, height, row } = view();
    const range = visibleRange(top, height, row, el.count);
    return Array.from({ length: range.last - range.first }, (_, offset) => range.first + offset);
  };
  const rowAt = (/** @type {number} */ index) => h('div', {
    id: `${id}-${index}`, role: 'option', class: () => ['row', el.rowClass?.(index), el.selected === index && 'current', el.marked?.(index) && 'marked'],
    'aria-selected': () => String(el.marked?.(index) ?? (el.selected === index)),
    'aria-setsize': () => el.count, 'aria-posinset': index + 1,
    onclick: (/** @type {MouseEvent} */ event) => pick(index, event),
    ondblclick: () => emit(el, 'open', { index }),
  }, () => el.render?.(index));

  return [
    h('div.virtual-size', { role: 'presentation', style: () => ({ height: `${el.count * view().row}px` }) },
      h('div.virtual-rows', { role: 'presentation', style: () => ({ transform: `translateY(${(indexes()[0] ?? 0) * view().row}px)` }) },
        each(indexes, (index) => index, (item) => rowAt(item.peek())))),
    () => (el.count === 0 ? el.empty : null),
  ];
});
