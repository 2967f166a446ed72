// @ts-check
// What can be done to a run as a whole.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { mutate } from '../../core/mutate.js';
import { navigate } from '../../core/router.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { field, selectInput, textInput } from '../../elements/form.js';
import { menuButton } from '../../elements/menu.js';
import { button } from '../../elements/parts.js';
import { projectUrl, runUrl } from '../../shell/routes.js';
import { avatars } from './test-pane.js';
import '../../editing/markdown-field.js';

/** @typedef {{ project: string, setup: any, run: import('../../core/signals.js').Signal<any>, etag: import('../../core/signals.js').Signal<string | null>, pending?: Set<Promise<any>> }} Place */

/** @param {Place} place @param {Record<string, any>} values @param {{ message?: string, undo?: Record<string, any> }} [more] */
export async function changeRun({ run, etag }, values, { message, undo } = {}) {
  const before = run.peek();
  const put = (/** @type {Record<string, any>} */ body) => api.put(`/app/api/runs/${before.id}`, body, { etag: etag.peek() });
  const take = (/** @type {{ body: any, etag: string | null }} */ answer) => (run.set(answer.body), etag.set(answer.etag));
  return mutate({
    apply: () => (run.set({ ...before, ...values }), () => run.set(before)),
    send: () => put(values),
    done: take,
    undo: undo && (async () => take(await put(undo))),
    message,
    refused: (error) => {
      if (!(error instanceof ApiError && error.isStale)) return false;
      run.set(error.current);
      etag.set(error.etag);
      toast(t('Somebody changed this run a moment ago. Look at it, then try again.'), { tone: 'error' });
      return true;
    },
  });
}

/** @param {Place} place */
export async function editRun(place) {
  const { run, setup } = place;
  const values = { name: run.peek().name, note: run.peek().note ?? '', milestoneId: run.peek().milestone?.id ?? null, configurationId: run.peek().configuration?.id ?? null };
  const name = signal(values.name);
  const saved = await openDialog({
    title: t('Edit run'),
    content: (close) => {
      const one = (/** @type {string} */ label, /** @type {any[]} */ list, /** @type {'milestoneId' | 'configurationId'} */ key) => selectInput({
        label, value: values[key], options: [{ value: '', label: t('None') }, ...list.map((item) => ({ value: item.id, label: item.name }))], onchange: (event) => (values[key] = Number(event.target.value) || null),
      });
      return dialogForm(h('div.fields', null,
        textInput({ label: t('Name'), value: values.name, maxlength: 1000, autofocus: true, oninput: (/** @type {any} */ event) => name.set((values.name = event.target.value)) }),
        h('div.fields.two', null, one(t('Milestone'), setup.milestones, 'milestoneId'), one(t('Configuration'), setup.configurations, 'configurationId')),
        field({ label: t('Description') }, ({ id }) => h('markdown-field', { fieldId: id, value: values.note, ontext: (/** @type {CustomEvent} */ event) => (values.note = event.detail.value) }))),
      { submit: t('Save'), cancel: () => close(), send: () => close(true), disabled: () => !name().trim() });
    },
  });
  if (saved) await changeRun(place, values, { message: t('Run saved') });
}

/** @param {Place} place */
export async function finishRun(place) {
  // A finished run takes no more comments.
  await Promise.allSettled([...(place.pending ?? [])]);
  const answer = await changeRun(place, { isCompleted: true }, { message: t('Run finished'), undo: { isCompleted: false } });
  if (answer) navigate(`${runUrl(place.project, place.run.peek().id)}/report`);
}

/** @param {Place} place */
async function deleteRun({ project, run }) {
  const { id, name } = run.peek();
  try {
    await api.delete(`/app/api/runs/${id}`);
    navigate(`${projectUrl(project)}/runs`);
    toast(t('Run “{name}” deleted', { name }), { action: t('Undo'), key: 'Z', run: () => void api.post(`/app/api/runs/${id}/restore`).then(() => navigate(runUrl(project, id)), showError) });
  } catch (error) {
    showError(error);
  }
}

/** @param {Place} place @param {{ finish: boolean, others?: () => { id: string, name: string }[] }} more */
export function runActions(place, { finish, others }) {
  const { project, run } = place;
  const copy = () => navigator.clipboard?.writeText(location.href).then(() => toast(t('Link copied')));
  const failedAgain = () => navigate(`${projectUrl(project)}/runs?new=failed&run=${run.peek().id}`);
  return [
    () => (others?.().length ? h('span.presence', { role: 'status', 'aria-label': t('Here now: {names}', { names: others().map((one) => one.name).join(', ') }) }, avatars(others())) : null),
    h('span.wide-only', null, button(t('Copy link'), { onclick: copy })),
    button(t('Report'), { href: `${runUrl(project, run.peek().id)}/report`, class: 'wide-only' }),
    () => (finish && run().can.close && !run().isCompleted ? button(t('Finish run'), { kind: 'primary', onclick: () => finishRun(place) }) : null),
    menuButton(t('More for this run'), () => [
      { label: t('Report'), icon: 'overview', run: () => navigate(`${runUrl(project, run.peek().id)}/report`) },
      { label: t('Copy link'), icon: 'link', run: copy },
      run().can.edit && { label: t('Edit…'), icon: 'edit', run: () => editRun(place) },
      finish && place.setup.can.createRuns && { label: t('New run from failed…'), icon: 'again', run: failedAgain },
      finish && run().isCompleted && run().can.close && { label: t('Open again'), icon: 'play', run: () => changeRun(place, { isCompleted: false }, { message: t('Run is open again') }) },
      run().can.delete && 'line',
      run().can.delete && { label: t('Delete'), icon: 'trash', danger: true, run: () => deleteRun(place) },
    ]),
  ];
}
