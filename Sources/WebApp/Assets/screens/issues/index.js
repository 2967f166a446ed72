// @ts-check
// The defects of a project and where each was found.
import { each, h, switchOn } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError, isAbort } from '../../core/errors.js';
import { ago, dateTime } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { mutate } from '../../core/mutate.js';
import { batch, computed, effect, onCleanup, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { markdown } from '../../editing/markdown.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { field, segmented, selectInput, textInput } from '../../elements/form.js';
import { icon } from '../../elements/icons.js';
import { button, emptyState, iconButton, propertyList, skeleton, timeText } from '../../elements/parts.js';
import { casesUrl, projectUrl, runUrl } from '../../shell/routes.js';
import '../../editing/markdown-field.js';

const severities = () => [['LOW', t('Low')], ['MEDIUM', t('Medium')], ['HIGH', t('High')], ['CRITICAL', t('Critical')], ['BLOCKER', t('Blocker')]].map(([value, label]) => ({ value, label }));
/** @param {string | null} word */
const severityWord = (word) => severities().find((one) => one.value === word)?.label ?? word;

/** @param {string} title @param {any} first @param {(values: any) => Promise<any>} send @returns {Promise<any>} */
function issueForm(title, first, send) {
  const form = signal(first);
  const problem = signal(/** @type {ApiError | null} */ (null));
  const busy = signal(false);
  const set = (/** @type {Record<string, any>} */ change) => form.set({ ...form.peek(), ...change });
  return openDialog({
    title,
    content: (close) => dialogForm(h('div.fields', null,
      textInput({ label: t('Title'), value: first.title, maxlength: 1000, autofocus: true, error: () => problem()?.issue('title') ?? '', oninput: (/** @type {any} */ event) => set({ title: event.target.value }) }),
      field({ label: t('Description') }, ({ id }) => h('markdown-field', { fieldId: id, rows: 4, value: first.description ?? '', ontext: (/** @type {CustomEvent} */ event) => set({ description: event.detail.value }) })),
      selectInput({ label: t('Severity'), value: first.severity ?? '', options: [{ value: '', label: t('None') }, ...severities()], onchange: (event) => set({ severity: event.target.value || null }) })), {
      submit: t('Save'), busy, cancel: () => close(), disabled: () => !form().title.trim(),
      send: async () => {
        busy.set(true);
        try {
          close(await send(form.peek()));
        } catch (error) {
          if (error instanceof ApiError && error.isInvalid) problem.set(error);
          else showError(error);
          busy.set(false);
        }
      },
    }),
  });
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  async load(context) {
    const state = context.query().get('state') ?? 'open';
    const first = await api.get(`/app/api/projects/${encodeURIComponent(context.params.project)}/issues`, { query: { state, search: context.query().get('search'), limit: 50 }, signal: context.signal });
    return { first, project: await api.get(`/app/api/projects/${encodeURIComponent(context.params.project)}/setup`, { signal: context.signal }) };
  },
  view(context, { first, project: setup }) {
    const project = context.params.project;
    const base = `/app/api/projects/${encodeURIComponent(project)}/issues`;
    const filter = computed(() => JSON.stringify({ state: context.query().get('state') ?? 'open', search: context.query().get('search') ?? '' }));
    const issues = signal(/** @type {any[]} */ (first.issues));
    const total = signal(first.total);
    const chosen = computed(() => Number(context.query().get('issue')) || null);
    const detail = signal(/** @type {{ body: any, etag: string | null } | null} */ (null));
    let flight = new AbortController();
    const load = async (/** @type {number} */ offset) => {
      flight.abort();
      flight = new AbortController();
      try {
        const answer = await api.get(base, { query: { ...JSON.parse(filter()), offset: offset || null, limit: 50 }, signal: flight.signal });
        batch(() => (issues.set(offset ? [...issues.peek(), ...answer.issues] : answer.issues), total.set(answer.total)));
      } catch (error) {
        if (!isAbort(error)) showError(error);
      }
    };
    let isFirst = true;
    effect(() => {
      filter();
      if (!isFirst) untracked(() => void load(0));
      isFirst = false;
    });
    onCleanup(() => flight.abort());
    effect(() => {
      const id = chosen();
      untracked(() => (id === null ? detail.set(null) : api.getVersioned(`/app/api/issues/${id}`).then((answer) => chosen() === id && detail.set(answer), showError)));
    });
    const put = async (/** @type {Record<string, any>} */ values) => {
      const answer = await api.put(`/app/api/issues/${detail.peek()?.body.id}`, values, { etag: detail.peek()?.etag });
      detail.set(answer);
      issues.set(issues.peek().map((one) => (one.id === answer.body.id ? { ...one, title: answer.body.title, status: answer.body.status, severity: answer.body.severity, isClosed: answer.body.isClosed } : one)));
      return answer;
    };
    const create = async () => {
      const made = await issueForm(t('New issue'), { title: '', description: '', severity: 'MEDIUM' }, (values) => api.post(base, values));
      if (!made) return;
      context.setQuery({ issue: made.id });
      void load(0);
    };
    const close = (/** @type {boolean} */ isClosed) => void mutate({ apply: () => {}, send: () => put({ isClosed }), undo: () => put({ isClosed: !isClosed }), message: isClosed ? t('Issue closed') : t('Issue is open again') });
    const detailCard = () => {
      const { body } = /** @type {any} */ (detail.peek());
      return h('article.card', { 'aria-label': body.title },
        h('div.detail-top', null, h('span.muted', null, body.key ?? `#${body.id}`), h('span.grow'), h('span.chips', null, body.can.edit && button(t('Edit'), { icon: 'edit', onclick: () => void issueForm(t('Edit issue'), { title: body.title, description: body.description, severity: body.severity }, put) }), iconButton(t('Close the pane'), 'close', { onclick: () => context.setQuery({ issue: null }) }))),
        h('h2', null, body.title),
        propertyList([[t('Status'), body.status], [t('Severity'), severityWord(body.severity)], [t('Reported'), `${body.createdBy ?? ''} · ${ago(body.createdAt)}`], [t('Assigned'), body.assignee], [t('Tracker'), body.url && h('a.link', { href: body.url, rel: 'noreferrer noopener', target: '_blank' }, body.key ?? body.url)]]),
        body.description && h('div.prose.tight', null, markdown(body.description)),
        body.cases.length > 0 && h('section.part', null, h('h3', null, t('Cases')), h('ul.lines', null, body.cases.map((/** @type {any} */ one) => h('li.line', null, icon('cases', 'small'), h('a.link.grow', { href: casesUrl(project, { case: one.id }) }, one.name))))),
        body.runs.length > 0 && h('section.part', null, h('h3', null, t('Runs')), h('ul.lines', null, body.runs.map((/** @type {any} */ one) => h('li.line', null, icon('play', 'small'), h('a.link.grow', { href: runUrl(project, one.id) }, one.name))))),
        body.can.edit && h('div', null, body.isClosed ? button(t('Open again'), { onclick: () => close(false) }) : button(t('Close the issue'), { icon: 'tick', onclick: () => close(true) })));
    };
    commands(t('Issues'), [{ label: t('New issue'), keys: 'n', icon: 'plus', run: create }, { label: t('Close the pane'), keys: 'escape', quiet: true, when: () => chosen() !== null, run: () => context.setQuery({ issue: null }) }]);
    /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
    const newButton = () => button(t('New issue'), { kind: 'primary', icon: 'plus', keys: 'n', onclick: create });
    return {
      title: t('Issues'), crumbs: [{ label: setup.project.name, href: projectUrl(project) }], wide: false, actions: newButton(),
      main: h('div.page-body', null,
        h('div.toolbar', null,
          segmented({ label: t('Which issues'), value: () => JSON.parse(filter()).state, onpick: (value) => context.setQuery({ state: value === 'open' ? null : value }), options: [{ value: 'open', label: t('Open') }, { value: 'closed', label: t('Closed') }, { value: 'all', label: t('All') }] }),
          h('label.filter-field', null, icon('search', 'small'), h('input.filter-text', { type: 'search', placeholder: t('Find an issue'), 'aria-label': t('Find an issue'), value: () => JSON.parse(filter()).search, oninput: (/** @type {any} */ event) => {
            clearTimeout(timer);
            timer = setTimeout(() => context.setQuery({ search: event.target.value.trim() }), 160);
          } })),
          h('span.grow'), h('span.muted', { role: 'status' }, () => t('{n} issue|{n} issues', { n: total() }))),
        h('div', { class: () => (chosen() ? 'session-grid with-detail' : '') },
          h('div.stack', null,
            h('ul.run-rows', { hidden: () => !issues().length }, each(issues, (one) => one.id, (one) => h('li.issue-row', { class: () => (chosen() === one().id ? 'current' : '') },
              h('span', { class: () => `status tone-${one().isClosed ? 'passed' : 'failed'}` }, () => icon(one().isClosed ? 'tick' : 'bang', 'small')),
              h('div.run-words', null, h('a.cover', { href: () => `${projectUrl(project)}/issues?${new URLSearchParams({ ...(context.query().get('state') ? { state: context.query().get('state') ?? '' } : {}), issue: String(one().id) })}` }, () => one().title),
                h('small.muted', null, () => [one().key ?? `#${one().id}`, one().status, severityWord(one().severity), one().createdBy].filter(Boolean).join(' · '))),
              h('small.muted.nowrap', null, () => t('{n} case|{n} cases', { n: one().cases })), h('small.muted.nowrap', null, timeText(one.peek().createdAt, ago(one.peek().createdAt), dateTime(one.peek().createdAt)))))),
            () => (issues().length ? null : h('div.card', null, emptyState({ icon: 'bang', title: t('No issue here'), text: t('Failures in runs and bugs found in sessions become issues.'), actions: newButton() }))),
            () => (issues().length < total() ? button(t('Show more'), { icon: 'down', onclick: () => load(issues.peek().length) }) : null)),
          switchOn(() => (chosen() === null ? null : detail()?.body.id === chosen() ? detail() : 'wait'), (what) => (what === null ? null : what === 'wait' ? skeleton(4) : detailCard())))),
    };
  },
};
