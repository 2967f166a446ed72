// @ts-check
// A text field with a list of what fits (ARIA Authoring Practices, combobox with list autocomplete); one value or several chips.
import { each, h } from '../core/dom.js';
import { define, emit, uniqueId } from '../core/element.js';
import { computed, signal } from '../core/signals.js';
import { t } from '../core/strings.js';
import { icon } from '../elements/icons.js';
import { showNear } from '../elements/place.js';

/** @typedef {{ value: any, label: string, hint?: string }} Option */

// options · values: chosen ones (at most one unless multiple) · allowNew: typed texts become values · placeholder · label or labelled (id of a control)
// event: change {values}
define('combo-box', { props: { options: [], values: [], multiple: false, allowNew: false, placeholder: '', label: '', fieldId: '', describedBy: '' } }, (el) => {
  const listId = uniqueId('options');
  const text = signal('');
  const open = signal(false);
  const active = signal(0);

  const label = (/** @type {any} */ value) => el.options.find((/** @type {Option} */ option) => option.value === value)?.label ?? String(value);
  const fitting = computed(() => {
    const wanted = text().trim().toLowerCase();
    const left = el.options.filter((/** @type {Option} */ option) => (!el.multiple || !el.values.includes(option.value)) && option.label.toLowerCase().includes(wanted));
    const isKnown = el.options.some((/** @type {Option} */ option) => option.label.toLowerCase() === wanted) || el.values.includes(text().trim());
    const made = el.allowNew && wanted && !isKnown ? [{ value: text().trim(), label: text().trim(), hint: t('new') }] : [];
    return [...left.slice(0, 100), ...made];
  });

  const change = (/** @type {any[]} */ values) => {
    el.values = values;
    emit(el, 'change', { values });
  };
  const choose = (/** @type {Option | undefined} */ option) => {
    if (!option) return;
    text.set('');
    change(el.multiple ? [...el.values, option.value] : [option.value]);
    active.set(0);
    if (!el.multiple) hide();
    field.focus();
  };
  const show = () => {
    open.set(true);
    showNear(box, list);
  };
  const hide = () => {
    open.set(false);
    if (list.matches(':popover-open')) list.hidePopover();
  };

  const keys = (/** @type {KeyboardEvent} */ event) => {
    const count = fitting().length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open.peek()) show();
      else active.set((active.peek() + (event.key === 'ArrowDown' ? 1 : -1) + count) % Math.max(count, 1));
      list.children[active.peek()]?.scrollIntoView({ block: 'nearest' });
    } else if ((event.key === 'Enter' || (event.key === ',' && el.allowNew)) && open.peek() && count) {
      event.preventDefault();
      event.stopPropagation();
      choose(fitting()[active.peek()] ?? fitting()[0]);
    } else if (event.key === 'Escape' && open.peek()) {
      event.preventDefault();
      event.stopPropagation();
      hide();
    } else if (event.key === 'Backspace' && !text.peek() && el.values.length) {
      change(el.values.slice(0, -1));
    }
  };

  const field = h('input.combo-field', {
    type: 'text', id: () => el.fieldId || null, role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-controls': listId,
    'aria-expanded': () => String(open()), 'aria-label': () => (el.fieldId ? null : el.label), 'aria-describedby': () => el.describedBy || null,
    'aria-activedescendant': () => (open() && fitting().length ? `${listId}-${active()}` : null),
    placeholder: () => (el.values.length && el.multiple ? '' : !el.multiple && el.values.length ? label(el.values[0]) : el.placeholder), value: text,
    oninput: (/** @type {any} */ event) => {
      text.set(event.target.value);
      active.set(0);
      show();
    },
    onclick: show,
    onblur: () => setTimeout(() => !el.contains(document.activeElement) && (hide(), el.allowNew && text.peek().trim() && choose(fitting().find((option) => option.label === text.peek().trim()))), 120),
    onkeydown: keys,
  });
  const list = h('div.menu.options', { id: listId, popover: 'manual', role: 'listbox', 'aria-label': () => el.label || t('Suggestions') },
    each(fitting, (option) => String(option.value), (option, index) => h('div', {
      id: () => `${listId}-${index()}`, role: 'option', class: () => ['menu-item', active() === index() && 'current'], 'aria-selected': () => String(active() === index()),
      onpointerdown: (/** @type {Event} */ event) => event.preventDefault(),
      onclick: () => choose(option.peek()),
      onpointerenter: () => active.set(index.peek()),
    }, h('span.label', null, () => option().label), () => option().hint && h('small.muted', null, option().hint))));
  const chip = (/** @type {any} */ value) => h('span.chip.removable', null, label(value), h('button', {
    type: 'button', 'aria-label': t('Remove {name}', { name: label(value) }),
    onclick: () => change(el.values.filter((/** @type {any} */ other) => other !== value)),
  }, icon('close', 'small')));
  const box = h('div.combo.input', { onclick: (/** @type {Event} */ event) => event.target === box && field.focus() },
    () => (el.multiple ? el.values.map(chip) : null), field,
    () => (!el.multiple && el.values.length ? h('button.combo-clear', { type: 'button', 'aria-label': t('Clear'), onclick: () => change([]) }, icon('close', 'small')) : null));
  return [box, list];
});
