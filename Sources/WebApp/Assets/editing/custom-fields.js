// @ts-check
// Fields that the instance made up: one control for each kind, and how a value is shown.
import { h } from '../core/dom.js';
import { date } from '../core/format.js';
import { t } from '../core/strings.js';
import { checkbox, field, selectInput, textInput } from '../elements/form.js';
import { markdown } from './markdown.js';
import './combo-box.js';
import './markdown-field.js';

/** @typedef {{ name: string, label: string, type: string, options: string[] }} CustomField */

/** @param {CustomField} one @param {() => any} value @param {(value: any) => void} set @param {() => string} error */
export function customField(one, value, set, error) {
  const options = one.options.map((name) => ({ value: name, label: name }));
  const text = (/** @type {Record<string, any>} */ more, /** @type {(text: string) => any} */ read) => textInput({ label: one.label, error, value: () => value() ?? '', oninput: (/** @type {any} */ event) => set(event.target.value ? read(event.target.value) : null), ...more });
  switch (one.type) {
    case 'Dropdown': return selectInput({ label: one.label, options: [{ value: '', label: t('None') }, ...options], value: () => value() ?? '', onchange: (event) => set(event.target.value || null) });
    case 'Multi-Select': return field({ label: one.label, error }, ({ id, describedBy }) => h('combo-box', {
      fieldId: id, describedBy, multiple: true, options, values: () => value() ?? [], placeholder: t('Choose'), onchange: (/** @type {CustomEvent} */ event) => event.detail?.values && set(event.detail.values.length ? event.detail.values : null),
    }));
    case 'Checkbox': return h('div.field', null, checkbox({ label: one.label, checked: () => value() === true, onchange: set }));
    case 'Date': return text({ type: 'date', value: () => String(value() ?? '').slice(0, 10) }, String);
    case 'Integer': return text({ type: 'number', step: '1' }, (typed) => Math.round(Number(typed)));
    case 'Number': return text({ type: 'number', step: 'any' }, Number);
    case 'Link': return text({ type: 'url', placeholder: 'https://' }, String);
    case 'Text Long': return h('div.span', null, field({ label: one.label, error }, ({ id, describedBy }) => h('markdown-field', { fieldId: id, describedBy, rows: 1, value: () => value() ?? '', ontext: (/** @type {CustomEvent} */ event) => set(event.detail.value || null) })));
    default: return text({}, String);
  }
}

/** @param {CustomField} one @param {any} value @returns {any} nothing for no value */
export function customValue(one, value) {
  if (value == null || value === '' || (Array.isArray(value) && !value.length)) return null;
  switch (one.type) {
    case 'Multi-Select': return value.map((/** @type {string} */ name) => h('span.badge', null, name));
    case 'Checkbox': return value === true ? t('yes') : t('no');
    case 'Date': return date(Date.parse(String(value)));
    case 'Link': return h('a.link', { href: /^(https?|mailto):/i.test(value) ? value : null, rel: 'noreferrer noopener', target: '_blank' }, value);
    case 'Text Long': return h('div.prose.tight', null, markdown(value));
    default: return String(value);
  }
}

/** The entries of a property list. @param {CustomField[]} fields @param {Record<string, any>} values @returns {[string, any][]} */
export function customEntries(fields, values) {
  return fields.filter((one) => one.type !== 'Text Long').map((one) => [one.label, customValue(one, values?.[one.name])]);
}

/** Long texts, each with its heading. @param {CustomField[]} fields @param {Record<string, any>} values */
export function customTexts(fields, values) {
  return fields.filter((one) => one.type === 'Text Long' && values?.[one.name]).map((one) => h('section.part', null, h('h3', null, one.label), customValue(one, values[one.name])));
}
