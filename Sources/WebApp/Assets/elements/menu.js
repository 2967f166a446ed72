// @ts-check
// A button that opens a menu (ARIA Authoring Practices, menu button).
import { h } from '../core/dom.js';
import { define, uniqueId } from '../core/element.js';
import { signal } from '../core/signals.js';
import { icon } from './icons.js';
import { keyHint } from './parts.js';
import { showNear } from './place.js';

/** @typedef {{ label: string, run: () => any, icon?: string, keys?: string, danger?: boolean, checked?: boolean, disabled?: boolean } | 'line'} MenuItem */

// items: MenuItem[] or a function that answers them when the menu opens · face: what the button shows · kind: button style
define('menu-button', { props: { label: '', face: null, icon: 'dots', kind: 'quiet', align: 'end', disabled: false }, functions: ['items'] }, (el) => {
  const id = uniqueId('menu');
  const open = signal(false);
  const rows = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role^=menuitem]:not([aria-disabled=true])')]);
  const show = (/** @type {'first' | 'last'} */ end) => {
    open.set(true);
    showNear(trigger, list, el.align);
    rows().at(end === 'first' ? 0 : -1)?.focus();
  };
  const move = (/** @type {number} */ by) => {
    const all = rows();
    const at = all.indexOf(/** @type {any} */ (document.activeElement));
    all[(at + by + all.length) % all.length]?.focus();
  };
  const choose = (/** @type {any} */ item) => {
    list.hidePopover();
    trigger.focus();
    item.run();
  };

  const row = (/** @type {any} */ item) => item === 'line'
    ? h('div.menu-line', { role: 'separator' })
    : h('div', {
      class: ['menu-item', item.danger && 'danger'], role: item.checked === undefined ? 'menuitem' : 'menuitemcheckbox', tabindex: '-1',
      'aria-checked': item.checked === undefined ? null : String(item.checked), 'aria-disabled': item.disabled ? 'true' : null,
      onclick: () => !item.disabled && choose(item),
      onpointerenter: (/** @type {Event} */ event) => !item.disabled && /** @type {HTMLElement} */ (event.currentTarget).focus({ preventScroll: true }),
    }, item.checked !== undefined ? icon(item.checked ? 'tick' : 'none', item.checked ? '' : 'blank') : item.icon && icon(item.icon),
    h('span.label', null, item.label), item.keys && keyHint(item.keys));

  const trigger = h('button', {
    type: 'button', class: () => ['button', el.face ? '' : 'square', el.kind], 'aria-haspopup': 'menu', 'aria-expanded': () => String(open()),
    'aria-controls': id, 'aria-label': () => (el.face ? null : el.label), title: () => (el.face ? null : el.label), disabled: () => el.disabled,
    onclick: () => (open.peek() ? list.hidePopover() : show('first')),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      event.preventDefault();
      show(event.key === 'ArrowDown' ? 'first' : 'last');
    },
  }, () => (el.face ? [el.face, icon('down', 'small')] : icon(el.icon)));

  /** @type {HTMLElement} */
  const list = h('div.menu', {
    id, popover: 'auto', role: 'menu', 'aria-label': () => el.label,
    ontoggle: (/** @type {ToggleEvent} */ event) => open.set(event.newState === 'open'),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      /** @type {Record<string, () => void>} */
      const actions = {
        ArrowDown: () => move(1), ArrowUp: () => move(-1), Home: () => rows()[0]?.focus(), End: () => rows().at(-1)?.focus(),
        Enter: () => /** @type {HTMLElement} */ (document.activeElement).click(), ' ': () => /** @type {HTMLElement} */ (document.activeElement).click(),
        Tab: () => list.hidePopover(),
        Escape: () => (list.hidePopover(), trigger.focus()),
      };
      if (actions[event.key]) {
        event.preventDefault();
        event.stopPropagation();
        actions[event.key]();
        return;
      }
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey) return;
      event.stopPropagation();
      const all = rows();
      const at = all.indexOf(/** @type {any} */ (document.activeElement));
      const found = [...all.slice(at + 1), ...all.slice(0, at + 1)].find((other) => other.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()));
      found?.focus();
    },
  }, () => (open() ? el.items?.().filter(Boolean).map(row) : null));
  return [trigger, list];
});

/** @param {string} label @param {() => (MenuItem | false | null | undefined)[]} items @param {Record<string, any>} [props] */
export function menuButton(label, items, props = {}) {
  return h('menu-button', { label, items, ...props });
}
