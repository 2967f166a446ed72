// @ts-check
// Writing a case: all of it in one form, saved as one version; what is typed survives a closed tab.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError, errorText } from '../../core/errors.js';
import { priorities } from '../../core/facts.js';
import { readDuration, writeDuration } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { remember, remembered } from '../../core/preferences.js';
import { guardLeaving } from '../../core/router.js';
import { batch, onCleanup, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { changedFields, mergeFields } from '../../editing/merge.js';
import { confirmDialog } from '../../elements/dialog.js';
import { field, selectInput, textInput } from '../../elements/form.js';
import { banner, button } from '../../elements/parts.js';
import { mergeDialog } from './merge-dialog.js';
import { automationOptions } from './state.js';
import { customField } from '../../editing/custom-fields.js';
import '../../editing/combo-box.js';
import '../../editing/markdown-field.js';
import '../../editing/steps-editor.js';

export const FIELDS = ['title', 'folderId', 'description', 'preconditions', 'expected', 'priority', 'automation', 'stateId', 'estimate', 'tags', 'fields', 'steps'];

/** The writable part of a case. @param {any} value */
export function formOf(value) {
  return /** @type {Record<string, any>} */ ({ ...Object.fromEntries(FIELDS.map((name) => [name, value[name]])), folderId: value.folder.id });
}

/** @param {import('./state.js').Repository} state */
function emptyForm(state) {
  return {
    title: '', folderId: state.folder() ?? state.folders()[0]?.id ?? null, description: '', preconditions: '', expected: '', priority: 'MEDIUM', automation: 'MANUAL',
    stateId: state.setup.states[0]?.id ?? null, estimate: null, tags: [], fields: {}, steps: [],
  };
}

/** @param {import('./state.js').Repository} state @param {import('./state.js').Detail | null} detail nothing makes a new case */
export function caseEditor(state, detail) {
  return untracked(() => editorForm(state, detail));
}

/** @param {import('./state.js').Repository} state @param {import('./state.js').Detail | null} detail */
function editorForm(state, detail) {
  const draftKey = detail ? `draft.case.${detail.value.id}` : `draft.new.${state.project}`;
  /** @type {Record<string, any>} */ let base = detail ? formOf(detail.value) : emptyForm(state);
  let etag = detail?.etag ?? null;
  const draft = remembered(draftKey, null);
  const form = signal(/** @type {Record<string, any>} */ ({ ...base, ...draft?.values }));
  const restored = signal(Boolean(draft));
  const problem = signal(/** @type {unknown} */ (null));
  const estimateText = signal(writeDuration(form.peek().estimate));
  const busy = signal(false);
  const isChanged = () => Object.keys(changedFields(base, form(), FIELDS)).length > 0;

  const set = (/** @type {Record<string, any>} */ values) => {
    form.set({ ...form.peek(), ...values });
    remember(draftKey, { values: changedFields(base, form.peek(), FIELDS) });
  };
  const close = () => {
    remember(draftKey, null);
    state.mode.set('show');
  };
  const cancel = async () => {
    if (untracked(isChanged) && !await confirmDialog({ title: t('Leave without saving?'), text: t('What you changed in this case is lost.'), action: t('Leave') })) return;
    close();
  };
  const issue = (/** @type {string} */ name) => (problem() instanceof ApiError ? /** @type {ApiError} */ (problem()).issue(name) : '');

  const save = async () => {
    if (busy.peek()) return;
    const estimate = readDuration(estimateText.peek());
    if (estimate === undefined) return problem.set(new ApiError(422, { issues: [{ field: 'estimate', message: t('write it as 3m or 1h 30m') }] }));
    if (estimate !== form.peek().estimate) set({ estimate });
    busy.set(true);
    problem.set(null);
    try {
      if (detail) await saveChanges();
      else await create();
    } catch (error) {
      if (error instanceof ApiError && error.isStale) await merge(error);
      else if (error instanceof ApiError && error.isInvalid) problem.set(error);
      else showError(error);
    } finally {
      busy.set(false);
    }
  };
  const saveChanges = async () => {
    const values = changedFields(base, form.peek(), FIELDS);
    if (Object.keys(values).length === 0) return close();
    // What was not touched may be of a kind that this field no longer takes.
    if (values.fields) values.fields = changedFields(base.fields ?? {}, values.fields, Object.keys({ ...base.fields, ...values.fields }));
    const answer = await api.put(`/app/api/cases/${detail?.value.id}`, values, { etag });
    batch(() => {
      state.detail.set({ value: answer.body, etag: answer.etag });
      state.showRow(answer.body);
      close();
    });
    if (values.folderId) void state.refreshTree();
    toast(t('Saved'));
  };
  const create = async () => {
    const made = await api.post(`${state.base}/cases`, form.peek());
    await state.list.reload();
    void state.refreshTree();
    batch(() => {
      close();
      state.select(made.id);
    });
    toast(t('T{id} written', { id: String(made.id) }));
  };
  const merge = async (/** @type {ApiError} */ error) => {
    const theirs = formOf(error.current);
    const { merged, clashes } = mergeFields(base, form.peek(), theirs, FIELDS);
    const resolved = clashes.length ? await mergeDialog(clashes, state) : {};
    if (!resolved) return;
    [base, etag] = [theirs, error.etag];
    form.set({ ...merged, ...resolved });
    estimateText.set(writeDuration(form.peek().estimate));
    if (!clashes.length) toast(t('Somebody else changed other fields; both changes are kept.'));
    busy.set(false);
    await save();
  };
  const upload = detail && ((/** @type {File} */ file) => api.post('/app/api/attachments', file, { query: { case: detail.value.id, name: file.name } }));

  commands(t('Case editor'), [
    { label: t('Save'), keys: 'mod+s / mod+enter', icon: 'tick', typing: true, run: () => void save() },
    { label: t('Leave without saving'), keys: 'escape', typing: true, run: () => void cancel() },
  ]);
  onCleanup(guardLeaving(() => !untracked(isChanged) || busy.peek()));

  const text = (/** @type {string} */ name, /** @type {string} */ label, /** @type {number} */ rows) => field({ label, error: () => issue(name) }, ({ id, describedBy }) => h('markdown-field', {
    fieldId: id, describedBy, rows, value: () => form()[name], upload, ontext: (/** @type {CustomEvent} */ event) => set({ [name]: event.detail.value }),
  }));
  const folderOptions = () => state.folders().map((node) => ({ value: node.id, label: state.path(node.id).join(' / ') })).sort((a, b) => a.label.localeCompare(b.label));
  return h('form.detail.editor', {
    novalidate: true, 'aria-label': detail ? t('Edit case') : t('New case'),
    onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), void save()),
  },
  h('div.detail-top', null, h('h2', null, detail ? t('Edit T{id}', { id: String(detail.value.id) }) : t('New case')), h('span.grow'),
    button(t('Cancel'), { keys: 'escape', onclick: cancel }), button(t('Save'), { kind: 'primary', type: 'submit', keys: 'mod+s', disabled: busy })),
  () => (restored() ? banner('info', t('What you had typed before is here again.'), ' ', h('button.link', {
    type: 'button', onclick: () => (remember(draftKey, null), form.set(base), estimateText.set(writeDuration(base.estimate)), restored.set(false)),
  }, t('Throw it away'))) : null),
  () => (problem() && !(problem() instanceof ApiError && /** @type {ApiError} */ (problem()).issues.every((one) => FIELDS.includes(one.field))) ? banner('error', errorText(problem())) : null),
  textInput({ label: t('Title'), autofocus: !detail, maxlength: 1000, error: () => issue('title'), value: () => form().title, ref: (/** @type {HTMLInputElement} */ input) => queueMicrotask(() => input.focus()), oninput: (/** @type {any} */ event) => set({ title: event.target.value }) }),
  h('div.fields.two', null,
    selectInput({ label: t('Folder'), options: folderOptions, value: () => form().folderId, onchange: (event) => set({ folderId: Number(event.target.value) }) }),
    selectInput({ label: t('Priority'), options: priorities().map(({ value, name }) => ({ value, label: name })), value: () => form().priority, onchange: (event) => set({ priority: event.target.value }) }),
    selectInput({ label: t('State'), options: state.setup.states.map((/** @type {any} */ one) => ({ value: one.id, label: one.name })), value: () => form().stateId, onchange: (event) => set({ stateId: Number(event.target.value) }) }),
    selectInput({ label: t('Type'), options: automationOptions(), value: () => form().automation, onchange: (event) => set({ automation: event.target.value }) }),
    textInput({ label: t('Estimate'), placeholder: '3m', hint: t('3m, 1h 30m; a bare number is minutes'), value: estimateText, error: () => issue('estimate'), oninput: (/** @type {any} */ event) => (estimateText.set(event.target.value), set({ estimate: readDuration(event.target.value) ?? null })) }),
    field({ label: t('Tags'), error: () => issue('tags') }, ({ id, describedBy }) => h('combo-box', {
      fieldId: id, describedBy, multiple: true, allowNew: true, placeholder: t('Add a tag'), options: state.setup.tags.map((/** @type {string} */ tag) => ({ value: tag, label: tag })),
      values: () => form().tags, onchange: (/** @type {CustomEvent} */ event) => event.detail?.values && set({ tags: event.detail.values }),
    }))),
  state.setup.fields.length > 0 && h('div.fields.two', null, state.setup.fields.map((/** @type {any} */ one) => customField(one, () => form().fields?.[one.name], (value) => set({ fields: { ...form.peek().fields, [one.name]: value } }), () => issue(one.name)))),
  text('description', t('Description'), 2), text('preconditions', t('Before you begin'), 1),
  h('section.part', null, h('h3', null, t('Steps')), h('p.small.muted', null, t('Enter makes a step, Alt+↑ and Alt+↓ move it. A pasted table or numbered list becomes steps.')),
    h('steps-editor', { label: t('Steps'), value: () => form().steps, onsteps: (/** @type {CustomEvent} */ event) => set({ steps: event.detail.value }) })),
  text('expected', t('Expected result'), 1));
}
