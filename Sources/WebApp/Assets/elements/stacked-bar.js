// @ts-check
// The results of a run in one line, with the words that belong to it.
import { h } from '../core/dom.js';
import { define } from '../core/element.js';
import { countsByStatus, statusOf } from '../core/facts.js';
import { number, percent } from '../core/format.js';
import { t } from '../core/strings.js';
import { icon } from './icons.js';

/** @typedef {import('../core/facts.js').Status} Status */

// counts: [[statusId, n]] · thick. One line, no frame: the numbers stand beside it.
define('stacked-bar', { props: { counts: [], thick: false } }, (el) => {
  el.setAttribute('role', 'img');
  return () => {
    const parts = countsByStatus(el.counts);
    el.setAttribute('aria-label', partsText(parts));
    return h('div', { class: ['bar', el.thick && 'thick'] }, parts.map(({ status, n }) =>
      h('span', { class: `fill-${status.tone}`, style: { 'flex-grow': n }, title: `${number(n)} ${t(status.name)}` })));
  };
});

/** @param {() => { status: Status, n: number }[]} parts @param {{ onpick?: (status: Status) => void, chosen?: (status: Status) => boolean }} [more] */
export function legend(parts, { onpick, chosen } = {}) {
  const face = (/** @type {{ status: Status, n: number }} */ { status, n }) => [icon(status.icon, 'small'), h('b', null, number(n)), ' ', t(status.name).toLocaleLowerCase()];
  return h('ul.legend', null, () => parts().map((part) => h('li', { class: `status tone-${part.status.tone}` },
    onpick
      ? h('button', { type: 'button', 'aria-pressed': String(chosen?.(part.status) ?? false), onclick: () => onpick(part.status) }, face(part))
      : face(part))));
}

/** What a bar or ring says in one sentence. @param {{ status: Status, n: number }[]} parts */
export function partsText(parts) {
  return parts.map(({ status, n }) => `${number(n)} ${t(status.name).toLocaleLowerCase()}`).join(', ') || t('no results');
}

/** @param {import('../core/facts.js').Counts | (() => import('../core/facts.js').Counts)} counts @param {Record<string, any>} [props] */
export function stackedBar(counts, props = {}) {
  return h('stacked-bar', { counts, ...props });
}

/** "412 passed, 38 failed" of a run in a list, the few words that fit. @param {import('../core/facts.js').Counts} counts */
export function countsText(counts) {
  return partsText(countsByStatus(counts));
}

/** The share that passed of those that are done. @param {import('../core/facts.js').Counts} counts */
export function passRate(counts) {
  let [passed, done] = [0, 0];
  for (const [id, n] of counts) {
    const status = statusOf(id);
    if (status.success) passed += n;
    if (status.completed || status.success || status.failure) done += n;
  }
  return done ? percent(passed, done) : '–';
}
