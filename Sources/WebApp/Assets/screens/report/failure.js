// @ts-check
// One failure with everything that helps to understand it.
import { h } from '../../core/dom.js';
import { ago, dateTime, duration, exactDuration } from '../../core/format.js';
import { t } from '../../core/strings.js';
import { attachmentTiles } from '../../editing/file-drop.js';
import { markdown } from '../../editing/markdown.js';
import { output, statusBadge, statusMark, timeText } from '../../elements/parts.js';
import { casesUrl, runUrl } from '../../shell/routes.js';

/** @param {any} one @param {{ project: string, run: any }} place */
export function failureItem(one, { project, run }) {
  const href = `${runUrl(project, run.id)}?test=${run.isAutomated ? one.resultId : one.testId}`;
  return h('li.failure-item', null,
    h('div.failure-head', null, statusBadge(one.statusId), h('h3', null, h('a.link', { href }, one.title)), h('span.grow'),
      h('small.muted', null, one.elapsed != null && (run.isAutomated ? exactDuration(one.elapsed) : duration(one.elapsed)))),
    h('p.small.muted', null, h('a', { href: casesUrl(project, { case: one.caseId }) }, `T${one.caseId}`), [one.where, one.by].filter(Boolean).map((text) => ` · ${text}`), one.at && [' · ', timeText(one.at, ago(one.at), dateTime(one.at))]),
    one.comment && h('div.prose.tight', null, markdown(one.comment)),
    one.steps.map((/** @type {any} */ step) => h('p.step-comment', null, statusMark(step.statusId), h('span', null, `${step.position}. ${step.action ?? ''}`, step.comment && h('span.muted', null, ` – ${step.comment}`)))),
    one.message && h('pre.failure-message', { tabindex: '0', role: 'group', 'aria-label': t('Message') }, one.message),
    one.content && output(one.content, t('Stack trace')),
    one.systemOut && output(one.systemOut, t('Output (system-out)')),
    one.systemErr && output(one.systemErr, t('Errors (system-err)')),
    one.properties.length > 0 && h('dl.properties', null, one.properties.map((/** @type {[string, string]} */ [name, value]) => h('div', null, h('dt', null, name), h('dd.mono', null, value ?? '')))),
    one.attachments.length > 0 && attachmentTiles(() => one.attachments));
}
