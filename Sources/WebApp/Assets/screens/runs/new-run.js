// @ts-check
// The form that starts a run: its name and which cases, by folder, by search or as chosen before.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError, errorText } from '../../core/errors.js';
import { allStatuses, priorities } from '../../core/facts.js';
import { date } from '../../core/format.js';
import { navigate } from '../../core/router.js';
import { batch, effect, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { field, segmented, selectInput, textInput } from '../../elements/form.js';
import { banner, skeleton } from '../../elements/parts.js';
import { runUrl } from '../../shell/routes.js';
import { folderChecks, folderTotals } from './folder-checks.js';
import '../../editing/combo-box.js';

/** @typedef {{ project: string, base: string, setup: any, ids?: number[] | null, from?: number | null }} Choice */

/** @param {Choice} choice */
export async function newRunDialog({ project, base, setup, ids, from }) {
  const values = signal({ name: t('Run of {day}', { day: date(Date.now()) }), note: '', configurationId: null, milestoneId: null, assignee: null });
  const way = signal(/** @type {string} */ (ids ? 'ids' : from ? 'run' : 'all'));
  const folders = signal(/** @type {ReadonlySet<number>} */ (new Set()));
  const search = signal({ search: '', priority: '', tag: /** @type {string[]} */ ([]) });
  const statuses = signal(/** @type {ReadonlySet<number>} */ (new Set(allStatuses().filter((one) => one.failure).map((one) => one.id))));
  const tree = signal(/** @type {any} */ (null));
  const count = signal(/** @type {number | null} */ (null));
  const problem = signal(/** @type {unknown} */ (null));
  const busy = signal(false);
  const set = (/** @type {Record<string, any>} */ change) => values.set({ ...values.peek(), ...change });

  const cases = () => {
    switch (way()) {
      case 'ids': return { ids };
      case 'run': return { run: from, statuses: [...statuses()] };
      case 'folders': return { folders: [...folders()] };
      case 'filter': return { filter: { search: search().search || undefined, priority: search().priority || undefined, tag: search().tag.join(',') || undefined } };
      default: return { all: true };
    }
  };
  // How many cases that would be, before anything is made.
  let asked = 0;
  const counting = () => {
    const mine = ++asked;
    const now = way();
    if (now === 'ids') return count.set(ids?.length ?? 0);
    if (now === 'folders') return count.set(tree() ? folderTotals(tree().folders, folders()) : null);
    const [path, query] = now === 'run'
      ? [`/app/api/runs/${from}/tests`, { status: [...statuses()], limit: 1 }]
      : [`${base}/cases`, { ...(now === 'filter' ? search() : {}), limit: 1 }];
    if (now === 'run' && !statuses().size) return count.set(0);
    untracked(() => api.get(path, { query })).then((answer) => mine === asked && count.set(answer.total), showError);
  };

  const created = await openDialog({
    title: t('New run'), class: 'wide run-dialog',
    content: (close) => {
      api.get(`${base}/tree`).then(tree.set, showError);
      effect(counting);
      const options = [
        ids && { value: 'ids', label: t('Chosen') }, from && { value: 'run', label: t('From the run') },
        { value: 'all', label: t('All') }, { value: 'folders', label: t('Folders') }, { value: 'filter', label: t('Search') },
      ].filter(Boolean);
      const send = async () => {
        busy.set(true);
        problem.set(null);
        try {
          const { name, note, ...rest } = values.peek();
          close(await api.post(`${base}/runs`, { name: name.trim(), note: note.trim() || undefined, ...rest, cases: untracked(cases) }));
        } catch (error) {
          batch(() => (problem.set(error), busy.set(false)));
        }
      };
      const issue = (/** @type {string} */ name) => (problem() instanceof ApiError ? /** @type {ApiError} */ (problem()).issue(name) : '');
      const one = (/** @type {string} */ label, /** @type {string} */ none, /** @type {any[]} */ list, /** @type {'configurationId' | 'milestoneId' | 'assignee'} */ name) => selectInput({
        label, options: [{ value: '', label: none }, ...list.map((item) => ({ value: item.id, label: item.name }))], value: () => values()[name],
        onchange: (event) => set({ [name]: list.find((item) => String(item.id) === event.target.value)?.id ?? null }),
      });
      return dialogForm(h('div.fields', null,
        () => (problem() && !(problem() instanceof ApiError && /** @type {ApiError} */ (problem()).isInvalid) ? banner('error', errorText(problem())) : null),
        textInput({ label: t('Name'), maxlength: 1000, autofocus: true, value: values.peek().name, error: () => issue('name'), onfocus: (/** @type {any} */ event) => event.target.select(), oninput: (/** @type {any} */ event) => set({ name: event.target.value }) }),
        h('div.fields.two', null, one(t('Configuration'), t('None'), setup.configurations, 'configurationId'),
          one(t('Milestone'), t('None'), setup.milestones.filter((/** @type {any} */ milestone) => !milestone.isCompleted), 'milestoneId'), one(t('Assign to'), t('Nobody'), setup.people, 'assignee')),
        h('fieldset.part', null, h('legend', null, h('b', null, t('Cases'))),
          segmented({ label: t('Which cases'), options: /** @type {any} */ (options), value: way, onpick: way.set }),
          () => whichCases(way(), { tree, folders, search, statuses, setup, ids }),
          () => (issue('cases') ? h('span.problem', null, issue('cases')) : null))), {
        submit: t('Start the run'), busy, cancel: () => close(), send, disabled: () => count() === 0 || !values().name.trim(),
        extra: h('span', { role: 'status' }, () => (count() === null ? '' : t('{n} case|{n} cases', { n: count() ?? 0 }))),
      });
    },
  });
  if (created) navigate(runUrl(project, /** @type {any} */ (created).id));
}

/** @param {string} way @param {any} state */
function whichCases(way, { tree, folders, search, statuses, setup, ids }) {
  switch (way) {
    case 'ids': return h('p.muted', null, t('The {n} case you chose.|The {n} cases you chose.', { n: ids.length }));
    case 'folders': return () => (tree() ? folderChecks(tree().folders, folders) : skeleton(4));
    case 'run': return h('div.chips', null, allStatuses().map((status) => h('button.chip', {
      type: 'button', 'aria-pressed': () => String(statuses().has(status.id)),
      onclick: () => {
        const next = new Set(statuses.peek());
        if (!next.delete(status.id)) next.add(status.id);
        statuses.set(next);
      },
    }, t(status.name))));
    case 'filter': return h('div.fields.two', null,
      textInput({ label: t('Words in the title'), type: 'search', value: search.peek().search, oninput: (/** @type {any} */ event) => search.set({ ...search.peek(), search: event.target.value }) }),
      selectInput({ label: t('Priority'), options: [{ value: '', label: t('Any') }, ...priorities().map(({ value, name }) => ({ value, label: name }))], value: search.peek().priority, onchange: (event) => search.set({ ...search.peek(), priority: event.target.value }) }),
      field({ label: t('Tags') }, ({ id, describedBy }) => h('combo-box', {
        fieldId: id, describedBy, multiple: true, placeholder: t('Any'), options: setup.tags.map((/** @type {string} */ tag) => ({ value: tag, label: tag })), values: search.peek().tag,
        onchange: (/** @type {CustomEvent} */ event) => event.detail?.values && search.set({ ...search.peek(), tag: event.detail.values }),
      })));
    default: return h('p.muted', null, t('Every case of the project.'));
  }
}
