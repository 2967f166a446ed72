// @ts-check
// The form of a session: its charter, its time box, who explores.
import { h } from '../../core/dom.js';
import { ApiError, errorText } from '../../core/errors.js';
import { readDuration, writeDuration } from '../../core/format.js';
import { batch, signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { field, selectInput, textInput } from '../../elements/form.js';
import { banner } from '../../elements/parts.js';
import '../../editing/markdown-field.js';

/** @param {{ title: string, submit: string, setup: any, values: Record<string, any>, send: (values: Record<string, any>) => Promise<any> }} shape */
export function sessionForm({ title, submit, setup, values, send }) {
  const form = signal(values);
  const box = signal(writeDuration(values.estimate));
  const problem = signal(/** @type {unknown} */ (null));
  const busy = signal(false);
  const set = (/** @type {Record<string, any>} */ change) => form.set({ ...form.peek(), ...change });
  const issue = (/** @type {string} */ name) => (problem() instanceof ApiError ? /** @type {ApiError} */ (problem()).issue(name) : '');
  const one = (/** @type {string} */ label, /** @type {string} */ key, /** @type {any[]} */ list, /** @type {string} */ none, /** @type {(text: string) => any} */ read) => selectInput({
    label, value: form.peek()[key] ?? '', options: [{ value: '', label: none }, ...list.map((item) => ({ value: item.id, label: item.name }))], onchange: (event) => set({ [key]: read(event.target.value) }),
  });
  const number = (/** @type {string} */ text) => Number(text) || null;
  return openDialog({
    title,
    content: (close) => dialogForm([
      () => (problem() && !(problem() instanceof ApiError && /** @type {ApiError} */ (problem()).isInvalid) ? banner('error', errorText(problem())) : null),
      h('div.fields', null,
        textInput({ label: t('Name'), value: values.name, maxlength: 1000, autofocus: true, error: () => issue('name'), oninput: (/** @type {any} */ event) => set({ name: event.target.value }) }),
        field({ label: t('Charter'), hint: t('What to explore, with what, to find out what.') }, ({ id, describedBy }) => h('markdown-field', { fieldId: id, describedBy, rows: 4, value: values.mission, ontext: (/** @type {CustomEvent} */ event) => set({ mission: event.detail.value }) })),
        h('div.fields.two', null,
          textInput({ label: t('Time box'), placeholder: '60m', value: box, error: () => issue('estimate'), oninput: (/** @type {any} */ event) => box.set(event.target.value) }),
          one(t('Explorer'), 'assigneeId', setup.people, t('nobody'), String),
          one(t('Milestone'), 'milestoneId', setup.milestones, t('None'), number), one(t('Configuration'), 'configurationId', setup.configurations, t('None'), number))),
    ], {
      submit, busy, cancel: () => close(), disabled: () => !form().name.trim(),
      send: async () => {
        const estimate = readDuration(box.peek());
        if (estimate === undefined) return problem.set(new ApiError(422, { issues: [{ field: 'estimate', message: t('write it as 3m or 1h 30m') }] }));
        batch(() => (busy.set(true), problem.set(null)));
        try {
          close(await send({ ...form.peek(), estimate }));
        } catch (error) {
          batch(() => (problem.set(error), busy.set(false)));
        }
      },
    }),
  });
}

/** Kinds of findings: key, word, icon and tone. */
export const FINDINGS = [
  { type: 'BUG', key: 'b', label: () => t('Bug'), icon: 'bang', tone: 'failed' }, { type: 'QUESTION', key: 'q', label: () => t('Question'), icon: 'question', tone: 'progress' },
  { type: 'IDEA', key: 'i', label: () => t('Idea'), icon: 'bulb', tone: 'passed' }, { type: 'RISK', key: 'r', label: () => t('Risk'), icon: 'warning', tone: 'blocked' },
];

/** @param {string} type */
export const findingKind = (type) => FINDINGS.find((kind) => kind.type === type.toUpperCase()) ?? { type, key: '', label: () => t('Note'), icon: 'comment', tone: 'skipped' };
