// @ts-check
// Labelled controls with their hint and their problem.
import { h } from '../core/dom.js';
import { uniqueId } from '../core/element.js';
import { effect } from '../core/signals.js';
import { icon } from './icons.js';

/** @typedef {import('../core/dom.js').Child} Child */

/** @param {{ label: string, hint?: Child, error?: () => string, class?: string }} shape @param {(ids: { id: string, describedBy: string }) => Child} control */
export function field({ label, hint, error, class: kind }, control) {
  const id = uniqueId('field');
  const note = `${id}-note`;
  return h('div', { class: ['field', kind] },
    h('label', { for: id }, label),
    control({ id, describedBy: note }),
    h('div.field-note', { id: note }, () => (error?.() ? h('span.problem', null, icon('warning', 'small'), error()) : hint)));
}

/** @param {{ label: string, hint?: Child, error?: () => string, class?: string, [attribute: string]: any }} shape */
export function textInput({ label, hint, error, class: kind, ...input }) {
  return field({ label, hint, error, class: kind }, ({ id, describedBy }) =>
    h('input.input', { id, type: 'text', 'aria-describedby': describedBy, 'aria-invalid': () => (error?.() ? 'true' : null), ...input }));
}

/** @param {{ label: string, options: { value: any, label: string }[] | (() => { value: any, label: string }[]), value?: any, onchange?: (event: any) => void, hint?: Child, bare?: boolean, class?: string }} shape */
export function selectInput({ label, options, value, onchange, hint, bare, class: kind }) {
  const select = (/** @type {Record<string, any>} */ more) => {
    const chosen = () => String((typeof value === 'function' ? value() : value) ?? '');
    const all = () => (typeof options === 'function' ? options() : options);
    const made = h('select.input', { onchange, ...more }, () => all().map((option) => h('option', { value: String(option.value ?? '') }, option.label)));
    // After the options are there, and without building them again.
    effect(() => {
      all();
      made.value = chosen();
    });
    return made;
  };
  if (bare) return select({ 'aria-label': label, class: kind });
  return field({ label, hint, class: kind }, ({ id, describedBy }) => select({ id, 'aria-describedby': describedBy }));
}

/** A few choices of which one holds. @param {{ label: string, options: { value: string, label: string, icon?: string }[], value: () => string, onpick: (value: string) => void }} shape */
export function segmented({ label, options, value, onpick }) {
  const name = uniqueId('choice');
  return h('fieldset.segmented', null, h('legend.sr', null, label), options.map((option) => h('label', null,
    h('input', { type: 'radio', name, value: option.value, checked: () => value() === option.value, onchange: () => onpick(option.value) }),
    h('span', null, option.icon && icon(option.icon), option.label))));
}

/** @param {{ label: string, checked: () => boolean, onchange: (checked: boolean) => void, hint?: Child }} shape */
export function checkbox({ label, checked, onchange, hint }) {
  return h('label.check', null,
    h('input', { type: 'checkbox', checked, onchange: (/** @type {any} */ event) => onchange(event.target.checked) }),
    h('span', null, label, hint && h('small.muted', null, hint)));
}
