// @ts-check
// Defects of a result: one that is known, or a new one, without leaving the run.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { errorText } from '../../core/errors.js';
import { batch, signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { field, segmented, selectInput, textInput } from '../../elements/form.js';
import { icon } from '../../elements/icons.js';
import { banner } from '../../elements/parts.js';
import { projectUrl } from '../../shell/routes.js';
import '../../editing/combo-box.js';
import '../../editing/markdown-field.js';

/** @param {import('./state.js').RunState} state @param {number} resultId @param {any[]} issues */
function take(state, resultId, issues) {
  const now = state.detail.peek();
  if (now) state.detail.set({ ...now, results: now.results.map((/** @type {any} */ one) => (one.id === resultId ? { ...one, issues } : one)) });
}

/** Asks for a defect and links it. @param {import('./state.js').RunState} state @param {{ id: number, comment: string }} result */
export async function linkDefect(state, result) {
  const test = state.detail.peek();
  const base = `/app/api/projects/${encodeURIComponent(state.project)}`;
  const way = signal('new');
  const form = signal({ title: test ? t('{title} fails', { title: test.title }) : '', description: result.comment ?? '', severity: 'MEDIUM' });
  const known = signal(/** @type {any[]} */ ([]));
  const chosen = signal(/** @type {number | null} */ (null));
  const problem = signal(/** @type {unknown} */ (null));
  const busy = signal(false);
  const set = (/** @type {Record<string, any>} */ change) => form.set({ ...form.peek(), ...change });
  api.get(`${base}/issues`, { query: { state: 'open', limit: 200 } }).then((answer) => known.set(answer.issues), showError);
  const answer = await openDialog({
    title: t('Defect'), class: 'small',
    content: (close) => dialogForm([
      () => (problem() ? banner('error', errorText(problem())) : null),
      segmented({ label: t('Which defect'), value: way, onpick: way.set, options: [{ value: 'new', label: t('New') }, { value: 'known', label: t('Known') }] }),
      () => (way() === 'new'
        ? h('div.fields', null,
          textInput({ label: t('Title'), value: form.peek().title, maxlength: 1000, autofocus: true, oninput: (/** @type {any} */ event) => set({ title: event.target.value }) }),
          field({ label: t('Description') }, ({ id }) => h('markdown-field', { fieldId: id, plain: true, rows: 3, value: form.peek().description, ontext: (/** @type {CustomEvent} */ event) => set({ description: event.detail.value }) })),
          selectInput({ label: t('Severity'), value: form.peek().severity, options: [['LOW', t('Low')], ['MEDIUM', t('Medium')], ['HIGH', t('High')], ['CRITICAL', t('Critical')], ['BLOCKER', t('Blocker')]].map(([value, label]) => ({ value, label })), onchange: (event) => set({ severity: event.target.value }) }))
        : field({ label: t('Open defects') }, ({ id, describedBy }) => h('combo-box', {
          fieldId: id, describedBy, placeholder: t('Find by title'), values: () => (chosen() === null ? [] : [chosen()]), options: () => known().map((one) => ({ value: one.id, label: one.title, hint: one.key ?? `#${one.id}` })),
          onchange: (/** @type {CustomEvent} */ event) => event.detail?.values && chosen.set(event.detail.values[0] ?? null),
        }))),
    ], {
      submit: t('Link the defect'), busy, cancel: () => close(), disabled: () => (way() === 'new' ? !form().title.trim() : chosen() === null),
      send: async () => {
        batch(() => (busy.set(true), problem.set(null)));
        try {
          close(await api.post(`/app/api/results/${result.id}/issues`, way.peek() === 'new' ? { ...form.peek(), title: form.peek().title.trim() } : { issueId: chosen.peek() }));
        } catch (error) {
          batch(() => (problem.set(error), busy.set(false)));
        }
      },
    }),
  });
  if (!answer) return;
  take(state, result.id, /** @type {any} */ (answer).issues);
  toast(t('Defect linked'));
}

/** The defects of a result as chips. @param {import('./state.js').RunState} state @param {any} result */
export function defectChips(state, result) {
  const remove = async (/** @type {any} */ issue) => {
    try {
      take(state, result.id, (await api.delete(`/app/api/results/${result.id}/issues/${issue.id}`)).issues);
      toast(t('Defect parted from the result'), {
        action: t('Undo'), key: 'Z', run: () => void api.post(`/app/api/results/${result.id}/issues`, { issueId: issue.id }).then((back) => take(state, result.id, back.issues), showError),
      });
    } catch (error) {
      showError(error);
    }
  };
  if (!result.issues?.length) return null;
  return h('p.chips', null, result.issues.map((/** @type {any} */ issue) => h('span', { class: ['chip', 'removable', issue.isClosed && 'closed'] }, icon('bang', 'small'),
    h('a', { href: issue.url ?? `${projectUrl(state.project)}/issues?issue=${issue.id}` }, issue.key ? `${issue.key} ` : '', issue.title),
    result.canEdit && h('button', { type: 'button', 'aria-label': t('Part {name} from the result', { name: issue.title }), onclick: () => remove(issue) }, icon('close', 'small')))));
}
