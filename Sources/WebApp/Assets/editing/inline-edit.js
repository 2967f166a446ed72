// @ts-check
// A text that becomes a field where it stands: Enter saves, Escape leaves it as it was.
import { h } from '../core/dom.js';
import { define, emit } from '../core/element.js';
import { signal } from '../core/signals.js';
import { icon } from '../elements/icons.js';

// value · label: for readers by ear · fixed: not to be edited · as: heading level or nothing · event: save {value}
define('inline-edit', { props: { value: '', label: '', fixed: false, as: 'span' } }, (el) => {
  const editing = signal(false);
  const end = (/** @type {string | null} */ value) => {
    if (!editing.peek()) return;
    editing.set(false);
    if (value !== null && value.trim() && value.trim() !== el.value) emit(el, 'save', { value: value.trim() });
    queueMicrotask(() => /** @type {HTMLElement | null} */ (el.querySelector('.inline-text'))?.focus());
  };
  Object.assign(el, { edit: () => !el.fixed && editing.set(true) });
  const field = () => h('textarea.inline-field', {
    rows: 1, 'aria-label': el.label, value: el.value,
    ref: (/** @type {HTMLTextAreaElement} */ input) => queueMicrotask(() => (input.focus(), input.select())),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      event.stopPropagation();
      if (event.key === 'Enter') {
        event.preventDefault();
        end(/** @type {HTMLTextAreaElement} */ (event.target).value);
      }
      if (event.key === 'Escape') end(null);
    },
    onblur: (/** @type {any} */ event) => end(event.target.value),
  });
  return () => {
    if (editing()) return field();
    if (el.fixed) return h(el.as, null, () => el.value);
    return h(el.as, null, h('button.inline-text', { type: 'button', title: el.label, onclick: () => editing.set(true) },
      () => el.value, icon('edit', 'small')));
  };
});
