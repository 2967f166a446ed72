// @ts-check
// A project's own settings: its words, and who may do what in it.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { checkbox, field, selectInput, textInput } from '../../elements/form.js';
import { avatar, button, emptyState, iconButton } from '../../elements/parts.js';
import { projectUrl } from '../../shell/routes.js';
import '../../editing/combo-box.js';

/** @param {import('../../core/signals.js').Signal<any>} data @param {string} base */
function details(data, base) {
  const first = data.peek().project;
  const form = signal({ name: first.name, note: first.note ?? '', isCompleted: first.isCompleted });
  const problem = signal(/** @type {ApiError | null} */ (null));
  const set = (/** @type {Record<string, any>} */ change) => form.set({ ...form.peek(), ...change });
  const save = async () => {
    problem.set(null);
    try {
      const { etag } = await api.getVersioned(base);
      await api.put(base, form.peek(), { etag });
      data.set({ ...data.peek(), project: { ...data.peek().project, ...form.peek() } });
      toast(t('Saved'));
    } catch (error) {
      if (error instanceof ApiError && error.isInvalid) problem.set(error);
      else showError(error);
    }
  };
  return h('form.card', { 'aria-label': t('Project'), novalidate: true, onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), void save()) }, h('h2', null, t('Project')),
    h('div.fields', null,
      textInput({ label: t('Name'), value: first.name, maxlength: 255, error: () => problem()?.issue('name') ?? '', oninput: (/** @type {any} */ event) => set({ name: event.target.value }) }),
      textInput({ label: t('Description'), value: first.note ?? '', oninput: (/** @type {any} */ event) => set({ note: event.target.value }) }),
      checkbox({ label: t('Finished'), hint: t('Nothing more is recorded in a finished project.'), checked: () => form().isCompleted, onchange: (isCompleted) => set({ isCompleted }) })),
    h('div', null, button(t('Save'), { kind: 'primary', type: 'submit', disabled: () => !form().name.trim() })));
}

/** @param {import('../../core/signals.js').Signal<any>} data @param {string} base */
function members(data, base) {
  const choices = (/** @type {boolean} */ withNone) => [{ value: 'GLOBAL_ROLE', label: t('Their own role') }, ...data.peek().roles.map((/** @type {any} */ role) => ({ value: `role:${role.id}`, label: role.name })), ...(withNone ? [{ value: 'NO_ACCESS', label: t('No access') }] : [])];
  const value = (/** @type {{ accessType: string, roleId: number | null }} */ rule) => (rule.accessType === 'SPECIFIC_ROLE' ? `role:${rule.roleId}` : rule.accessType);
  const ruleOf = (/** @type {string} */ text) => (text.startsWith('role:') ? { accessType: 'SPECIFIC_ROLE', roleId: Number(text.slice(5)) } : { accessType: text });
  const send = async (/** @type {() => Promise<any>} */ act, /** @type {string} */ message) => {
    try {
      const answer = await act();
      data.set(answer.body ?? answer);
      toast(message);
    } catch (error) {
      data.set({ ...data.peek() });
      showError(error);
    }
  };
  const set = (/** @type {any} */ person, /** @type {string} */ text) => send(() => api.put(`${base}/members/${person.id}`, ruleOf(text)), t('Access of {name} changed', { name: person.name }));
  const rule = () => ({ accessType: data().project.defaultAccess === 'DEFAULT' ? 'GLOBAL_ROLE' : data().project.defaultAccess, roleId: data().project.defaultRoleId });
  return h('section.card', { 'aria-label': t('Members') }, h('h2', null, t('Members')),
    selectInput({ label: t('Everybody else'), hint: t('What people get who are not in the list.'), value: () => value(rule()), options: choices(true), onchange: (event) => send(() => api.put(`${base}/access`, ruleOf(event.target.value)), t('Saved')) }),
    h('div.table-scroll', { hidden: () => !data().members.length, tabindex: '0', role: 'group', 'aria-label': t('Members') }, h('table.table.people', null, h('caption.sr', null, t('Members')),
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('Name')), h('th', { scope: 'col' }, t('Access')), h('td'))),
      h('tbody', null, each(() => data().members, (person) => person.id, (person) => h('tr', null,
        h('th', { scope: 'row' }, h('span.person', null, avatar(person.peek()), h('span.run-words', null, h('b', null, () => person().name), h('small.muted', null, () => person().email)))),
        h('td', null, person.peek().isCreator ? h('span.muted', null, t('made the project, may do everything')) : selectInput({ label: t('Access of {name}', { name: person.peek().name }), bare: true, class: 'input slim', value: () => value(person()), options: choices(true), onchange: (event) => set(person.peek(), event.target.value) })),
        h('td.number', null, iconButton(t('Remove {name}', { name: person.peek().name }), 'close', { onclick: () => send(() => api.delete(`${base}/members/${person.peek().id}`), t('{name} removed', { name: person.peek().name })) }))))))),
    () => (data().members.length ? null : emptyState({ icon: 'people', title: t('Nobody has a rule of their own') })),
    () => (data().people.length ? field({ label: t('Add a person') }, ({ id, describedBy }) => h('combo-box', {
      fieldId: id, describedBy, placeholder: t('Name'), values: [], options: data().people.map((/** @type {any} */ one) => ({ value: one.id, label: one.name })),
      onchange: (/** @type {CustomEvent} */ event) => {
        const person = data.peek().people.find((/** @type {any} */ one) => one.id === event.detail?.values?.[0]);
        if (person) void set(person, 'GLOBAL_ROLE');
      },
    })) : null));
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  load: ({ params, signal: abort }) => api.get(`/app/api/projects/${encodeURIComponent(params.project)}/members`, { signal: abort }),
  view({ params }, first) {
    const data = signal(first);
    const base = `/app/api/projects/${encodeURIComponent(params.project)}`;
    return {
      title: t('Settings'), crumbs: [{ label: first.project.name, href: projectUrl(params.project) }], wide: false,
      main: h('div.page-body.narrow', null, details(data, base), members(data, base)),
    };
  },
};
