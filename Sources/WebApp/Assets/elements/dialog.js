// @ts-check
// Dialogs on the platform's own `<dialog>`: focus stays inside, Escape closes, the opener gets the focus back.
import { append, h } from '../core/dom.js';
import { uniqueId } from '../core/element.js';
import { commands } from '../core/keys.js';
import { root, signal } from '../core/signals.js';
import { t } from '../core/strings.js';
import { button, iconButton } from './parts.js';

/** @typedef {import('../core/dom.js').Child} Child */

/** Shows a dialog until it is closed; the promise tells with what. @template T
 * @param {{ title: string, class?: string, bare?: boolean, content: (close: (value?: T) => void) => Child, mayClose?: () => boolean }} shape
 * @returns {Promise<T | undefined>} */
export function openDialog({ title, class: kind = '', bare = false, content, mayClose }) {
  return new Promise((done) => {
    root((dispose) => {
      /** @type {T | undefined} */ let result;
      const id = uniqueId('dialog');
      const opener = /** @type {HTMLElement | null} */ (document.activeElement);
      /** @param {T} [value] */
      const close = (value) => {
        result = value;
        dialog.close();
      };
      const dialog = h('dialog', {
        class: ['dialog', kind], 'aria-label': bare ? title : null, 'aria-labelledby': bare ? null : id,
        oncancel: (/** @type {Event} */ event) => {
          if (event.target === dialog && mayClose && !mayClose()) event.preventDefault();
        },
        onclick: (/** @type {MouseEvent} */ event) => {
          if (event.target === dialog && (!mayClose || mayClose())) close();
        },
        onclose: (/** @type {Event} */ event) => {
          if (event.target !== dialog) return;
          dialog.remove();
          dispose();
          if (opener?.isConnected) opener.focus();
          done(result);
        },
      });
      commands(title, [], { modal: true });
      append(dialog, h('div.dialog-box', null,
        !bare && h('header.dialog-head', null, h('h2', { id }, title), iconButton(t('Close'), 'close', { onclick: () => (!mayClose || mayClose()) && close() })),
        content(close)));
      document.body.append(dialog);
      dialog.showModal();
      /** @type {HTMLElement | null} */ (dialog.querySelector('[autofocus]') ?? dialog.querySelector('.dialog-body :is(input, textarea, select, button, a)'))?.focus();
    }, null);
  });
}

/** The usual shape of a form in a dialog. @param {Child} body @param {{ submit: string, cancel: () => void, send: () => any, busy?: () => boolean, danger?: boolean,
 *   disabled?: () => boolean, extra?: Child }} actions */
export function dialogForm(body, { submit, cancel, send, busy, danger, disabled, extra }) {
  return h('form.dialog-form', {
    novalidate: true,
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!busy?.() && !disabled?.()) send();
    },
  },
  h('div.dialog-body', null, body),
  h('footer.dialog-foot', null, extra, h('span.grow'),
    button(t('Cancel'), { onclick: cancel }),
    button(submit, { type: 'submit', kind: danger ? 'danger' : 'primary', disabled: () => Boolean(busy?.() || disabled?.()) })));
}

/** Asks before something that cannot be undone; with `name` it must be typed. @param {{ title: string, text: Child, action: string, name?: string }} question
 * @returns {Promise<boolean>} */
export async function confirmDialog({ title, text, action, name }) {
  const typed = signal('');
  const label = uniqueId('confirm');
  const answer = await openDialog({
    title, class: 'small',
    content: (close) => dialogForm([
      h('p', null, text),
      name && h('label.field', { for: label }, h('span', null, t('Type “{name}” to confirm', { name })),
        h('input.input', { id: label, autocomplete: 'off', oninput: (/** @type {any} */ event) => typed.set(event.target.value) })),
    ], { submit: action, danger: true, cancel: () => close(), send: () => close(true), disabled: () => Boolean(name) && typed() !== name }),
  });
  return answer === true;
}
