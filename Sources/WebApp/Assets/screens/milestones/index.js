// @ts-check
// The milestones of a project as a tree, with how far each is.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { progressOf } from '../../core/facts.js';
import { ago, date, percent } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { navigate } from '../../core/router.js';
import { t } from '../../core/strings.js';
import { button, emptyState } from '../../elements/parts.js';
import { countsText, stackedBar } from '../../elements/stacked-bar.js';
import { projectUrl } from '../../shell/routes.js';
import { milestoneForm } from './milestone-form.js';

/** Parents before their children. @param {any[]} list @param {any} [parent] @param {number} [level] @returns {{ one: any, level: number }[]} */
function inTree(list, parent = null, level = 0) {
  const known = new Set(list.map((one) => one.id));
  return list.filter((one) => (known.has(one.parentId) ? one.parentId : null) === parent).flatMap((one) => [{ one, level }, ...inTree(list, one.id, level + 1)]);
}

/** @param {any} one @param {number} level @param {string} project */
function milestoneRow(one, level, project) {
  const { total, done } = progressOf(one.counts);
  const isLate = !one.isCompleted && one.dueAt && one.dueAt < Date.now();
  return h('li.milestone-row', { style: { '--level': level } },
    h('div.run-words', null, h('a.cover', { href: `${projectUrl(project)}/milestones/${one.id}` }, one.name),
      h('small.muted', null, [one.type, t('{n} run|{n} runs', { n: one.runs })].filter(Boolean).join(' · '))),
    h('div.run-bar', null, total ? [stackedBar(one.counts), h('small.muted', null, countsText(one.counts))] : h('small.muted', null, t('no tests yet'))),
    h('b.number', null, total ? percent(done, total) : '–'),
    h('span.run-when', null, one.isCompleted ? [h('span', null, t('finished')), h('small.muted', null, one.completedAt ? ago(one.completedAt) : '')]
      : one.dueAt ? [h('span', { class: isLate ? 'problem' : null }, isLate ? t('was due {when}', { when: ago(one.dueAt) }) : t('due {when}', { when: ago(one.dueAt) })), ago(one.dueAt) !== date(one.dueAt) && h('small.muted', null, date(one.dueAt))] : h('span.muted', null, t('no date'))));
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  load: ({ params, signal: abort }) => api.get(`/app/api/projects/${encodeURIComponent(params.project)}/milestones`, { signal: abort }),
  view({ params }, data) {
    const project = params.project;
    const open = data.milestones.filter((/** @type {any} */ one) => !one.isCompleted);
    const done = data.milestones.filter((/** @type {any} */ one) => one.isCompleted);
    const create = async () => {
      const made = await milestoneForm({
        title: t('New milestone'), submit: t('Make it'), types: data.types, others: open, values: { name: '', note: '', startAt: null, dueAt: null, typeId: data.types[0]?.id, parentId: null },
        send: (values) => api.post(`/app/api/projects/${encodeURIComponent(project)}/milestones`, values),
      });
      if (made) navigate(`${projectUrl(project)}/milestones/${/** @type {any} */ (made).id}`);
    };
    commands(t('Milestones'), [{ label: t('New milestone'), keys: 'n', icon: 'plus', when: () => data.can.edit, run: create }]);
    const newButton = () => button(t('New milestone'), { kind: 'primary', icon: 'plus', keys: 'n', onclick: create });
    const part = (/** @type {string} */ title, /** @type {any[]} */ list) => list.length > 0 && h('section', { 'aria-label': title }, h('h2.section-title', null, title), h('ul.run-rows', null, inTree(list).map(({ one, level }) => milestoneRow(one, level, project))));
    return {
      title: t('Milestones'), crumbs: [{ label: data.project.name, href: projectUrl(project) }], wide: false, actions: data.can.edit && newButton(),
      main: h('div.page-body', null, part(t('Open'), open), part(t('Finished'), done),
        !data.milestones.length && h('div.card', null, emptyState({ icon: 'flag', title: t('No milestone yet'), text: t('A milestone is a date with the runs and sessions that lead to it.'), actions: data.can.edit && newButton() }))),
    };
  },
};
