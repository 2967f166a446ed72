// @ts-check
// Asked at once after a failure: what went wrong, at which step, with a picture. Escape leaves the plain failure saved.
import { h } from '../../core/dom.js';
import { commands } from '../../core/keys.js';
import { effect, onCleanup, signal, untracked } from '../../core/signals.js';
import { statusNamed } from '../../core/facts.js';
import { t } from '../../core/strings.js';
import { pastedFiles } from '../../editing/file-drop.js';
import { selectInput } from '../../elements/form.js';
import { button } from '../../elements/parts.js';

/** @param {import('./state.js').RunState} state @param {import('./verdicts.js').Recorder} recorder @param {() => any} test */
export function failPanel(state, recorder, test) {
  const text = signal(untracked(recorder.comment));
  const files = signal(/** @type {File[]} */ ([]));
  const firstMarked = () => test().steps.findIndex((/** @type {any} */ step) => recorder.marks.peek().get(step.id)?.statusId === statusNamed('failed')?.id);
  const step = signal(untracked(firstMarked));
  const busy = signal(false);
  const resultId = () => recorder.failing()?.resultId ?? null;

  // Files may be chosen before the server has answered with the result that they belong to.
  effect(() => {
    const id = resultId();
    if (id === null || !files().length) return;
    const waiting = files.peek();
    untracked(() => (files.set([]), void recorder.attach(id, waiting)));
  });
  const close = () => {
    // A typed comment is never thrown away.
    recorder.comment.set(text.peek());
    recorder.failing.set(null);
  };
  const save = async (/** @type {boolean} */ goOn) => {
    const id = untracked(resultId);
    if (id === null || busy.peek()) return;
    busy.set(true);
    const failed = statusNamed('failed')?.id;
    const at = step.peek();
    const steps = at >= 0 ? test().steps.slice(0, at + 1).map((/** @type {any} */ one, /** @type {number} */ index) => ({ stepId: one.id, statusId: index === at ? failed : statusNamed('passed')?.id })) : undefined;
    const isSaved = await recorder.describe(id, { comment: text.peek().trim(), ...(steps ? { steps } : {}) });
    busy.set(false);
    if (!isSaved) return;
    recorder.failing.set(null);
    if (goOn) void state.goToNextUntested();
  };
  commands(t('Failure'), [
    { label: t('Leave the plain failure'), keys: 'escape', typing: true, quiet: true, run: close },
    { label: t('Save and go to the next'), keys: 'mod+enter', typing: true, quiet: true, run: () => void save(true) },
  ]);
  const take = (/** @type {File[]} */ more) => files.set([...files.peek(), ...more]);
  const field = h('markdown-field', {
    label: t('What went wrong?'), plain: true, rows: 3, placeholder: t('What went wrong? Paste a screenshot here.'), value: text,
    ontext: (/** @type {CustomEvent} */ event) => text.set(event.detail.value), onsubmit: () => void save(true),
  });
  // The scope is there only after the panel is on the page.
  const focus = requestAnimationFrame(() => {
    panel.scrollIntoView({ block: 'nearest' });
    field.querySelector('textarea')?.focus({ preventScroll: true });
  });
  onCleanup(() => cancelAnimationFrame(focus));
  const panel = h('section.fail', {
    'aria-label': t('Describe the failure'),
    onpaste: (/** @type {ClipboardEvent} */ event) => {
      const pasted = pastedFiles(event);
      if (!pasted.length) return;
      event.preventDefault();
      take(pasted);
    },
  },
  h('h3', null, t('Failure saved. What went wrong?')), field,
  test().steps.length > 0 && selectInput({
    label: t('Failed at'), value: () => step(), onchange: (event) => step.set(Number(event.target.value)),
    options: [{ value: -1, label: t('No particular step') }, ...test().steps.map((/** @type {any} */ one, /** @type {number} */ index) => ({ value: index, label: `${index + 1}. ${one.action.slice(0, 80)}` }))],
  }),
  h('file-drop', { label: t('Add a screenshot'), onfiles: (/** @type {CustomEvent} */ event) => take(event.detail.files) }),
  h('div.chips', null, button(t('Save & next'), { kind: 'primary', keys: 'mod+enter', disabled: () => busy() || resultId() === null, onclick: () => save(true) }),
    button(t('Save'), { disabled: () => busy() || resultId() === null, onclick: () => save(false) }), button(t('Leave it plain'), { kind: 'quiet', keys: 'escape', onclick: close })));
  return panel;
}
