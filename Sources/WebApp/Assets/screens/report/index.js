// @ts-check
// What a run says: totals, where it failed and why. Made to be read on paper too.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { progressOf } from '../../core/facts.js';
import { date, dateTime, duration, exactDuration, number, percent } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { t } from '../../core/strings.js';
import { button, emptyState } from '../../elements/parts.js';
import { countsText, passRate, stackedBar } from '../../elements/stacked-bar.js';
import { casesUrl, projectUrl, runUrl } from '../../shell/routes.js';
import { failureItem } from './failure.js';
import '../../charts/charts.js';

/** @param {string} label @param {any} value @param {any} [more] */
const figureOf = (label, value, more) => h('div.figure', null, h('dt', null, label), h('dd', null, h('b', null, value), more && h('span.muted', null, more)));

/** @param {any} data */
function reportFigures({ run, failuresTotal }) {
  const { total, done, failed } = progressOf(run.counts);
  return h('dl.figures', null,
    figureOf(t('Passed'), passRate(run.counts), t('of {n} done', { n: done })),
    figureOf(t('Tests'), number(total), done < total ? t('{n} open', { n: total - done }) : t('all done')),
    figureOf(t('Failed'), number(failed), failuresTotal !== failed && t('{n} need a look', { n: failuresTotal })),
    figureOf(t('Time'), run.isAutomated ? exactDuration(run.elapsed) : duration(run.elapsed), !run.isCompleted && run.remaining ? t('{time} left', { time: duration(run.remaining) }) : null));
}

/** @param {any} data */
function facts({ run, project, from, to }) {
  const rows = [
    [t('Project'), project.name], [t('State'), run.isCompleted ? t('finished {day}', { day: dateTime(run.completedAt) }) : run.state], [t('Milestone'), run.milestone?.name],
    [t('Configuration'), run.configuration?.name], [t('Executed'), from && (date(from) === date(to ?? from) ? date(from) : `${date(from)} – ${date(to)}`)], [t('Started by'), run.createdBy],
  ];
  return h('dl.properties', null, rows.filter(([, value]) => value).map(([label, value]) => h('div', null, h('dt', null, label), h('dd', null, value))));
}

/** @param {string} title @param {string} first @param {any[]} rows @param {(row: any) => any} name @param {(row: any) => string} time */
function breakdown(title, first, rows, name, time) {
  return h('section.card.span', null, h('h2', null, title), h('div.table-scroll', { tabindex: '0', role: 'group', 'aria-label': title }, h('table.table.breakdown', null,
    h('thead', null, h('tr', null, h('th', { scope: 'col' }, first), h('th.bar-cell', { scope: 'col' }, t('Results')), h('th.number', { scope: 'col' }, t('Tests')), h('th.number', { scope: 'col' }, t('Failed')), h('th.number', { scope: 'col' }, t('Passed')), h('th.number', { scope: 'col' }, t('Time')))),
    h('tbody', null, rows.map((row) => {
      const { total, failed } = progressOf(row.counts);
      return h('tr', null, h('th', { scope: 'row' }, name(row)), h('td.bar-cell', null, stackedBar(row.counts), h('span.sr', null, countsText(row.counts))), h('td.number', null, number(total)),
        h('td.number', { class: failed ? 'tone-failed' : '' }, number(failed)), h('td.number', null, passRate(row.counts)), h('td.number', null, time(row)));
    })))));
}

/** @param {any} data @param {string} key */
function failures(data, key) {
  const { run, failures: shown, failuresTotal } = data;
  return h('section.card.span', null, h('h2', null, t('Failures'), ' ', h('span.count', null, number(failuresTotal))),
    shown.length
      ? h('ol.failures', null, shown.map((/** @type {any} */ one) => failureItem(one, { project: key, run })))
      : emptyState({ icon: 'tick', title: progressOf(run.counts).done ? t('Nothing failed') : t('Nothing was tested yet') }),
    shown.length < failuresTotal && h('p.muted', null, t('The first {n}; the others are in the run.', { n: shown.length }), ' ', h('a.link', { href: `${runUrl(key, run.id)}?q=status:failed` }, t('Show all'))));
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  load: ({ params, signal }) => api.get(`/app/api/runs/${params.run}/report`, { signal }),
  view({ params }, data) {
    const key = params.project;
    const { run, people, folders, suites, slowest } = data;
    commands(t('Report'), [{ label: t('Print'), icon: 'print', run: () => print() }]);
    return {
      title: t('Report'), wide: false,
      crumbs: [{ label: data.project.name, href: projectUrl(key) }, { label: t('Runs'), href: `${projectUrl(key)}/runs` }, { label: run.name, href: runUrl(key, run.id) }],
      actions: [button(t('Open the run'), { href: runUrl(key, run.id), icon: 'play', class: 'wide-only' }), button(t('Print'), { icon: 'print', onclick: () => print() })],
      main: h('div.page-body.report', null,
        h('header.report-head', null, h('h2', null, run.name), facts(data)),
        reportFigures(data),
        h('div.grid', null,
          h('section.card', null, h('h2', null, t('Results')), h('chart-donut', { counts: run.counts, label: t('Results of the run') })),
          h('section.card.wide', null, h('h2', null, t('Slowest tests')), slowest.length
            ? h('chart-bars', { rows: slowest.map((/** @type {any} */ [id, name, time]) => [name, time, casesUrl(key, { case: id })]), label: t('Slowest tests') })
            : h('p.muted', null, t('No times were recorded.'))),
          failures(data, key),
          suites.length > 0 && breakdown(t('By suite'), t('Suite'), suites, (row) => h('a', { href: `${runUrl(key, run.id)}?suite=${row.id}` }, row.name), (row) => exactDuration(row.time)),
          folders.length > 0 && breakdown(t('By folder'), t('Folder'), folders, (row) => h('a', { href: `${runUrl(key, run.id)}?folder=${row.id}` }, row.path.join(' / ')), (row) => duration(row.elapsed)),
          people.length > 0 && h('section.card.span', null, h('h2', null, t('People')), h('table.table', null,
            h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('Name')), h('th.number', { scope: 'col' }, t('Results')), h('th.number', { scope: 'col' }, t('Share')), h('th.number', { scope: 'col' }, t('Time')))),
            h('tbody', null, people.map((/** @type {any} */ person) => h('tr', null, h('th', { scope: 'row' }, person.name), h('td.number', null, number(person.results)),
              h('td.number', null, percent(person.results, people.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.results, 0))), h('td.number', null, duration(person.elapsed)))))))),
        h('p.small.muted.print-only', null, t('Printed {when}', { when: dateTime(Date.now()) }))),
    };
  },
};
