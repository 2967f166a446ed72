// @ts-check
// Steps of a case by keyboard: Enter makes a step, Tab goes on to the expected result, Alt+↑/↓ moves, Backspace on an empty
// step joins, a pasted table or numbered list becomes steps. Dragging has the same as a menu.
import { each, h } from '../core/dom.js';
import { define, emit } from '../core/element.js';
import { effect, signal, untracked } from '../core/signals.js';
import { moved, stepsFromText } from './steps.js';
import { t } from '../core/strings.js';
import { icon } from '../elements/icons.js';
import { grow } from './markdown-field.js';
import { menuButton } from '../elements/menu.js';
import { button } from '../elements/parts.js';

/** @typedef {import('./steps.js').Step & { row?: number }} Row */

let lastRow = 0;
/** @param {Partial<Row>} [step] @returns {Row} */
const fresh = (step = {}) => ({ action: '', expected: '', ...step, row: ++lastRow });
const plainStep = (/** @type {Row} */ { id, action, expected }) => (id === undefined ? { action, expected } : { id, action, expected });

// value: steps · event: steps {value}. Empty rows at the end are not part of the value.
define('steps-editor', { props: { value: [], label: '' } }, (el) => {
  const rows = signal(/** @type {Row[]} */ (untracked(() => el.value).map(fresh)));
  if (!rows.peek().length) rows.set([fresh()]);
  let given = untracked(() => el.value);
  // A value from outside, such as a restored draft, starts anew; our own comes back unchanged.
  effect(() => {
    if (el.value === given) return;
    given = el.value;
    rows.set(el.value.length ? el.value.map(fresh) : [fresh()]);
  });

  const change = (/** @type {Row[]} */ next) => {
    rows.set(next.length ? next : [fresh()]);
    given = rows.peek().filter((row) => row.action.trim() || row.expected.trim()).map(plainStep);
    el.value = given;
    emit(el, 'steps', { value: given });
  };
  const focus = (/** @type {number} */ index, part = 'action', atEnd = true) => {
    const area = /** @type {HTMLTextAreaElement | null} */ (el.querySelectorAll(`textarea[data-part=${part}]`)[index]);
    area?.focus();
    if (area) area.setSelectionRange(atEnd ? area.value.length : 0, atEnd ? area.value.length : 0);
  };
  const insert = (/** @type {number} */ at, /** @type {Row[]} */ steps) => {
    change([...rows.peek().slice(0, at), ...steps, ...rows.peek().slice(at)]);
    focus(at + steps.length - 1);
  };
  const remove = (/** @type {number} */ at) => {
    change(rows.peek().filter((_, index) => index !== at));
    focus(Math.max(0, at - 1));
  };
  const move = (/** @type {number} */ from, /** @type {number} */ to, part = 'action') => {
    if (to < 0 || to >= rows.peek().length) return;
    change(moved(rows.peek(), from, to));
    focus(to, part);
  };

  const keys = (/** @type {KeyboardEvent} */ event, /** @type {number} */ index, /** @type {'action' | 'expected'} */ part) => {
    const area = /** @type {HTMLTextAreaElement} */ (event.target);
    if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      insert(index + 1, [fresh()]);
    } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      event.stopPropagation();
      move(index, index + (event.key === 'ArrowUp' ? -1 : 1), part);
    } else if (event.key === 'Backspace' && !area.value && part === 'expected') {
      event.preventDefault();
      focus(index);
    } else if (event.key === 'Backspace' && part === 'action' && area.selectionEnd === 0 && index > 0) {
      event.preventDefault();
      join(index);
    }
  };
  const join = (/** @type {number} */ index) => {
    const [above, here] = [rows.peek()[index - 1], rows.peek()[index]];
    const at = above.action.length;
    const both = { ...above, action: above.action + here.action, expected: [above.expected, here.expected].filter(Boolean).join('\n') };
    change([...rows.peek().slice(0, index - 1), both, ...rows.peek().slice(index + 1)]);
    focus(index - 1);
    const area = /** @type {HTMLTextAreaElement} */ (document.activeElement);
    area.setSelectionRange?.(at, at);
  };
  const paste = (/** @type {ClipboardEvent} */ event, /** @type {number} */ index) => {
    const steps = stepsFromText(event.clipboardData?.getData('text/plain') ?? '');
    if (!steps?.length) return;
    event.preventDefault();
    const here = rows.peek()[index];
    const isEmpty = !here.action && !here.expected;
    change([...rows.peek().slice(0, isEmpty ? index : index + 1), ...steps.map(fresh), ...rows.peek().slice(index + 1)]);
    focus(index + steps.length - (isEmpty ? 1 : 0));
  };
  const write = (/** @type {number} */ index, /** @type {'action' | 'expected'} */ part, /** @type {string} */ text) => {
    change(rows.peek().map((row, at) => (at === index ? { ...row, [part]: text } : row)));
  };

  const drag = (/** @type {PointerEvent} */ event, /** @type {() => number} */ index) => {
    if (event.button) return;
    event.preventDefault();
    const handle = /** @type {HTMLElement} */ (event.currentTarget);
    handle.setPointerCapture(event.pointerId);
    const item = /** @type {HTMLElement} */ (handle.closest('li'));
    item.classList.add('dragged');
    handle.onpointermove = (at) => {
      const others = [...el.querySelectorAll('li.step-row')];
      const target = others.findIndex((other) => {
        const box = other.getBoundingClientRect();
        return at.clientY >= box.top && at.clientY < box.bottom;
      });
      if (target >= 0 && target !== index()) change(moved(rows.peek(), index(), target));
    };
    handle.onpointerup = handle.onpointercancel = () => {
      item.classList.remove('dragged');
      handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
    };
  };

  const area = (/** @type {import('../core/signals.js').Signal<Row>} */ row, /** @type {() => number} */ index, /** @type {'action' | 'expected'} */ part) =>
    h('textarea.input.grow', {
      rows: 1, 'data-part': part, placeholder: part === 'action' ? t('What to do') : t('What should happen'), value: () => row()[part],
      'aria-label': () => (part === 'action' ? t('Step {n}: action', { n: index() + 1 }) : t('Step {n}: expected result', { n: index() + 1 })),
      ref: (/** @type {HTMLTextAreaElement} */ made) => queueMicrotask(() => grow(made)),
      oninput: (/** @type {any} */ event) => (write(index(), part, event.target.value), grow(event.target)),
      onkeydown: (/** @type {KeyboardEvent} */ event) => keys(event, index(), part),
      onpaste: (/** @type {ClipboardEvent} */ event) => paste(event, index()),
    });
  return [
    h('ol.steps-edit', { 'aria-label': () => el.label }, each(rows, (row) => row.row, (row, index) => h('li.step-row', null,
      h('span.grip', { title: t('Drag to move, or Alt+↑ and Alt+↓'), 'aria-hidden': 'true', onpointerdown: (/** @type {PointerEvent} */ event) => drag(event, index.peek) }, icon('grip', 'small')),
      h('span.step-number', null, () => index() + 1),
      h('div.step-texts', null, area(row, index, 'action'), area(row, index, 'expected')),
      menuButton(t('More for this step'), () => [
        { label: t('Insert above'), icon: 'plus', run: () => insert(index.peek(), [fresh()]) },
        { label: t('Duplicate'), icon: 'copy', run: () => insert(index.peek() + 1, [fresh({ action: row.peek().action, expected: row.peek().expected })]) },
        { label: t('Move up'), icon: 'up', keys: 'alt+arrowup', disabled: index.peek() === 0, run: () => move(index.peek(), index.peek() - 1) },
        { label: t('Move down'), icon: 'down', keys: 'alt+arrowdown', disabled: index.peek() === rows.peek().length - 1, run: () => move(index.peek(), index.peek() + 1) },
        'line',
        { label: t('Delete step'), icon: 'trash', danger: true, run: () => remove(index.peek()) },
      ])))),
    button(t('Add step'), { icon: 'plus', kind: 'quiet', onclick: () => insert(rows.peek().length, [fresh()]) }),
  ];
});
