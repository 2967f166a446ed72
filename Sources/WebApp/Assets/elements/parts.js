// @ts-check
// Small pieces that many screens share.
import { h } from '../core/dom.js';
import { statusOf } from '../core/facts.js';
import { keyParts } from '../core/keys.js';
import { initials } from '../core/format.js';
import { t } from '../core/strings.js';
import { icon } from './icons.js';

/** @typedef {import('../core/dom.js').Child} Child */

/** A status: icon shape, word and colour together. @param {number | null | undefined} id */
export function statusBadge(id) {
  const status = statusOf(id);
  return h('span', { class: `status tone-${status.tone}` }, icon(status.icon, 'small'), h('span.word', null, t(status.name)));
}

/** The icon alone, for tight places, with the word for readers by ear. @param {number | null | undefined} id */
export function statusMark(id) {
  const status = statusOf(id);
  return h('span', { class: `status mark tone-${status.tone}`, title: t(status.name) }, icon(status.icon, 'small'), h('span.sr', null, t(status.name)));
}

/** A key or several. @param {string} keys as in the key registry */
export function keyHint(keys) {
  return h('span', { class: 'keys', 'aria-hidden': 'true' }, keyParts(keys).map((press) => press.map((part) => h('kbd', null, part))));
}

/** @param {string} label @param {{ icon?: string, keys?: string, kind?: string, title?: string, disabled?: any, onclick?: (event: MouseEvent) => any,
 *   href?: string, [attribute: string]: any }} [props] */
export function button(label, props = {}) {
  const { icon: name, keys, kind = '', href, class: more, ...rest } = props;
  const content = [name && icon(name), h('span.label', null, label), keys && keyHint(keys)];
  const classes = ['button', kind, more];
  if (href) return h('a', { class: classes, href, ...rest }, content);
  return h('button', { type: 'button', class: classes, ...rest }, content);
}

/** @param {string} label for readers by ear and as a tip @param {string} name of the icon @param {Record<string, any>} [props] */
export function iconButton(label, name, props = {}) {
  const { keys, kind = 'quiet', href, ...rest } = props;
  const shared = { class: ['button', 'square', kind], 'aria-label': label, title: keys ? `${label} (${keyParts(keys).flat().join(' ')})` : label, ...rest };
  return href ? h('a', { href, ...shared }, icon(name)) : h('button', { type: 'button', ...shared }, icon(name));
}

const AVATAR_TONES = 6;

/** @param {{ id: string | number, name: string }} person */
export function avatar(person) {
  let sum = 0;
  for (const char of String(person.id)) sum = (sum * 33 + char.charCodeAt(0)) % 65521;
  return h('span', { class: `avatar tone${sum % AVATAR_TONES}`, title: person.name, role: 'img', 'aria-label': person.name }, initials(person.name));
}

/** @param {{ icon: string, title: string, text?: Child, actions?: Child }} content */
export function emptyState({ icon: name, title, text, actions }) {
  return h('div.empty', null, icon(name, 'large'), h('p.empty-title', null, title), text && h('p.muted', null, text), actions && h('div.actions', null, actions));
}

/** Grey lines that appear only when waiting takes a while. @param {number} [lines] */
export function skeleton(lines = 3) {
  return h('div', { class: 'skeleton', 'aria-hidden': 'true' }, Array.from({ length: lines }, () => h('span')));
}

/** @param {[label: string, value: Child][]} entries missing values are left out */
export function propertyList(entries) {
  return h('dl.properties', null, entries.filter(([, value]) => value != null && value !== '' && value !== false)
    .map(([label, value]) => h('div', null, h('dt', null, label), h('dd', null, value))));
}

/** @param {string} tone @param {...any} content */
export function banner(tone, ...content) {
  return h('div', { class: `banner ${tone}`, role: tone === 'error' ? 'alert' : 'status' },
    icon(tone === 'error' || tone === 'warning' ? 'warning' : 'info'), h('div', null, content));
}

/** A time that a machine can read too. @param {number | null | undefined} ms @param {string} text @param {string} [title] */
export function timeText(ms, text, title) {
  return ms == null ? h('span', null, text) : h('time', { datetime: new Date(ms).toISOString(), title }, text);
}

/** Long text from a test or a machine, as it is. @param {string} text @param {string} label @param {{ open?: boolean }} [more] */
export function output(text, label, more = {}) {
  return h('details.output', { open: more.open ?? false },
    h('summary', null, label, h('span.muted', null, ' · ', t('{n} line|{n} lines', { n: text.split('\n').length }))),
    h('pre', { tabindex: '0', role: 'group', 'aria-label': label }, text));
}
