// @ts-check
// An automated run: suites, tests, and what one test left behind.
import { h, switchOn } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { isAbort } from '../../core/errors.js';
import { allStatuses, statusNamed } from '../../core/facts.js';
import { parseFilter, writeFilter } from '../../core/filter.js';
import { ago, dateTime, exactDuration } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { computed, effect, onCleanup, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { attachmentTiles } from '../../editing/file-drop.js';
import { menuButton } from '../../elements/menu.js';
import { button, emptyState, iconButton, output, propertyList, skeleton, statusBadge, timeText } from '../../elements/parts.js';
import { treeNodes, totalsBelow } from '../../lists/tree.js';
import { windowed } from '../../lists/window.js';
import { casesUrl, projectUrl, runUrl } from '../../shell/routes.js';
import { runActions } from './actions.js';
import { runHead } from './list-pane.js';

const RESULT = { id: 0, case: 1, name: 2, className: 3, status: 4, time: 5, suite: 6, message: 7 };

/** @param {any} one @param {string} project */
export function automatedDetail(one, project) {
  const facts = [...one.properties, ...one.suiteProperties.filter((/** @type {any} */ [name]) => !one.properties.some((/** @type {any} */ [own]) => own === name))];
  const isCut = (/** @type {string} */ name) => (one.cut ?? []).includes(name);
  const text = (/** @type {string | null} */ value, /** @type {string} */ name, /** @type {string} */ label, /** @type {boolean} */ open) => value && [output(value, label, { open }), isCut(name) && h('p.small.muted', null, t('Shortened; the rest is in the file that was sent.'))];
  return h('article.detail', { 'aria-label': one.name },
    h('div.detail-top', null, statusBadge(one.statusId), h('span.muted', null, exactDuration(one.time)), h('span.grow'), iconButton(t('Open the case'), 'cases', { href: casesUrl(project, { case: one.caseId }) })),
    h('h2', null, one.name),
    propertyList([[t('Class'), one.className], [t('Suite'), one.suite.name !== one.className && one.suite.name], [t('File'), one.file && (one.line ? `${one.file}:${one.line}` : one.file)], [t('Assertions'), one.assertions], [t('At'), one.at && timeText(one.at, dateTime(one.at))]]),
    one.message && h('div.failure', null, h('h3', null, t('Message')), h('pre', { tabindex: '0', role: 'group', 'aria-label': t('Message') }, one.message)),
    text(one.content, 'content', t('Stack trace'), true),
    one.steps.length > 0 && h('section.part', null, h('h3', null, t('Steps')), h('ol.lines', null, one.steps.map((/** @type {any} */ step) => h('li.line', null, statusBadge(step.statusId), h('span', null, step.name), step.content && h('small.muted', null, step.content))))),
    text(one.systemOut, 'systemOut', t('Output (system-out)'), false), text(one.systemErr, 'systemErr', t('Errors (system-err)'), Boolean(one.systemErr && one.systemErr.length < 2000)),
    text(one.suite.systemOut, 'suiteOut', t('Output of the suite'), false), text(one.suite.systemErr, 'suiteErr', t('Errors of the suite'), false),
    one.attachments.length > 0 && h('section.part', null, h('h3', null, t('Attachments')), attachmentTiles(() => one.attachments)),
    facts.length > 0 && h('section.part', null, h('h3', null, t('Properties')), h('dl.properties.rows', null, facts.map(([name, value]) => h('div', null, h('dt', null, name), h('dd.mono', null, value ?? ''))))),
    one.history.length > 1 && h('section.part', null, h('h3', null, t('Earlier')), h('ul.lines', null, one.history.map((/** @type {any} */ past) => h('li.line', null, statusBadge(past.statusId), h('a.link.grow', { href: runUrl(project, past.run.id) }, past.run.name), h('span.muted', null, exactDuration(past.time)), h('small.muted', null, ago(past.at)))))));
}

/** @param {import('../../core/router.js').Context} context @param {any} data */
export function automatedRun(context, data) {
  const project = context.params.project;
  const base = `/app/api/runs/${data.run.id}`;
  const [run, etag, counts] = [signal(data.run), signal(data.etag), signal(data.run.counts)];
  const number = (/** @type {string} */ name) => Number(context.query().get(name)) || null;
  const [suite, testId] = [computed(() => number('suite')), computed(() => number('test'))];
  const filter = computed(() => parseFilter(context.query().get('q') ?? '', ['status']));
  const sort = computed(() => context.query().get('sort') ?? '');
  const query = () => ({ suite: suite(), search: filter().text, sort: sort(), status: filter().terms.status?.map((key) => statusNamed(key)?.id ?? key) });
  const list = windowed({
    fetch: (offset, limit, abort) => api.get(`${base}/results`, { query: { ...untracked(query), offset: offset || null, limit }, signal: abort }),
    onPage: (page) => page.counts && counts.set(page.counts),
  });
  effect(() => {
    query();
    untracked(() => void list.reload());
  });
  onCleanup(list.stop);

  const detail = signal(/** @type {any} */ (null));
  let flight = new AbortController();
  effect(() => {
    const id = testId();
    flight.abort();
    flight = new AbortController();
    if (id === null) return detail.set(null);
    untracked(() => api.get(`/app/api/results/automated/${id}`, { signal: flight.signal })).then(detail.set, (error) => !isAbort(error) && showError(error));
  });
  onCleanup(() => flight.abort());

  const index = computed(() => {
    list.generation();
    list.loaded();
    return list.find((row) => row[RESULT.id] === testId());
  });
  const step = (/** @type {number} */ by) => {
    const row = list.peek(Math.max(0, Math.min(list.total() - 1, index() + by)));
    if (row) context.setQuery({ test: row[RESULT.id] });
  };
  const failures = () => allStatuses().filter((status) => status.failure).map((status) => status.key);
  const setFilter = (/** @type {import('../../core/filter.js').Filter} */ next) => context.setQuery({ q: writeFilter(next) });
  const onlyFailed = () => (filter().terms.status ?? []).join() === failures().join();
  const toggleFailed = () => setFilter({ ...filter(), terms: { status: onlyFailed() ? [] : failures() } });
  const active = signal(testId() !== null ? 2 : 1);
  commands(t('Run'), [
    { label: t('Next test'), keys: 'j', quiet: true, run: () => step(1) },
    { label: t('Previous test'), keys: 'k', quiet: true, run: () => step(-1) },
    { label: t('Only failed'), keys: 'f', icon: 'cross', run: toggleFailed },
    { label: t('Slowest first'), keys: 's', icon: 'clock', run: () => context.setQuery({ sort: sort() === '-time' ? null : '-time' }) },
    { label: t('Filter tests'), keys: '/', icon: 'filter', run: () => void /** @type {HTMLElement | null} */ (document.querySelector('#main .filter-text'))?.focus() },
  ]);

  const suites = treeNodes(data.tree.suites.map((/** @type {any[]} */ [id, parentId, name, tests], /** @type {number} */ order) => [id, parentId, name, order, tests]));
  const totals = totalsBelow(suites);
  const nodes = [{ id: 0, parentId: null, name: t('All suites'), order: -1, count: data.tree.total }, ...suites.map((node) => ({ ...node, count: totals.get(node.id) }))];
  const sorts = () => [['', t('Order of the report')], ['-time', t('Slowest first')], ['name', t('Name')]].map(([value, label]) => ({ label, checked: sort() === value, run: () => context.setQuery({ sort: value }) }));
  const tests = h('section.pane-column', { 'aria-label': t('Tests') },
    runHead({
      counts, filter, setFilter, label: t('Filter tests'), back: () => active.set(0),
      terms: [{ name: 'status', label: t('Status'), options: () => allStatuses().map(({ key, name }) => ({ value: key, label: t(name) })) }],
      more: [h('button.chip', { type: 'button', 'aria-pressed': () => String(onlyFailed()), onclick: toggleFailed }, t('Only failed')), menuButton(t('Sort'), sorts, { icon: 'bullets' })],
    }),
    h('virtual-list.result-list', {
      count: list.total, selected: index, label: t('Tests'),
      render: (/** @type {number} */ at) => () => {
        const row = list.row(at);
        return row ? [statusBadge(row[RESULT.status]), h('span.title', { title: row[RESULT.message] ?? row[RESULT.className] }, row[RESULT.name], row[RESULT.message] && h('span.row-message', null, row[RESULT.message])), h('span.end.number', null, exactDuration(row[RESULT.time]))] : h('span.waiting');
      },
      onpick: (/** @type {CustomEvent} */ { detail: { index: at, event } }) => {
        const row = list.peek(at);
        if (row) context.setQuery({ test: row[RESULT.id] });
        if (event instanceof MouseEvent) active.set(2);
      },
      onopen: () => active.set(2),
      empty: () => (list.ready() ? emptyState({ icon: 'search', title: t('No test fits the filter'), actions: button(t('Show all tests'), { onclick: () => context.setQuery({ q: null, suite: null }) }) }) : null),
    }));
  const what = () => (testId() === null ? 'none' : detail()?.id === testId() ? detail() : detail() ? detail() : 'waiting');
  return {
    title: () => run().name, crumbs: [{ label: data.setup.project.name, href: projectUrl(project) }, { label: t('Runs'), href: `${projectUrl(project)}/runs` }],
    actions: runActions({ project, setup: data.setup, run, etag }, { finish: false }),
    main: h('div.run-screen', null, h('split-panes', {
      storage: 'run', active, panes: [
        { name: t('Suites'), node: h('section.pane-column', { 'aria-label': t('Suites') }, h('virtual-tree.top-gap', {
          nodes, selected: () => suite() ?? 0, label: t('Suites'), storage: '', icon: 'suite',
          onpick: (/** @type {CustomEvent} */ event) => (context.setQuery({ suite: event.detail.id || null }), active.set(1)),
        })), size: 232, least: 168 },
        { name: t('Tests'), node: tests, size: null, least: 320 },
        { name: t('Test'), node: h('section.pane-column', null,
          h('div.only-one.pane-back', null, iconButton(t('Back to the list'), 'back', { onclick: () => active.set(1) })),
          h('div.pane-scroll', { tabindex: '0', role: 'region', 'aria-label': t('Test') }, switchOn(what, (one) => one === 'none'
            ? emptyState({ icon: 'bolt', title: t('No test chosen'), text: t('Choose one with j and k; f shows the failed ones.') })
            : one === 'waiting' ? skeleton(6) : automatedDetail(one, project)))), size: 520, least: 320 },
      ],
    })),
  };
}
