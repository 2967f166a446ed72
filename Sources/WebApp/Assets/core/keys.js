// @ts-check
// Keys and commands: each is registered once with its label and shows up in `?` and in the command palette.
import { onCleanup, signal } from './signals.js';

/** @typedef {object} Command
 * @property {string} label what it does
 * @property {string} [keys] `j`, `shift+j`, `mod+k`, `alt+arrowup`, or two after another: `g r`; several ways apart by ` / `
 * @property {(event?: KeyboardEvent) => any} run false means: not handled
 * @property {() => boolean} [when] offered only while true
 * @property {string} [icon] in the palette
 * @property {boolean} [quiet] not in the palette, because it needs the place where it is pressed
 * @property {boolean} [typing] also while a text field has the focus */
/** @typedef {{ title: string, commands: Command[], modal: boolean }} Scope */

/** Latest first. */
export const scopes = signal(/** @type {Scope[]} */ ([]));
/** False when the reader switched off keys without a modifier (WCAG 2.1.4). */
export const singleKeys = signal(true);

let pending = '';
/** @type {ReturnType<typeof setTimeout> | undefined} */ let pendingTimer;

/** Offers commands until the surrounding scope ends. @param {string} title @param {Command[]} commands @param {{ modal?: boolean }} [more] */
export function commands(title, commands, more = {}) {
  const scope = { title, commands, modal: more.modal ?? false };
  scopes.update((others) => [scope, ...others]);
  onCleanup(() => scopes.update((others) => others.filter((other) => other !== scope)));
}

/** The name of a key press, as `Command.keys` spells it. @param {KeyboardEvent} event */
export function keyName(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase();
  const isLetter = key.length > 1 || /^[\p{L}\d]$/u.test(key);
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push('mod');
  if (event.altKey) parts.push('alt');
  // The shift that makes a `?` is part of the character.
  if (event.shiftKey && isLetter) parts.push('shift');
  parts.push(key === ' ' ? 'space' : key);
  return parts.join('+');
}

/** Whether a text field would take the key. @param {EventTarget | null} target */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range', 'file', 'submit'].includes(target.type);
}

/** Keys that buttons, links and other controls use themselves. @param {EventTarget | null} target @param {string} name */
function belongsToControl(target, name) {
  if (name !== 'enter' && name !== 'space') return false;
  return target instanceof Element && target.closest('button, a[href], summary, [role=menuitem], [role=tab], input, dialog') !== null;
}

/** @param {KeyboardEvent} event */
function dispatch(event) {
  if (event.defaultPrevented || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
  const name = keyName(event);
  const typing = isTyping(event.target);
  const isPlain = !name.startsWith('mod+') && !name.startsWith('alt+');
  if (belongsToControl(event.target, name)) return;
  if (isPlain && !singleKeys.peek() && name.replace('shift+', '').length === 1) return;
  const sequence = pending ? `${pending} ${name}` : name;
  pending = '';
  clearTimeout(pendingTimer);
  const inDialog = event.target instanceof Element && event.target.closest('dialog') !== null;
  for (const scope of scopes.peek()) {
    if (inDialog && !scope.modal) continue;
    for (const command of scope.commands) {
      if (!command.keys || (typing && !command.typing) || (command.when && !command.when())) continue;
      for (const keys of command.keys.split(' / ')) {
        if (keys === sequence) {
          if (command.run(event) === false) continue;
          event.preventDefault();
          return;
        }
        if (keys.startsWith(sequence + ' ')) {
          pending = sequence;
          pendingTimer = setTimeout(() => (pending = ''), 1200);
          return;
        }
      }
    }
    if (scope.modal) return;
  }
}

export function startKeys() {
  document.addEventListener('keydown', dispatch);
}

const isMac = typeof navigator !== 'undefined' && /Mac|iP(hone|ad)/.test(navigator.platform);
/** @type {Record<string, string>} */
const SYMBOLS = { mod: isMac ? '⌘' : 'Ctrl', alt: isMac ? '⌥' : 'Alt', shift: isMac ? '⇧' : 'Shift', arrowup: '↑', arrowdown: '↓',
  arrowleft: '←', arrowright: '→', enter: '↵', escape: 'Esc', space: 'Space', backspace: '⌫', delete: 'Del', tab: 'Tab' };

/** How a key is written on a page: parts that are pressed together, one list for each press. @param {string} keys @returns {string[][]} */
export function keyParts(keys) {
  const presses = keys.split(' / ')[0].split(' ');
  return presses.map((press) => press.split('+').map((part) => SYMBOLS[part] ?? part.toUpperCase()));
}
