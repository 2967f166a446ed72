// @ts-check
// The form of a milestone.
import { h } from '../../core/dom.js';
import { ApiError, errorText } from '../../core/errors.js';
import { batch, signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { field, selectInput, textInput } from '../../elements/form.js';
import { banner } from '../../elements/parts.js';
import '../../editing/markdown-field.js';

/** @param {number | null | undefined} ms */
const dayOf = (ms) => (ms ? new Date(ms).toISOString().slice(0, 10) : '');
/** @param {string} day */
const timeOf = (day) => (day ? Date.parse(`${day}T00:00:00Z`) : null);

/** @param {{ title: string, submit: string, types: any[], others: any[], values: Record<string, any>, send: (values: Record<string, any>) => Promise<any> }} shape */
export function milestoneForm({ title, submit, types, others, values, send }) {
  const form = signal(values);
  const problem = signal(/** @type {unknown} */ (null));
  const busy = signal(false);
  const set = (/** @type {Record<string, any>} */ change) => form.set({ ...form.peek(), ...change });
  const issue = (/** @type {string} */ name) => (problem() instanceof ApiError ? /** @type {ApiError} */ (problem()).issue(name) : '');
  const day = (/** @type {string} */ label, /** @type {string} */ key) => textInput({ label, type: 'date', value: dayOf(values[key]), error: () => issue(key), oninput: (/** @type {any} */ event) => set({ [key]: timeOf(event.target.value) }) });
  return openDialog({
    title,
    content: (close) => dialogForm([
      () => (problem() && !(problem() instanceof ApiError && /** @type {ApiError} */ (problem()).isInvalid) ? banner('error', errorText(problem())) : null),
      h('div.fields', null,
        textInput({ label: t('Name'), value: values.name, maxlength: 1000, autofocus: true, error: () => issue('name'), oninput: (/** @type {any} */ event) => set({ name: event.target.value }) }),
        h('div.fields.two', null, day(t('Begins'), 'startAt'), day(t('Due'), 'dueAt'),
          selectInput({ label: t('Type'), value: values.typeId ?? '', options: types.map((one) => ({ value: one.id, label: one.name })), onchange: (event) => set({ typeId: Number(event.target.value) }) }),
          selectInput({ label: t('Part of'), value: values.parentId ?? '', options: [{ value: '', label: t('None') }, ...others.map((one) => ({ value: one.id, label: one.name }))], onchange: (event) => set({ parentId: Number(event.target.value) || null }) })),
        field({ label: t('Description') }, ({ id }) => h('markdown-field', { fieldId: id, rows: 2, value: values.note, ontext: (/** @type {CustomEvent} */ event) => set({ note: event.detail.value }) }))),
    ], {
      submit, busy, cancel: () => close(), disabled: () => !form().name.trim(),
      send: async () => {
        batch(() => (busy.set(true), problem.set(null)));
        try {
          close(await send(form.peek()));
        } catch (error) {
          batch(() => (problem.set(error), busy.set(false)));
        }
      },
    }),
  });
}
