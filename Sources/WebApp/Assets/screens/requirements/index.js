// @ts-check
// Requirements against the cases that cover them and how these went: the traceability matrix.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { statusOf } from '../../core/facts.js';
import { percent } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { mutate } from '../../core/mutate.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { downloadCSV } from '../../charts/chart-parts.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { field, textInput } from '../../elements/form.js';
import { icon } from '../../elements/icons.js';
import { menuButton } from '../../elements/menu.js';
import { button, emptyState, statusBadge } from '../../elements/parts.js';
import { stackedBar } from '../../elements/stacked-bar.js';
import { casesUrl, projectUrl } from '../../shell/routes.js';
import '../../editing/combo-box.js';
import '../../editing/markdown-field.js';

/** @typedef {{ id: number, parentId: number | null, name: string, description: string | null, status: string | null, key: string | null, url: string | null, issues: number, cases: [number, string, number][] }} Requirement */

/** @param {Requirement} one @returns {import('../../core/facts.js').Counts} */
function countsOf(one) {
  /** @type {Map<number, number>} */ const counts = new Map();
  for (const [, , status] of one.cases) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts];
}

/** What the cases say about it. @param {Requirement} one */
export function verdictOn(one) {
  if (!one.cases.length) return { tone: 'skipped', icon: 'ring', word: t('not covered') };
  const statuses = one.cases.map(([, , id]) => statusOf(id));
  if (statuses.some((status) => status.failure)) return { tone: 'failed', icon: 'cross', word: t('failing') };
  if (statuses.every((status) => status.success)) return { tone: 'passed', icon: 'tick', word: t('holds') };
  return { tone: 'untested', icon: 'dotted', word: t('not shown yet') };
}

/** @param {string} base of the project @param {string} title @param {any} first @param {(values: any) => Promise<any>} send @returns {Promise<any>} */
function requirementForm(base, title, first, send) {
  const form = signal({ name: first.name, description: first.description ?? '' });
  const chosen = signal(/** @type {number[]} */ (first.cases.map((/** @type {any[]} */ [id]) => id)));
  const options = signal(first.cases.map((/** @type {any[]} */ [id, name]) => ({ value: id, label: name, hint: `T${id}` })));
  const problem = signal(/** @type {ApiError | null} */ (null));
  const busy = signal(false);
  const offer = (/** @type {{ rows: any[][] }} */ { rows }) => {
    const known = new Set(options.peek().map((/** @type {any} */ one) => one.value));
    options.set([...options.peek(), ...rows.filter(([id]) => !known.has(id)).map(([id, name]) => ({ value: id, label: name, hint: `T${id}` }))]);
  };
  api.get(`${base}/cases`, { query: { limit: 500 } }).then(offer, showError);
  return openDialog({
    title,
    content: (close) => dialogForm(h('div.fields', null,
      textInput({ label: t('Name'), value: first.name, maxlength: 1000, autofocus: true, error: () => problem()?.issue('name') ?? '', oninput: (/** @type {any} */ event) => form.set({ ...form.peek(), name: event.target.value }) }),
      field({ label: t('Description') }, ({ id }) => h('markdown-field', { fieldId: id, rows: 3, value: form.peek().description, ontext: (/** @type {CustomEvent} */ event) => form.set({ ...form.peek(), description: event.detail.value }) })),
      field({ label: t('Covered by') }, ({ id, describedBy }) => h('combo-box', { fieldId: id, describedBy, multiple: true, placeholder: t('Find a case'), options, values: chosen, onchange: (/** @type {CustomEvent} */ event) => event.detail?.values && chosen.set(event.detail.values) }))), {
      submit: t('Save'), busy, cancel: () => close(), disabled: () => !form().name.trim(),
      send: async () => {
        busy.set(true);
        try {
          close(await send({ ...form.peek(), name: form.peek().name.trim(), cases: chosen.peek() }));
        } catch (error) {
          if (error instanceof ApiError && error.isInvalid) problem.set(error);
          else showError(error);
          busy.set(false);
        }
      },
    }),
  });
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  load: ({ params, query, signal: abort }) => api.get(`/app/api/projects/${encodeURIComponent(params.project)}/requirements`, { query: { search: query().get('search'), limit: 100 }, signal: abort }),
  view({ params }, first) {
    const project = params.project;
    const base = `/app/api/projects/${encodeURIComponent(project)}`;
    const list = signal(/** @type {readonly Requirement[]} */ (first.requirements));
    const total = signal(first.total);
    const create = async () => {
      const made = await requirementForm(base, t('New requirement'), { name: '', cases: [] }, (values) => api.post(`${base}/requirements`, values));
      if (!made) return;
      list.set([...list.peek(), made]);
      total.update((n) => n + 1);
    };
    const edit = async (/** @type {Requirement} */ one) => {
      const answer = await requirementForm(base, t('Edit requirement'), one, async (values) => (await api.put(`/app/api/requirements/${one.id}`, values)).body);
      if (answer) list.set(list.peek().map((other) => (other.id === one.id ? answer : other)));
    };
    const remove = (/** @type {Requirement} */ one) => {
      const before = list.peek();
      void mutate({
        apply: () => (list.set(before.filter((other) => other.id !== one.id)), () => list.set(before)),
        send: () => api.delete(`/app/api/requirements/${one.id}`), undo: () => api.post(`/app/api/requirements/${one.id}/restore`), message: t('Requirement “{name}” deleted', { name: one.name }),
      });
    };
    const more = async () => {
      try {
        const answer = await api.get(`${base}/requirements`, { query: { offset: list.peek().length, limit: 100 } });
        list.set([...list.peek(), ...answer.requirements]);
      } catch (error) {
        showError(error);
      }
    };
    const save = () => downloadCSV(t('Requirements'), [[t('Requirement'), t('Verdict'), t('Case'), t('Title'), t('Status')],
      ...list.peek().flatMap((one) => (one.cases.length ? one.cases.map(([id, name, status]) => [one.name, verdictOn(one).word, `T${id}`, name, t(statusOf(status).name)]) : [[one.name, verdictOn(one).word, '', '', '']]))]);
    commands(t('Requirements'), [{ label: t('New requirement'), keys: 'n', icon: 'plus', when: () => first.can.edit, run: create }]);
    const covered = () => list().filter((one) => one.cases.length).length;
    const holding = () => list().filter((one) => verdictOn(one).tone === 'passed').length;
    const figure = (/** @type {string} */ label, /** @type {() => any} */ value, /** @type {() => any} */ note) => h('div.figure', null, h('dt', null, label), h('dd', null, h('b', null, value), h('span.muted', null, note)));
    const newButton = () => button(t('New requirement'), { kind: 'primary', icon: 'plus', keys: 'n', onclick: create });
    return {
      title: t('Requirements'), crumbs: [{ label: first.project.name, href: projectUrl(project) }], wide: false,
      actions: [button(t('CSV'), { icon: 'download', onclick: save }), first.can.edit && newButton()],
      main: h('div.page-body', null,
        h('dl.figures', { hidden: () => !list().length }, figure(t('Requirements'), total, () => ''), figure(t('Covered'), () => percent(covered(), list().length), () => t('{n} of {total}', { n: covered(), total: list().length })),
          figure(t('Shown to hold'), () => percent(holding(), list().length), () => t('by their latest results'))),
        h('ul.run-rows', { hidden: () => !list().length }, each(list, (one) => one.id, (one) => h('li.requirement', null,
          h('div.requirement-head', null,
            h('span', { class: () => `status tone-${verdictOn(one()).tone}` }, () => icon(verdictOn(one()).icon, 'small'), h('span.word', null, () => verdictOn(one()).word)),
            h('div.run-words', null, h('b', null, () => [one().key && `${one().key} `, one().name]), () => (one().description ? h('small.muted', null, one().description) : null)),
            () => (one().cases.length ? stackedBar(countsOf(one())) : h('span')),
            () => (one().issues ? h('small.muted.nowrap', null, t('{n} issue|{n} issues', { n: one().issues })) : h('span')),
            first.can.edit ? menuButton(t('More for {name}', { name: one.peek().name }), () => [{ label: t('Edit…'), icon: 'edit', run: () => edit(one.peek()) }, { label: t('Delete'), icon: 'trash', danger: true, run: () => remove(one.peek()) }]) : null),
          () => (one().cases.length ? h('details', null, h('summary', null, t('{n} case|{n} cases', { n: one().cases.length })), h('ul.lines', null, one().cases.map(([id, name, status]) => h('li.line', null, statusBadge(status), h('a.link.grow', { href: casesUrl(project, { case: id }) }, h('span.mono', null, `T${id} `), name))))) : null)))),
        () => (list().length ? null : h('div.card', null, emptyState({ icon: 'list', title: t('No requirement yet'), text: t('A requirement says what must work; the cases that cover it show whether it does.'), actions: first.can.edit && newButton() }))),
        () => (list().length < total() ? button(t('Show more'), { icon: 'down', onclick: more }) : null)),
    };
  },
};
