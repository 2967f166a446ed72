// @ts-check
// A filter as words and chips, both of one language: what is typed as `priority:high` becomes a chip.
import { h } from '../core/dom.js';
import { parseFilter, toggleTerm } from '../core/filter.js';
import { t } from '../core/strings.js';
import { icon } from '../elements/icons.js';
import { menuButton } from '../elements/menu.js';
import { iconButton } from '../elements/parts.js';
import { suggestionList } from './filter-suggest.js';

/** @typedef {import('../core/filter.js').Filter} Filter */
/** @typedef {{ name: string, label: string, options: () => { value: string, label: string }[] }} Term */

/** @param {{ filter: () => Filter, terms: Term[], onchange: (filter: Filter) => void, label: string, more?: any }} shape */
export function filterBar({ filter, terms, onchange, label, more }) {
  const names = terms.map((term) => term.name);
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;

  const read = (/** @type {boolean} */ isDone) => {
    clearTimeout(timer);
    const typed = parseFilter(input.value, names);
    const now = filter();
    if (isDone && Object.keys(typed.terms).length) {
      const merged = { ...now.terms };
      for (const [name, values] of Object.entries(typed.terms)) merged[name] = [...new Set([...(merged[name] ?? []), ...values.map((value) => known(name, value))])];
      input.value = typed.text;
      onchange({ text: typed.text, terms: merged });
    } else if (typed.text !== now.text) {
      onchange({ text: typed.text, terms: now.terms });
    }
  };
  // `priority:high` and `priority:High` mean the same value.
  const known = (/** @type {string} */ name, /** @type {string} */ typed) => {
    const options = terms.find((term) => term.name === name)?.options() ?? [];
    const wanted = typed.toLowerCase();
    return options.find((option) => option.value.toLowerCase() === wanted || option.label.toLowerCase() === wanted)?.value ?? typed;
  };
  const suggest = suggestionList(() => input, terms, (text, isWhole) => {
    input.value = text;
    if (isWhole) read(true);
  });
  /** @type {any} */ const input = h('input.filter-text', {
    type: 'search', ...suggest.attributes, 'aria-label': label, placeholder: label, value: () => filter().text, autocomplete: 'off', spellcheck: 'false',
    onblur: suggest.hide,
    oninput: () => {
      suggest.look(input.value);
      clearTimeout(timer);
      timer = setTimeout(() => read(input.value.endsWith(' ')), 160);
    },
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (suggest.key(event)) return;
      if (event.key === 'Enter') {
        suggest.hide();
        read(true);
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        input.value = '';
        read(true);
        input.blur();
      }
    },
  });
  const chip = (/** @type {Term} */ term) => {
    const chosen = () => filter().terms[term.name] ?? [];
    const face = () => {
      const values = chosen();
      const labels = values.map((value) => term.options().find((option) => option.value === value)?.label ?? value);
      return values.length ? `${term.label}: ${labels.slice(0, 2).join(', ')}${labels.length > 2 ? ` +${labels.length - 2}` : ''}` : term.label;
    };
    return h('span', { class: () => ['chip-menu', chosen().length && 'on'] }, menuButton(term.label, () => [
      ...term.options().map((option) => ({ label: option.label, checked: chosen().includes(option.value), run: () => onchange(toggleTerm(filter(), term.name, option.value)) })),
      chosen().length ? 'line' : null,
      chosen().length ? { label: t('Any'), run: () => onchange({ ...filter(), terms: { ...filter().terms, [term.name]: [] } }) } : null,
    ], { face: h('span', null, face), align: 'start', kind: 'quiet' }));
  };
  const isEmpty = () => !filter().text && Object.values(filter().terms).every((values) => !values.length);
  return h('div.filter', { role: 'search', 'aria-label': label },
    h('label.filter-field', null, icon('search', 'small'), input), suggest.list,
    h('div.chips', null, terms.map(chip), more,
      () => (isEmpty() ? null : iconButton(t('Clear the filter'), 'close', { onclick: () => ((input.value = ''), onchange({ text: '', terms: {} })) }))));
}
