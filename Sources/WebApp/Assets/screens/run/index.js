// @ts-check
// A run: manual ones are worked through here, automated ones are read here.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { commands } from '../../core/keys.js';
import { boot } from '../../core/facts.js';
import { navigate } from '../../core/router.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { banner, button } from '../../elements/parts.js';
import { projectUrl, runUrl } from '../../shell/routes.js';
import { changeRun, editRun, finishRun, runActions } from './actions.js';
import { automatedRun } from './automated.js';
import { testListPane, toggleOnlyUntested } from './list-pane.js';
import { linkDefect } from './defects.js';
import { runLive } from './live.js';
import { runState } from './state.js';
import { testPane, VERDICTS } from './test-pane.js';
import { recorder } from './verdicts.js';
import '../../lists/split-panes.js';
import '../../lists/virtual-list.js';
import '../../lists/virtual-tree.js';

/** @param {import('./state.js').RunState} state @param {import('./verdicts.js').Recorder} record @param {any} panes */
function offerCommands(state, record, panes) {
  const open = () => state.mayRecord() && state.testId() !== null;
  const has = () => state.mayRecord() && state.detail()?.id === state.testId() && state.testId() !== null;
  const focus = (/** @type {string} */ selector) => void (/** @type {HTMLElement | null} */ (document.querySelector(`#main ${selector}`))?.focus());
  /** @type {Record<string, string>} */
  const labels = { passed: t('Mark as passed'), failed: t('Mark as failed'), blocked: t('Mark as blocked'), retest: t('Mark for retest'), skipped: t('Mark as skipped') };
  /** @type {Record<string, string>} */
  const icons = { passed: 'tick', failed: 'cross', blocked: 'warning', retest: 'again', skipped: 'skip' };
  const steps = Array.from({ length: 9 }, (_, index) => ({
    label: t('Go to step {n}', { n: index + 1 }), keys: String(index + 1), quiet: true, when: () => has() && index < state.detail().steps.length, run: () => record.stepFocus.set(index),
  }));
  commands(t('Run'), [
    ...VERDICTS.map(([key, letter]) => ({ label: labels[key], keys: letter, icon: icons[key], when: open, run: () => record.press(key) })),
    { label: t('Next test'), keys: 'j', quiet: true, run: () => state.step(1) },
    { label: t('Previous test'), keys: 'k', quiet: true, run: () => state.step(-1) },
    { label: t('Next untested'), keys: 'n', icon: 'play', run: () => void state.goToNextUntested() },
    { label: t('Only untested'), keys: 'u', icon: 'ring', run: () => toggleOnlyUntested(state) },
    { label: t('Comment'), keys: 'c', icon: 'comment', when: has, run: () => focus('.record textarea') },
    { label: t('Assign to me or nobody'), keys: 'a', icon: 'user', when: has, run: () => void record.assign(state.detail().assignee?.id === boot().user.id ? null : { id: boot().user.id, name: boot().user.name }) },
    { label: t('Link a defect'), keys: 'd', icon: 'bang', when: () => has() && Boolean(state.detail()?.results[0]?.canEdit), run: () => void linkDefect(state, state.detail().results[0]) },
    { label: t('Stop the timer or go on'), keys: 't', icon: 'clock', when: open, run: record.toggleTimer },
    { label: t('Leave the step'), keys: 'escape', quiet: true, when: () => record.stepFocus() !== null, run: () => record.stepFocus.set(null) },
    ...steps,
    { label: t('Filter tests'), keys: '/', icon: 'filter', run: () => focus('.filter-text') },
    { label: t('Report'), icon: 'overview', run: () => navigate(`${runUrl(state.project, state.run.peek().id)}/report`) },
    { label: t('New run from failed tests'), icon: 'again', when: () => state.setup.can.createRuns, run: () => navigate(`${projectUrl(state.project)}/runs?new=failed&run=${state.run.peek().id}`) },
    { label: t('Edit run'), icon: 'edit', when: () => state.run().can.edit, run: () => void editRun(state) },
    { label: t('Finish run'), icon: 'flag', when: () => state.run().can.close && !state.run().isCompleted, run: () => void finishRun(state) },
    { label: t('Fold the folders'), keys: '[', icon: 'panes', run: () => panes.fold(0) },
    { label: t('Fold the test'), keys: ']', icon: 'panes', run: () => panes.fold(2) },
  ]);
}

/** @param {import('../../core/router.js').Context} context @param {any} data */
function manualRun(context, data) {
  const state = runState(context, data);
  const record = recorder(state);
  const live = runLive(state, record);
  const active = signal(state.testId() !== null ? 2 : 1);
  const collapsed = signal(/** @type {ReadonlySet<number>} */ (new Set()));
  const panes = {
    back: () => active.set(0), opened: () => active.set(2),
    fold: (/** @type {number} */ index) => collapsed.update((folded) => (folded.has(index) ? new Set([...folded].filter((one) => one !== index)) : new Set([...folded, index]))),
  };
  offerCommands(state, record, panes);
  const tree = h('section.pane-column', { 'aria-label': t('Folders') }, h('virtual-tree.top-gap', {
    nodes: state.nodes, selected: () => state.folder() ?? 0, label: t('Folders'), storage: `run.${state.project}`,
    onpick: (/** @type {CustomEvent} */ event) => {
      context.setQuery({ folder: event.detail.id || null });
      active.set(1);
    },
  }));
  return {
    title: () => state.run().name, crumbs: [{ label: data.setup.project.name, href: projectUrl(state.project) }, { label: t('Runs'), href: `${projectUrl(state.project)}/runs` }],
    actions: runActions(state, { finish: true, others: live.others }),
    main: h('div.run-screen', null,
      () => (state.run().isCompleted ? banner('info', t('This run is finished and takes no more results.'), ' ', state.run().can.close && button(t('Open again'), { kind: 'link', onclick: () => changeRun(state, { isCompleted: false }, { message: t('Run is open again') }) })) : null),
      () => (record.waiting.list().length ? banner('warning', t('{n} verdict waits for the server.|{n} verdicts wait for the server.', { n: record.waiting.list().length }), ' ', button(t('Send now'), { kind: 'link', onclick: record.waiting.flush }), button(t('Throw away'), { kind: 'link', onclick: record.dropWaiting })) : null),
      h('split-panes', {
        storage: 'run', active, collapsed, panes: [
          { name: t('Folders'), node: tree, size: 232, least: 168 },
          { name: t('Tests'), node: testListPane(state, panes, live), size: null, least: 320 },
          { name: t('Test'), node: testPane(state, record, { back: () => active.set(1) }, live), size: 460, least: 320 },
        ],
      })),
  };
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  async load({ params, signal: abort }) {
    const base = `/app/api/runs/${params.run}`;
    const [setup, { body: run, etag }] = await Promise.all([
      api.get(`/app/api/projects/${encodeURIComponent(params.project)}/setup`, { signal: abort }), api.getVersioned(base, { signal: abort }),
    ]);
    const tree = await api.get(`${base}/${run.isAutomated ? 'suites' : 'tree'}`, { signal: abort });
    return { setup, run, etag, tree };
  },
  view: (context, data) => (data.run.isAutomated ? automatedRun(context, data) : manualRun(context, data)),
};
