// @ts-check
// Cases are dragged onto a folder by mouse, pen or finger; "Move…" (m) does the same without dragging.
import { h } from '../../core/dom.js';
import { onCleanup } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { moveTo } from './bulk.js';
import { ROW } from './state.js';

const FAR = 6;

/** @param {import('./state.js').Repository} state @param {HTMLElement} list */
export function dragToFolders(state, list) {
  /** @type {{ x: number, y: number, ids: number[], ghost: HTMLElement | null } | null} */ let drag = null;
  /** @type {Element | null} */ let over = null;

  const target = (/** @type {PointerEvent} */ event) => {
    const row = document.elementFromPoint(event.clientX, event.clientY)?.closest('virtual-tree [data-node]') ?? null;
    return row instanceof HTMLElement && Number(row.dataset.node) > 0 ? row : null;
  };
  const mark = (/** @type {Element | null} */ row) => {
    over?.classList.remove('drop-target');
    over = row;
    over?.classList.add('drop-target');
  };
  const end = () => {
    drag?.ghost?.remove();
    drag = null;
    mark(null);
    document.documentElement.classList.remove('dragging');
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', drop);
    removeEventListener('pointercancel', end);
    removeEventListener('keydown', escape, true);
  };
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape' || !drag?.ghost) return;
    event.preventDefault();
    event.stopPropagation();
    end();
  };
  const move = (/** @type {PointerEvent} */ event) => {
    if (!drag) return;
    if (!drag.ghost) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
      drag.ghost = h('div.drag-ghost', { 'aria-hidden': 'true' }, t('{n} case|{n} cases', { n: drag.ids.length }));
      document.body.append(/** @type {HTMLElement} */ (drag.ghost));
      document.documentElement.classList.add('dragging');
    }
    const ghost = /** @type {HTMLElement} */ (drag.ghost);
    ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 8}px)`;
    mark(target(event));
  };
  const drop = (/** @type {PointerEvent} */ event) => {
    const [row, ids, wasDragged] = [target(event), drag?.ids ?? [], Boolean(drag?.ghost)];
    end();
    if (!wasDragged) return;
    // What would follow is the click of a drag, not of a choice.
    const swallow = (/** @type {Event} */ click) => click.stopPropagation();
    addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener('click', swallow, { capture: true }));
    if (row) void moveTo(state, ids, Number(row.dataset.node));
  };
  list.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.pointerType === 'touch' || !state.can.editCases || !(event.target instanceof Element)) return;
    const option = event.target.closest('[role=option]');
    const row = state.list.peek(Number(option?.getAttribute('aria-posinset')) - 1);
    if (!row) return;
    const id = row[ROW.id];
    drag = { x: event.clientX, y: event.clientY, ids: state.marked.peek().has(id) ? [...state.marked.peek()] : [id], ghost: null };
    addEventListener('pointermove', move);
    addEventListener('pointerup', drop);
    addEventListener('pointercancel', end);
    addEventListener('keydown', escape, true);
  });
  onCleanup(end);
}
