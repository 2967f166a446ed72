// @ts-check
// The runs of a project, newest first.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { progressOf } from '../../core/facts.js';
import { ago, dateTime, duration, number } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { batch, computed, effect, onCleanup, signal, untracked } from '../../core/signals.js';
import { isAbort } from '../../core/errors.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { segmented, selectInput } from '../../elements/form.js';
import { icon } from '../../elements/icons.js';
import { button, emptyState, skeleton, timeText } from '../../elements/parts.js';
import { countsText, passRate, stackedBar } from '../../elements/stacked-bar.js';
import { projectUrl, runUrl } from '../../shell/routes.js';
import { newRunDialog } from './new-run.js';

const PAGE = 50;

/** @param {any} run @param {string} project */
function runRow(run, project) {
  const { total, done } = progressOf(run.counts);
  const facts = [run.configuration?.name, run.milestone?.name, run.createdBy, run.isAutomated ? duration(run.elapsed) : !run.isCompleted && run.remaining ? t('{time} left', { time: duration(run.remaining) }) : null];
  return h('li.run-row', null,
    h('span.run-kind', { title: run.isAutomated ? t('Automated') : t('Manual') }, icon(run.isAutomated ? 'bolt' : run.isCompleted ? 'tick' : 'play'), h('span.sr', null, run.isAutomated ? t('Automated') : t('Manual'))),
    h('div.run-words', null, h('a.cover', { href: runUrl(project, run.id) }, run.name), h('small.muted', null, facts.filter(Boolean).join(' · '))),
    h('div.run-bar', null, stackedBar(run.counts), h('small.muted', null, countsText(run.counts))),
    h('b.number', null, passRate(run.counts)),
    h('span.run-when', null, h('span', null, run.isCompleted ? t('finished') : t('{done} of {n}', { done: number(done), n: total })), h('small.muted', null, timeText(run.completedAt ?? run.lastAt ?? run.createdAt, ago(run.completedAt ?? run.lastAt ?? run.createdAt), dateTime(run.createdAt)))),
    h('a.button.quiet.square', { href: `${runUrl(project, run.id)}/report`, 'aria-label': t('Report of {name}', { name: run.name }), title: t('Report') }, icon('overview')));
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  load: ({ params, signal: abort }) => api.get(`/app/api/projects/${encodeURIComponent(params.project)}/setup`, { signal: abort }),
  view(context, setup) {
    const project = context.params.project;
    const base = `/app/api/projects/${encodeURIComponent(project)}`;
    const filter = computed(() => ({ state: context.query().get('state') ?? 'all', type: context.query().get('type') ?? '', search: context.query().get('search') ?? '' }), );
    const runs = signal(/** @type {any[] | null} */ (null));
    const total = signal(0);
    let flight = new AbortController();
    const load = async (/** @type {number} */ offset) => {
      flight.abort();
      flight = new AbortController();
      try {
        const answer = await api.get(`${base}/runs`, { query: { ...untracked(filter), offset: offset || null, limit: PAGE }, signal: flight.signal });
        batch(() => {
          runs.set(offset ? [...(runs.peek() ?? []), ...answer.runs] : answer.runs);
          total.set(answer.total);
        });
      } catch (error) {
        if (isAbort(error)) return;
        if (!runs.peek()) runs.set([]);
        showError(error);
      }
    };
    const wanted = computed(() => JSON.stringify(filter()));
    effect(() => {
      wanted();
      untracked(() => void load(0));
    });
    onCleanup(() => flight.abort());

    const create = (/** @type {any} */ choice = {}) => void newRunDialog({ project, base, setup, ...choice });
    effect(() => {
      const asked = context.query().get('new');
      if (!asked) return;
      untracked(() => {
        const stored = asked === 'chosen' ? sessionStorage.getItem('assay.chosen-cases') : null;
        const run = asked === 'failed' ? Number(context.query().get('run')) : 0;
        context.setQuery({ new: null, run: null });
        queueMicrotask(() => create({ ids: stored ? JSON.parse(stored) : null, from: run || null }));
      });
    });
    let element = /** @type {HTMLElement} */ (document.body);
    const step = (/** @type {number} */ by) => {
      const links = /** @type {HTMLElement[]} */ ([...element.querySelectorAll('.run-row .cover')]);
      const at = links.indexOf(/** @type {any} */ (document.activeElement));
      links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
    };
    commands(t('Runs'), [
      { label: t('New run'), keys: 'n', icon: 'plus', when: () => setup.can.createRuns, run: () => create() },
      { label: t('Next run'), keys: 'j', quiet: true, run: () => step(1) },
      { label: t('Previous run'), keys: 'k', quiet: true, run: () => step(-1) },
      { label: t('Find a run'), keys: '/', icon: 'filter', run: () => /** @type {HTMLElement | null} */ (element.querySelector('input[type=search]'))?.focus() },
    ]);
    /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
    const newButton = () => button(t('New run'), { kind: 'primary', icon: 'plus', keys: 'n', onclick: () => create() });
    const nothing = () => filter().search || filter().type || filter().state !== 'all'
      ? emptyState({ icon: 'search', title: t('No run fits') })
      : emptyState({ icon: 'play', title: t('No run yet'), text: t('A run holds chosen cases while they are tested. Automated results make their own.'), actions: setup.can.createRuns && newButton() });
    element = h('div.page-body', null,
      h('div.toolbar', null,
        segmented({ label: t('Which runs'), value: () => filter().state, onpick: (value) => context.setQuery({ state: value === 'all' ? null : value }), options: [{ value: 'all', label: t('All') }, { value: 'open', label: t('Open') }, { value: 'completed', label: t('Finished') }] }),
        selectInput({ label: t('Kind'), bare: true, class: 'input', value: () => filter().type, onchange: (event) => context.setQuery({ type: event.target.value }), options: [{ value: '', label: t('Manual and automated') }, { value: 'manual', label: t('Manual') }, { value: 'automated', label: t('Automated') }] }),
        h('label.filter-field', null, icon('search', 'small'), h('input.filter-text', {
          type: 'search', placeholder: t('Find a run'), 'aria-label': t('Find a run'), value: () => filter().search,
          oninput: (/** @type {any} */ event) => {
            clearTimeout(timer);
            timer = setTimeout(() => context.setQuery({ search: event.target.value.trim() }), 160);
          },
        })),
        h('span.grow'), h('span.muted', { role: 'status' }, () => (runs() ? t('{n} run|{n} runs', { n: total() }) : ''))),
      () => (runs() === null ? skeleton(6) : null),
      h('ul.run-rows', { hidden: () => !runs()?.length }, each(() => runs() ?? [], (run) => run.id, (run) => runRow(run.peek(), project))),
      () => (runs()?.length === 0 ? h('div.card', null, nothing()) : null),
      () => ((runs()?.length ?? 0) < total() ? button(t('Show more'), { icon: 'down', onclick: () => load(runs.peek()?.length ?? 0) }) : null));
    return {
      title: t('Runs'), crumbs: [{ label: setup.project.name, href: projectUrl(project) }], wide: false,
      actions: setup.can.createRuns && newButton(), main: element,
    };
  },
};
