// @ts-check
// How a project stands: open runs, results by day, milestones, what happened.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { progressOf, sumOf } from '../../core/facts.js';
import { ago, date, number, percent } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { navigate } from '../../core/router.js';
import { t } from '../../core/strings.js';
import { icon } from '../../elements/icons.js';
import { avatar, banner, button, emptyState, iconButton, timeText } from '../../elements/parts.js';
import { countsText, passRate, stackedBar } from '../../elements/stacked-bar.js';
import { casesUrl, projectUrl, runUrl } from '../../shell/routes.js';
import '../../charts/charts.js';

/** @param {string} label @param {import('../../core/dom.js').Child} value @param {import('../../core/dom.js').Child} [more] @param {string} [href] */
function figure(label, value, more, href) {
  return h('div.figure', null, h('dt', null, href ? h('a', { href }, label) : label), h('dd', null, h('b', null, value), more && h('span.muted', null, more)));
}

/** @param {any} data @param {string} key */
function figures({ totals, counts }, key) {
  const { total, done } = progressOf(counts);
  return h('dl.figures', null,
    figure(t('Cases'), number(totals.cases), t('{n} folder|{n} folders', { n: totals.folders }), casesUrl(key)),
    figure(t('Automated'), percent(totals.automated, totals.cases), number(totals.automated)),
    figure(t('Open runs'), number(totals.activeRuns), t('{n} in all', { n: totals.runs }), `${projectUrl(key)}/runs`),
    figure(t('Progress'), total ? percent(done, total) : '–', total ? t('{done} of {n} tests', { done, n: total }) : t('no open run')),
    figure(t('Passed'), passRate(counts), t('of what is done')));
}

/** @param {any} run @param {string} key */
function runItem(run, key) {
  const { total, done } = progressOf(run.counts);
  return h('li.run-item', null,
    icon(run.isAutomated ? 'bolt' : run.isCompleted ? 'tick' : 'play', 'small'),
    h('div.run-words', null,
      h('a.cover', { href: run.isCompleted ? `${runUrl(key, run.id)}/report` : runUrl(key, run.id) }, run.name),
      h('small.muted', null, run.isCompleted ? t('finished {when}', { when: ago(run.completedAt) }) : t('{done} of {n} done', { done, n: total }),
        run.configuration && ` · ${run.configuration.name}`, run.milestone && ` · ${run.milestone.name}`)),
    stackedBar(run.counts), h('b.number', { title: countsText(run.counts) }, passRate(run.counts)));
}

/** @param {any} milestone @param {string} key */
function milestoneItem(milestone, key) {
  const late = milestone.dueAt && milestone.dueAt < Date.now();
  const { total, done } = progressOf(milestone.counts);
  return h('li.milestone', null,
    h('div.spread', null, h('b', null, h('a', { href: `${projectUrl(key)}/milestones/${milestone.id}` }, milestone.name)), milestone.dueAt && h('span', { class: late ? 'problem' : 'muted' }, late ? t('was due {when}', { when: ago(milestone.dueAt) }) : t('due {when}', { when: ago(milestone.dueAt) }))),
    sumOf(milestone.counts) ? stackedBar(milestone.counts) : null,
    h('small.muted', null, [milestone.type, total ? t('{done} of {n} tests done', { done, n: total }) : t('no tests yet'), milestone.dueAt && Math.abs(milestone.dueAt - Date.now()) < 14 * 86_400_000 && date(milestone.dueAt)].filter(Boolean).join(' · ')));
}

/** @param {any} event */
function activityText({ verb, kind, count }) {
  if (verb === 'recorded') return t('recorded {n} result in|recorded {n} results in', { n: count });
  if (verb === 'imported') return t('imported {n} result into|imported {n} results into', { n: count });
  /** @type {Record<string, string>} */
  const kinds = count > 1
    ? { case: t('{n} cases', { n: count }), run: t('{n} runs', { n: count }), folder: t('{n} folders', { n: count }), milestone: t('{n} milestones', { n: count }), result: t('{n} results', { n: count }) }
    : { case: t('the case'), run: t('the run'), folder: t('the folder'), milestone: t('the milestone'), result: t('a result in') };
  /** @type {Record<string, string>} */
  const verbs = { created: t('made'), updated: t('changed'), deleted: t('deleted'), completed: t('finished') };
  return `${verbs[verb] ?? verb} ${kinds[kind] ?? kind}`;
}

/** @param {any} event */
function activityItem(event) {
  // Many things at once have no title of their own; then the words are the link.
  const words = activityText(event);
  const link = (/** @type {string} */ text) => (event.url ? h('a.link', { href: event.url }, text) : text);
  return h('li.activity', null, avatar(event.person), h('div', null,
    h('span', null, h('b', null, event.person.name), ' ', event.title ? [words, ' ', link(event.title)] : link(words)),
    h('small.muted', null, timeText(event.at, ago(event.at), date(event.at)))));
}

/** @param {any} data @param {string} key */
function firstSteps(data, key) {
  return h('section.card.span', null, emptyState({
    icon: 'inbox', title: t('This project is empty'),
    text: t('Write the first case, or let your pipeline send its results: assay submit results.xml --project "{name}"', { name: data.project.name }),
    actions: [data.can.editCases && button(t('Write a case'), { kind: 'primary', icon: 'plus', href: casesUrl(key) }), button(t('Make a token for your pipeline'), { icon: 'key', href: '/profile' })],
  }));
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  load: ({ params, signal }) => api.get(`/app/api/projects/${encodeURIComponent(params.project)}`, { signal }),
  view({ params }, data) {
    const key = params.project;
    const startRun = () => navigate(`${projectUrl(key)}/runs?new=1`);
    commands(data.project.name, [{ label: t('New run'), keys: 'n', icon: 'play', when: () => data.can.createRuns, run: startRun }]);
    const isEmpty = !data.totals.cases && !data.totals.runs;
    const hasDays = data.days.some((/** @type {any} */ [, counts]) => counts.length);
    return {
      title: data.project.name, crumbs: [{ label: t('Projects'), href: '/' }], wide: false,
      actions: [data.can.editProject && iconButton(t('Settings'), 'gear', { href: `${projectUrl(key)}/settings` }), data.can.createRuns && !isEmpty && button(t('New run'), { kind: 'primary', icon: 'plus', onclick: startRun })],
      main: h('div.page-body', null,
        data.project.isCompleted && banner('info', t('This project is finished. Nothing more is recorded.')),
        data.project.note && h('p.muted.lead', null, data.project.note),
        isEmpty ? firstSteps(data, key) : [
          figures(data, key),
          h('div.grid', null,
            h('section.card.span', null, h('h2', null, t('Results by day')),
              hasDays ? h('chart-days', { days: data.days, label: t('Results of the last 30 days') }) : emptyState({ icon: 'overview', title: t('No results in the last 30 days') })),
            h('section.card.wide', null, h('div.spread', null, h('h2', null, t('Runs')), h('a.link', { href: `${projectUrl(key)}/runs` }, t('All runs'))),
              data.runs.length ? h('ul.run-items', null, data.runs.map((/** @type {any} */ run) => runItem(run, key))) : emptyState({ icon: 'play', title: t('No run yet'), actions: data.can.createRuns && button(t('New run'), { icon: 'plus', onclick: startRun }) })),
            h('section.card', null, h('div.spread', null, h('h2', null, t('Milestones')), h('a.link', { href: `${projectUrl(key)}/milestones` }, t('All milestones'))),
              data.milestones.length ? h('ul.stack', null, data.milestones.map((/** @type {any} */ one) => milestoneItem(one, key))) : h('p.muted', null, t('No open milestone.'))),
            h('section.card.span', null, h('h2', null, t('Activity')),
              data.activity.length ? h('ul.activities', null, data.activity.map(activityItem)) : h('p.muted', null, t('Nothing has happened yet.')))),
        ]),
    };
  },
};
