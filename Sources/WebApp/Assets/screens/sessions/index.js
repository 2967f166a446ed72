// @ts-check
// The exploratory sessions of a project, newest first.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { isAbort } from '../../core/errors.js';
import { boot } from '../../core/facts.js';
import { ago, dateTime, duration } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { navigate } from '../../core/router.js';
import { batch, computed, effect, onCleanup, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { segmented } from '../../elements/form.js';
import { icon } from '../../elements/icons.js';
import { button, emptyState, skeleton, timeText } from '../../elements/parts.js';
import { projectUrl } from '../../shell/routes.js';
import { findingKind, sessionForm } from './session-form.js';

/** @param {any} one @param {string} project */
function sessionRow(one, project) {
  const share = one.estimate ? Math.min(1, one.elapsed / one.estimate) : 0;
  return h('li.run-row.session-row', null,
    h('span.run-kind', { title: one.isCompleted ? t('finished') : t('open') }, icon(one.isCompleted ? 'tick' : 'compass')),
    h('div.run-words', null, h('a.cover', { href: `${projectUrl(project)}/sessions/${one.id}` }, one.name),
      h('small.muted', null, [one.assignee?.name ?? one.createdBy, one.configuration?.name, one.milestone?.name].filter(Boolean).join(' · '))),
    h('div.run-bar', null, h('progress', { max: 1, value: share, 'aria-label': t('Time box') }), h('small.muted', null, one.estimate ? t('{time} of {box}', { time: duration(one.elapsed), box: duration(one.estimate) }) : duration(one.elapsed))),
    h('span.finding-counts', null, one.findings.map((/** @type {any} */ [type, n]) => h('span', { class: `status tone-${findingKind(type).tone}`, title: findingKind(type).label() }, icon(findingKind(type).icon, 'small'), n, h('span.sr', null, ' ', findingKind(type).label())))),
    h('span.run-when', null, h('span', null, t('{n} note|{n} notes', { n: one.notes })), h('small.muted', null, timeText(one.createdAt, ago(one.completedAt ?? one.createdAt), dateTime(one.createdAt)))));
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  load: ({ params, signal: abort }) => api.get(`/app/api/projects/${encodeURIComponent(params.project)}/setup`, { signal: abort }),
  view(context, setup) {
    const project = context.params.project;
    const base = `/app/api/projects/${encodeURIComponent(project)}`;
    const state = computed(() => context.query().get('state') ?? 'all');
    const sessions = signal(/** @type {any[] | null} */ (null));
    const total = signal(0);
    let flight = new AbortController();
    const load = async (/** @type {number} */ offset) => {
      flight.abort();
      flight = new AbortController();
      try {
        const answer = await api.get(`${base}/sessions`, { query: { state: state(), offset: offset || null, limit: 50 }, signal: flight.signal });
        batch(() => (sessions.set(offset ? [...(sessions.peek() ?? []), ...answer.sessions] : answer.sessions), total.set(answer.total)));
      } catch (error) {
        if (isAbort(error)) return;
        if (!sessions.peek()) sessions.set([]);
        showError(error);
      }
    };
    effect(() => {
      state();
      untracked(() => void load(0));
    });
    onCleanup(() => flight.abort());
    const create = async () => {
      const made = await sessionForm({
        title: t('New session'), submit: t('Start exploring'), setup, values: { name: '', mission: '', estimate: 3600, assigneeId: boot().user.id, milestoneId: null, configurationId: null },
        send: (values) => api.post(`${base}/sessions`, values),
      });
      if (made) navigate(`${projectUrl(project)}/sessions/${/** @type {any} */ (made).id}`);
    };
    const may = setup.can.exploreSessions;
    commands(t('Sessions'), [{ label: t('New session'), keys: 'n', icon: 'plus', when: () => may, run: create }]);
    const newButton = () => button(t('New session'), { kind: 'primary', icon: 'plus', keys: 'n', onclick: create });
    return {
      title: t('Sessions'), crumbs: [{ label: setup.project.name, href: projectUrl(project) }], wide: false, actions: may && newButton(),
      main: h('div.page-body', null,
        h('div.toolbar', null,
          segmented({ label: t('Which sessions'), value: state, onpick: (value) => context.setQuery({ state: value === 'all' ? null : value }), options: [{ value: 'all', label: t('All') }, { value: 'open', label: t('Open') }, { value: 'completed', label: t('Finished') }] }),
          h('span.grow'), h('span.muted', { role: 'status' }, () => (sessions() ? t('{n} session|{n} sessions', { n: total() }) : ''))),
        () => (sessions() === null ? skeleton(4) : null),
        h('ul.run-rows', { hidden: () => !sessions()?.length }, each(() => sessions() ?? [], (one) => one.id, (one) => sessionRow(one.peek(), project))),
        () => (sessions()?.length === 0 ? h('div.card', null, emptyState({ icon: 'compass', title: t('No session yet'), text: t('A session is time to explore with a question in mind, and the notes of what was found.'), actions: may && newButton() })) : null),
        () => ((sessions()?.length ?? 0) < total() ? button(t('Show more'), { icon: 'down', onclick: () => load(sessions.peek()?.length ?? 0) }) : null)),
    };
  },
};
