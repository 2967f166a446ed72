// @ts-check
// What may follow in a filter while it is typed: the names of terms, then their values.
import { each, h } from '../core/dom.js';
import { uniqueId } from '../core/element.js';
import { computed, signal } from '../core/signals.js';
import { t } from '../core/strings.js';
import { showNear } from '../elements/place.js';

/** @typedef {{ label: string, hint: string, text: string, isWhole: boolean }} Suggestion */

/** What fits the last word. @param {string} typed @param {readonly import('./filter-bar.js').Term[]} terms @returns {Suggestion[]} */
export function suggestions(typed, terms) {
  const word = typed.slice(typed.lastIndexOf(' ') + 1);
  const head = typed.slice(0, typed.length - word.length);
  const colon = word.indexOf(':');
  if (!word) return [];
  if (colon < 0) {
    const wanted = word.toLowerCase();
    return terms.filter((term) => term.name.startsWith(wanted) || term.label.toLowerCase().startsWith(wanted))
      .map((term) => ({ label: `${term.name}:`, hint: term.label, text: `${head}${term.name}:`, isWhole: false }));
  }
  const term = terms.find((one) => one.name === word.slice(0, colon).toLowerCase());
  const comma = word.lastIndexOf(',');
  const start = Math.max(colon, comma) + 1;
  const wanted = word.slice(start).replaceAll('"', '').toLowerCase();
  const quoted = (/** @type {string} */ value) => (/[\s,":]/.test(value) ? `"${value.replaceAll('"', '')}"` : value);
  return (term?.options() ?? []).filter((option) => option.label.toLowerCase().includes(wanted) || option.value.toLowerCase().startsWith(wanted)).slice(0, 10)
    .map((option) => ({ label: option.label, hint: term?.label ?? '', text: `${head}${word.slice(0, start)}${quoted(option.value)} `, isWhole: true }));
}

/** The list below a filter's text field. @param {() => HTMLInputElement} field @param {readonly import('./filter-bar.js').Term[]} terms @param {(text: string, isWhole: boolean) => void} take */
export function suggestionList(field, terms, take) {
  const id = uniqueId('suggest');
  const typed = signal('');
  const isOpen = signal(false);
  const active = signal(-1);
  const fitting = computed(() => (isOpen() ? suggestions(typed(), terms) : []));
  const list = h('div.menu.options', { id, popover: 'manual', role: 'listbox', 'aria-label': t('Suggestions') }, each(fitting, (one) => one.text, (one, index) => h('div', {
    id: () => `${id}-${index()}`, role: 'option', class: () => ['menu-item', active() === index() && 'current'], 'aria-selected': () => String(active() === index()),
    onpointerdown: (/** @type {Event} */ event) => event.preventDefault(), onclick: () => choose(one.peek()),
  }, h('span.label', null, () => one().label), h('small.muted', null, () => one().hint))));
  const hide = () => {
    isOpen.set(false);
    active.set(-1);
    if (list.matches(':popover-open')) list.hidePopover();
  };
  const choose = (/** @type {Suggestion} */ one) => {
    hide();
    take(one.text, one.isWhole);
    if (!one.isWhole) look(one.text);
  };
  const look = (/** @type {string} */ text) => {
    typed.set(text);
    active.set(-1);
    isOpen.set(true);
    if (fitting().length) showNear(field(), list);
    else hide();
  };
  return {
    list, look, hide,
    attributes: {
      role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': id, 'aria-expanded': () => String(isOpen() && fitting().length > 0),
      'aria-activedescendant': () => (isOpen() && active() >= 0 ? `${id}-${active()}` : null),
    },
    /** @param {KeyboardEvent} event @returns {boolean} true when the key was for the list */
    key(event) {
      const count = fitting().length;
      if (!isOpen.peek() || !count) return false;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') active.set((active.peek() + (event.key === 'ArrowDown' ? 1 : -1) + count) % count);
      else if (event.key === 'Tab' && !event.shiftKey) choose(fitting()[Math.max(0, active.peek())]);
      else if (event.key === 'Enter' && active.peek() >= 0) choose(fitting()[active.peek()]);
      else if (event.key === 'Escape') hide();
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
