// @ts-check
// One milestone: how far it is, when it will be done, and what belongs to it.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { progressOf } from '../../core/facts.js';
import { ago, date, duration, number, percent } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { mutate } from '../../core/mutate.js';
import { navigate } from '../../core/router.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { markdown } from '../../editing/markdown.js';
import { icon } from '../../elements/icons.js';
import { menuButton } from '../../elements/menu.js';
import { banner, button, emptyState } from '../../elements/parts.js';
import { countsText, legend, passRate, stackedBar } from '../../elements/stacked-bar.js';
import { countsByStatus } from '../../core/facts.js';
import { projectUrl, runUrl } from '../../shell/routes.js';
import { milestoneForm } from '../milestones/milestone-form.js';
import '../../charts/burn.js';

/** @param {string} label @param {any} value @param {any} [more] */
const figureOf = (label, value, more) => h('div.figure', null, h('dt', null, label), h('dd', null, h('b', null, value), more && h('span.muted', null, more)));

/** @param {any} one */
function milestoneFigures(one) {
  const { total, done } = progressOf(one.counts);
  const isLate = one.forecast?.finishAt && one.dueAt && one.forecast.finishAt > one.dueAt + 86_400_000;
  return h('dl.figures', null,
    figureOf(t('Done'), total ? percent(done, total) : '–', total ? t('{done} of {n} tests', { done: number(done), n: total }) : t('no tests yet')),
    figureOf(t('Passed'), passRate(one.counts), t('of what is done')),
    figureOf(t('Due'), one.dueAt ? date(one.dueAt) : '–', one.dueAt && !one.isCompleted ? ago(one.dueAt) : null),
    one.isCompleted ? figureOf(t('Finished'), one.completedAt ? date(one.completedAt) : '–')
      : figureOf(t('Forecast'), one.forecast?.finishAt ? date(one.forecast.finishAt) : '–', one.forecast ? [h('span', { class: isLate ? 'problem' : null }, isLate ? t('after the due date') : t('{n} a day', { n: number(one.forecast.perDay, { maximumFractionDigits: 1 }) }))] : total > done ? t('nothing done lately') : null));
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  load: ({ params, signal: abort }) => api.getVersioned(`/app/api/milestones/${params.milestone}`, { signal: abort }),
  view({ params }, first) {
    const project = params.project;
    const [one, etag] = [signal(first.body), signal(first.etag)];
    const put = async (/** @type {Record<string, any>} */ values) => {
      const answer = await api.put(`/app/api/milestones/${one.peek().id}`, values, { etag: etag.peek() });
      one.set(answer.body);
      etag.set(answer.etag);
      return answer;
    };
    const change = (/** @type {Record<string, any>} */ values, /** @type {string} */ message, /** @type {Record<string, any>} */ undo) => mutate({
      apply: () => {}, send: () => put(values), undo: () => put(undo), message,
      refused: (error) => {
        if (!(error instanceof ApiError && error.isStale)) return false;
        one.set(error.current);
        etag.set(error.etag);
        toast(t('Somebody changed this milestone a moment ago. Look at it, then try again.'), { tone: 'error' });
        return true;
      },
    });
    const edit = async () => {
      const { name, note, startAt, dueAt, typeId, parentId, types } = one.peek();
      const { milestones } = await api.get(`/app/api/projects/${encodeURIComponent(project)}/milestones`);
      await milestoneForm({ title: t('Edit milestone'), submit: t('Save'), types, others: milestones.filter((/** @type {any} */ other) => other.id !== one.peek().id), values: { name, note, startAt, dueAt, typeId, parentId }, send: put });
    };
    const remove = async () => {
      const { id, name } = one.peek();
      try {
        await api.delete(`/app/api/milestones/${id}`);
        navigate(`${projectUrl(project)}/milestones`);
        toast(t('Milestone “{name}” deleted', { name }), { action: t('Undo'), key: 'Z', run: () => void api.post(`/app/api/milestones/${id}/restore`).then(() => navigate(`${projectUrl(project)}/milestones/${id}`), showError) });
      } catch (error) {
        showError(error);
      }
    };
    const may = first.body.can.edit;
    commands(t('Milestone'), [{ label: t('Edit milestone'), keys: 'e', icon: 'edit', when: () => may, run: () => void edit().catch(showError) }]);
    return {
      title: () => one().name, wide: false,
      crumbs: [{ label: first.body.project.name, href: projectUrl(project) }, { label: t('Milestones'), href: `${projectUrl(project)}/milestones` }],
      actions: [
        () => (may && !one().isCompleted ? button(t('Finish'), { kind: 'primary', onclick: () => change({ isCompleted: true }, t('Milestone finished'), { isCompleted: false }) }) : null),
        menuButton(t('More for this milestone'), () => [
          may && { label: t('Edit…'), icon: 'edit', keys: 'e', run: () => void edit().catch(showError) },
          may && one().isCompleted && { label: t('Open again'), icon: 'play', run: () => change({ isCompleted: false }, t('Milestone is open again'), { isCompleted: true }) },
          one().can.delete && 'line', one().can.delete && { label: t('Delete'), icon: 'trash', danger: true, run: remove },
        ]),
      ],
      main: h('div.page-body', null,
        () => (one().isCompleted ? banner('info', t('This milestone is finished.')) : null),
        () => (one().note ? h('div.prose.lead', null, markdown(one().note)) : null),
        () => milestoneFigures(one()),
        h('div.grid', null,
          h('section.card.span', null, h('h2', null, t('Burn-down')), () => (one().days.length
            ? h('chart-burn', { days: one().days, due: one().dueAt, finish: one().forecast?.finishAt ?? null, label: t('Tests left by day') })
            : emptyState({ icon: 'chart', title: t('No tests yet'), text: t('Start a run and choose this milestone in it.') })),
          () => (one().days.length ? [stackedBar(one().counts), legend(() => countsByStatus(one().counts))] : null)),
          h('section.card.wide', null, h('h2', null, t('Runs')), () => (one().runs.length ? h('ul.run-items', null, one().runs.map((/** @type {any} */ run) => {
            const { total, done } = progressOf(run.counts);
            return h('li.run-item', null, icon(run.isAutomated ? 'bolt' : run.isCompleted ? 'tick' : 'play', 'small'),
              h('div.run-words', null, h('a.cover', { href: run.isCompleted ? `${runUrl(project, run.id)}/report` : runUrl(project, run.id) }, run.name), h('small.muted', null, run.isCompleted ? t('finished {when}', { when: ago(run.completedAt) }) : t('{done} of {n} done', { done, n: total }), run.configuration && ` · ${run.configuration.name}`)),
              stackedBar(run.counts), h('b.number', { title: countsText(run.counts) }, passRate(run.counts)));
          })) : h('p.muted', null, t('No run yet.')))),
          h('section.card', null, h('h2', null, t('Sessions')), () => (one().sessions.length ? h('ul.lines', null, one().sessions.map((/** @type {any} */ session) => h('li.line', null, icon(session.isCompleted ? 'tick' : 'compass', 'small'), h('a.link.grow', { href: `${projectUrl(project)}/sessions/${session.id}` }, session.name), h('span.muted', null, duration(session.elapsed))))) : h('p.muted', null, t('No session yet.')))))),
    };
  },
};
