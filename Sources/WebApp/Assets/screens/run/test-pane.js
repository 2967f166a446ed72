// @ts-check
// One test being executed: its steps, its verdict, what was recorded before.
import { each, h, switchOn } from '../../core/dom.js';
import { allStatuses, boot, priorityName, statusOf } from '../../core/facts.js';
import { ago, clock, dateTime, duration } from '../../core/format.js';
import { t } from '../../core/strings.js';
import { toast } from '../../core/toasts.js';
import { computed } from '../../core/signals.js';
import { customEntries, customTexts } from '../../editing/custom-fields.js';
import { attachmentTiles, pastedFiles } from '../../editing/file-drop.js';
import { markdown } from '../../editing/markdown.js';
import { attachmentBox, upload } from '../../editing/uploads.js';
import { selectInput } from '../../elements/form.js';
import { icon } from '../../elements/icons.js';
import { menuButton } from '../../elements/menu.js';
import { avatar, banner, button, emptyState, iconButton, keyHint, propertyList, skeleton, statusBadge, statusMark, timeText } from '../../elements/parts.js';
import { casesUrl } from '../../shell/routes.js';
import { defectChips, linkDefect } from './defects.js';
import { failPanel } from './fail-panel.js';
import '../../editing/markdown-field.js';

/** Keys of the verdicts, in the order of the buttons. */
export const VERDICTS = [['passed', 'p'], ['failed', 'f'], ['blocked', 'b'], ['retest', 'r'], ['skipped', 's']];

/** What a button says: the act, not the state. @param {string} key */
function verdictWord(key) {
  /** @type {Record<string, string>} */
  const words = { passed: t('Pass'), failed: t('Fail'), blocked: t('Block'), retest: t('Retest'), skipped: t('Skip') };
  return words[key] ?? key;
}

/** @param {import('./state.js').RunState} state @param {import('./verdicts.js').Recorder} recorder */
function verdictBar(state, recorder) {
  const others = () => allStatuses().filter((status) => status.manual && status.key !== 'untested' && !VERDICTS.some(([key]) => key === status.key));
  const offered = VERDICTS.filter(([key]) => allStatuses().some((status) => status.key === key));
  return h('div.verdicts', { role: 'group', 'aria-label': t('Verdict') },
    () => (recorder.suggestion() ? h('p.suggestion', { role: 'status' }, t('The steps suggest: {verdict}', { verdict: t(allStatuses().find((status) => status.key === recorder.suggestion())?.name ?? '') })) : null),
    h('div.verdict-row', null, offered.map(([key, letter]) => h('button', {
      type: 'button', class: () => ['button', 'verdict', `tone-${key}`, (recorder.suggestion() ?? 'passed') === key && 'suggested'], 'aria-keyshortcuts': letter,
      onclick: () => recorder.press(key),
    }, h('span', null, verdictWord(key)), keyHint(letter))),
    others().length > 0 && menuButton(t('Other verdicts'), () => others().map((status) => ({ label: t(status.name), icon: status.icon, run: () => recorder.record(status.key) })))));
}

/** @param {import('./state.js').RunState} state @param {import('./verdicts.js').Recorder} recorder @param {() => any} test */
function stepRunner(state, recorder, test) {
  const latest = () => new Map((test().results[0]?.steps ?? []).map((/** @type {any} */ one) => [one.stepId, one]));
  const markOf = (/** @type {any} */ step) => recorder.marks().get(step.id) ?? /** @type {any} */ (latest().get(step.id));
  return h('ol.steps', { 'aria-label': t('Steps') }, test().steps.map((/** @type {any} */ step, /** @type {number} */ index) => h('li', {
    class: () => ['step', state.mayRecord() && 'runnable', recorder.stepFocus() === index && 'on'], 'aria-current': () => (recorder.stepFocus() === index ? 'step' : null),
  },
  state.mayRecord()
    ? h('button.no', { type: 'button', 'aria-label': t('Step {n}', { n: index + 1 }), title: index < 9 ? t('Key {key}', { key: String(index + 1) }) : null, onclick: () => recorder.stepFocus.set(recorder.stepFocus.peek() === index ? null : index) }, index + 1)
    : h('span.no', null, index + 1),
  h('div', null, h('div.prose.tight', null, markdown(step.action)), step.expected && h('div.prose.tight.expected', null, markdown(step.expected)),
    () => (markOf(step)?.comment ? h('p.step-comment', null, icon('comment', 'small'), markOf(step).comment) : null)),
  () => (recorder.stepFocus() === index
    ? h('div.step-actions', null, iconButton(t('Step passed'), 'tick', { keys: 'p', class: ['button', 'square', 'quiet', 'tone-passed'], onclick: () => recorder.markStep('passed') }), iconButton(t('Step failed'), 'cross', { keys: 'f', class: ['button', 'square', 'quiet', 'tone-failed'], onclick: () => recorder.markStep('failed') }))
    : statusMark(markOf(step)?.statusId)))));
}

/** @param {import('./verdicts.js').Recorder} recorder @param {import('./state.js').RunState} state @param {() => any} test */
function commentBox(recorder, state, test) {
  const latest = () => test().results[0];
  const canAdd = () => latest()?.canEdit && recorder.comment().trim();
  const add = async () => {
    const result = latest();
    if (!result?.canEdit || !recorder.comment.peek().trim()) return;
    await recorder.describe(result.id, { comment: [result.comment, recorder.comment.peek().trim()].filter(Boolean).join('\n\n') });
  };
  return h('section.part', null,
    h('markdown-field.comment-field', { label: t('Comment'), plain: true, rows: 1, placeholder: t('Comment: goes with your verdict (c)'), value: recorder.comment, ontext: (/** @type {CustomEvent} */ event) => recorder.comment.set(event.detail.value), onsubmit: add }),
    () => (canAdd() ? h('div', null, button(t('Add to the latest result'), { icon: 'comment', keys: 'mod+enter', onclick: add })) : null));
}

/** @param {import('./state.js').RunState} state @param {any} result @param {any} test */
function resultItem(state, result, test) {
  const place = `result:${result.id}`;
  const change = (/** @type {(files: any[]) => any[]} */ next) => {
    const now = state.detail.peek();
    if (now?.id === test.id) state.detail.set({ ...now, results: now.results.map((/** @type {any} */ one) => (one.id === result.id ? { ...one, attachments: next(one.attachments) } : one)) });
  };
  const steps = result.steps.filter((/** @type {any} */ one) => one.comment);
  return [
    h('div.line', null, statusBadge(result.statusId), h('span.grow', null, result.by), result.elapsed != null && h('span.muted', null, duration(result.elapsed)), h('small.muted', null, timeText(result.at, ago(result.at), dateTime(result.at)))),
    result.comment && h('div.prose.tight', null, markdown(result.comment)),
    steps.map((/** @type {any} */ one) => h('p.step-comment', null, statusMark(one.statusId), t('Step {n}', { n: test.steps.findIndex((/** @type {any} */ step) => step.id === one.stepId) + 1 }), ': ', one.comment)),
    defectChips(state, result),
    attachmentBox({ place, files: () => result.attachments, change, can: result.canEdit }),
    result.canEdit && test.results[0]?.id === result.id && h('div.chips', null, button(t('Defect'), { icon: 'bang', kind: 'quiet', keys: 'd', onclick: () => linkDefect(state, result) }), h('file-drop', { small: true, onfiles: (/** @type {CustomEvent} */ event) => upload(place, event.detail.files) }))];
}

/** @param {import('./state.js').RunState} state @param {import('./verdicts.js').Recorder} recorder
 * @param {ReturnType<typeof import('./live.js').runLive>} live @param {() => any} test */
function testView(state, recorder, live, test) {
  const { caseId, priority, estimate, last, description, preconditions, expected, tags, folder, changedSince } = test();
  const person = (/** @type {string} */ id) => state.setup.people.find((/** @type {any} */ one) => String(one.id) === id) ?? null;
  const part = (/** @type {string} */ label, /** @type {string} */ text) => text && h('section.part', null, h('h3', null, label), h('div.prose.tight', null, markdown(text)));
  return h('article.detail.test', {
    'aria-label': test().title,
    onpaste: (/** @type {ClipboardEvent} */ event) => {
      const [files, latest] = [pastedFiles(event), test().results[0]];
      if (!files.length || event.defaultPrevented) return;
      event.preventDefault();
      if (latest?.canEdit) upload(`result:${latest.id}`, files);
      else toast(t('Give a verdict first; pictures belong to it.'));
    },
  },
    h('div.detail-top', null, h('span.muted.nowrap', null, h('span.mono', null, `T${caseId}`), () => (state.index() >= 0 ? ` · ${t('{n} of {total}', { n: state.index() + 1, total: state.list.total() })}` : '')),
      () => statusBadge(test().statusId), () => live.at(test().id).map((one) => h('span.muted', { role: 'status' }, t('{name} is viewing', { name: one.name.split(' ')[0] }))), h('span.grow'),
      iconButton(t('Open the case'), 'cases', { href: casesUrl(state.project, { case: caseId }) })),
    h('h2', null, test().title),
    propertyList([
      [t('Priority'), priorityName(priority)], [t('Estimate'), estimate && duration(estimate)],
      [t('Timer'), state.mayRecord() && h('button.timer', { type: 'button', title: t('Stop or go on (t)'), class: () => (recorder.isTicking() ? '' : 'still'), onclick: recorder.toggleTimer }, () => clock(recorder.seconds()))],
      [t('Last'), last && h('span', null, t('{status} in {run}', { status: t(statusOf(last.statusId).name).toLocaleLowerCase(), run: last.run.name }))],
      [t('Assigned'), state.mayRecord() ? selectInput({ label: t('Assigned to'), bare: true, class: 'input slim', options: [{ value: '', label: t('nobody') }, ...state.setup.people.map((/** @type {any} */ one) => ({ value: one.id, label: one.id === boot().user.id ? t('{name} (me)', { name: one.name }) : one.name }))], value: () => test().assignee?.id ?? '', onchange: (event) => recorder.assign(person(event.target.value)) }) : test().assignee?.name],
      [t('Folder'), folder.path.join(' / ')], [t('Tags'), tags.length > 0 && tags.map((/** @type {string} */ tag) => h('span.badge', null, tag))],
      ...customEntries(state.setup.fields, test().fields),
    ]),
    changedSince && banner('warning', t('The case was changed after this run began.')),
    description && h('div.prose.tight', null, markdown(description)), part(t('Before you begin'), preconditions),
    test().steps.length ? stepRunner(state, recorder, test) : null, part(t('Expected result'), expected), customTexts(state.setup.fields, test().fields),
    attachmentTiles(() => test().attachments),
    () => (state.mayRecord() ? h('div.record', null, verdictBar(state, recorder),
      switchOn(() => recorder.failing()?.testId === caseTest(test), (isFailing) => (isFailing ? failPanel(state, recorder, test) : commentBox(recorder, state, test)))) : null),
    () => (test().results.length ? h('section.part', null, h('h3', null, t('Results')), h('ol.results', null, each(() => test().results, (one) => one.id, (one) => h('li.result', null, () => resultItem(state, one(), test()))))) : null));
}

/** @param {() => any} test */
const caseTest = (test) => test().id;

/** @param {import('./state.js').RunState} state @param {import('./verdicts.js').Recorder} recorder @param {{ back: () => void }} panes
 * @param {ReturnType<typeof import('./live.js').runLive>} live */
export function testPane(state, recorder, panes, live) {
  const shown = computed(() => (state.testId() === null ? 'none' : state.detail()?.id === state.testId() ? state.testId() : 'waiting'));
  const open = (/** @type {number} */ id) => {
    let last = state.detail.peek();
    return testView(state, recorder, live, () => {
      const now = state.detail();
      if (now?.id === id) last = now;
      return last;
    });
  };
  return h('section.pane-column', null,
    h('div.only-one.pane-back', null, iconButton(t('Back to the list'), 'back', { onclick: panes.back })),
    h('div.pane-scroll', { tabindex: '0', role: 'region', 'aria-label': t('Test') }, switchOn(shown, (id) => {
      if (id === 'none') return emptyState({ icon: 'play', title: t('No test chosen'), text: t('Choose one with j and k.'), actions: state.list.total() ? button(t('Next untested'), { kind: 'primary', icon: 'play', keys: 'n', onclick: state.goToNextUntested }) : null });
      return id === 'waiting' ? skeleton(6) : open(/** @type {number} */ (id));
    })));
}

/** @param {any[]} people */
export const avatars = (people) => h('span.avatars', null, people.slice(0, 4).map((person) => avatar(person)));
