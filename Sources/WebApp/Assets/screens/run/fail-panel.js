// @ts-check
// Asked at once after a failure: what went wrong, at which step, with a picture. Escape leaves the plain failure saved.
import { h } from '../../core/dom.js';
import { commands } from '../../core/keys.js';
import { effect, onCleanup, root, signal, untracked } from '../../core/signals.js';
import { statusNamed } from '../../core/facts.js';
import { t } from '../../core/strings.js';
import { pastedFiles } from '../../editing/file-drop.js';
import { linkDefect } from './defects.js';
import { upload } from '../../editing/uploads.js';
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
    untracked(() => (files.set([]), upload(`result:${id}`, waiting)));
  });
  const close = () => {
    // A typed comment is never thrown away.
    recorder.comment.set(text.peek());
    recorder.failing.set(null);
  };
  /** The id of the result, as soon as the server has given one; null when it will not. @returns {Promise<number | null>} */
  const saved = () => new Promise((done) => root((dispose) => effect(() => {
    const id = resultId();
    if (id === null && recorder.failing()) return;
    done(id);
    queueMicrotask(dispose);
  }), null));
  const describe = async (/** @type {boolean} */ goOn) => {
    busy.set(true);
    const [comment, at, steps] = [text.peek().trim(), step.peek(), test().steps];
    const id = await saved();
    if (id === null) {
      // It waits for the server; what was typed stays with the test.
      recorder.comment.set(comment);
      return;
    }
    const [failed, passed] = [statusNamed('failed')?.id, statusNamed('passed')?.id];
    const marks = at >= 0 ? steps.slice(0, at + 1).map((/** @type {any} */ one, /** @type {number} */ index) => ({ stepId: one.id, statusId: index === at ? failed : passed })) : undefined;
    const isSaved = await recorder.describe(id, { comment, ...(marks ? { steps: marks } : {}) });
    busy.set(false);
    if (!isSaved) return;
    if (recorder.failing.peek()?.resultId === id) recorder.failing.set(null);
    if (goOn && state.detail.peek()?.id === test().id) void state.goToNextUntested();
  };
  const save = (/** @type {boolean} */ goOn) => {
    if (busy.peek()) return;
    const work = untracked(() => describe(goOn));
    state.pending.add(work);
    void work.finally(() => state.pending.delete(work));
  };
  commands(t('Failure'), [
    { label: t('Leave the plain failure'), keys: 'escape', typing: true, quiet: true, run: close },
    { label: t('Save and go to the next'), keys: 'mod+enter', typing: true, quiet: true, run: () => save(true) },
  ]);
  const take = (/** @type {File[]} */ more) => files.set([...files.peek(), ...more]);
  const field = h('markdown-field', {
    label: t('What went wrong?'), plain: true, rows: 3, placeholder: t('What went wrong? Paste a screenshot here.'), value: text,
    ontext: (/** @type {CustomEvent} */ event) => text.set(event.detail.value), onsubmit: () => save(true),
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
  () => (files().length ? h('p.small.muted', { role: 'status' }, t('{n} file goes with it|{n} files go with it', { n: files().length })) : null),
  h('file-drop', { label: t('Add a screenshot'), onfiles: (/** @type {CustomEvent} */ event) => take(event.detail.files) }),
  h('div.chips', null, button(t('Save & next'), { kind: 'primary', keys: 'mod+enter', disabled: busy, onclick: () => save(true) }),
    button(t('Save'), { disabled: busy, onclick: () => save(false) }), button(t('Defect'), { icon: 'bang', disabled: () => resultId() === null, onclick: () => linkDefect(state, { id: /** @type {number} */ (resultId()), comment: text.peek() }) }), button(t('Leave it plain'), { kind: 'quiet', keys: 'escape', onclick: close })));
  return panel;
}
