// @ts-check
// The fields of cases: those that every case has and those that were made here.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { field, selectInput, textInput } from '../../elements/form.js';
import { menuButton } from '../../elements/menu.js';
import { button, skeleton } from '../../elements/parts.js';
import { loaded } from './loading.js';

const typeName = (/** @type {string} */ type) => ({ 'Text String': t('Short text'), 'Text Long': t('Long text'), Dropdown: t('One of a list'), 'Multi-Select': t('Several of a list'), Checkbox: t('Yes or no'), Date: t('Day'), Integer: t('Whole number'), Number: t('Number'), Link: t('Link') })[type] ?? type;
const hasOptions = (/** @type {string} */ type) => type === 'Dropdown' || type === 'Multi-Select';

/** @param {string[]} types @param {any} [one] nothing makes a new one @returns {Promise<any>} */
function fieldDialog(types, one) {
  const form = signal({ label: one?.label ?? '', type: one?.type ?? 'Text String', hint: one?.hint ?? '', options: (one?.options ?? []).join('\n') });
  const problem = signal(/** @type {ApiError | null} */ (null));
  const busy = signal(false);
  const set = (/** @type {Record<string, any>} */ change) => form.set({ ...form.peek(), ...change });
  return openDialog({
    title: one ? t('Change {name}', { name: one.label }) : t('New field'), class: 'small',
    content: (close) => dialogForm(h('div.fields', null,
      textInput({ label: t('Name'), value: form.peek().label, maxlength: 255, autofocus: true, error: () => problem()?.issue('label') ?? '', oninput: (/** @type {any} */ event) => set({ label: event.target.value }) }),
      !one && selectInput({ label: t('Kind'), value: form.peek().type, options: types.map((type) => ({ value: type, label: typeName(type) })), onchange: (event) => set({ type: event.target.value }) }),
      () => (hasOptions(form().type) ? field({ label: t('Choices'), hint: one ? t('One on a line. New ones are added; the others stay.') : t('One on a line.') }, ({ id, describedBy }) => h('textarea.input', { id, rows: 5, 'aria-describedby': describedBy, value: form.peek().options, oninput: (/** @type {any} */ event) => set({ options: event.target.value }) })) : null),
      textInput({ label: t('Hint'), value: form.peek().hint ?? '', oninput: (/** @type {any} */ event) => set({ hint: event.target.value }) })), {
      submit: one ? t('Save') : t('Make the field'), busy, cancel: () => close(), disabled: () => !form().label.trim(),
      send: async () => {
        busy.set(true);
        const { label, type, hint, options } = form.peek();
        const body = { label: label.trim(), hint, ...(one ? {} : { type }), ...(hasOptions(type) ? { options: options.split('\n').map((/** @type {string} */ line) => line.trim()).filter(Boolean) } : {}) };
        try {
          close(one ? (await api.put(`/app/api/admin/fields/${one.id}`, body)).body : await api.post('/app/api/admin/fields', body));
        } catch (error) {
          if (error instanceof ApiError && error.isInvalid) problem.set(error);
          else showError(error);
          busy.set(false);
        }
      },
    }),
  });
}

export function fieldSection() {
  const { data, load } = loaded('/app/api/admin/fields');
  void load();
  const change = async (/** @type {any} */ [one]) => {
    const answer = await fieldDialog(data.peek().types, one);
    if (answer) data.set(answer);
  };
  const remove = async (/** @type {any} */ one) => {
    try {
      data.set(await api.delete(`/app/api/admin/fields/${one.id}`));
      toast(t('Field “{name}” removed', { name: one.label }), { action: t('Undo'), key: 'Z', run: () => void api.post(`/app/api/admin/fields/${one.id}/restore`).then(data.set, showError) });
    } catch (error) {
      showError(error);
    }
  };
  return h('section.stack', null, h('div.toolbar', null, h('p.muted', null, t('Cases of every project offer these fields.')), h('span.grow'), button(t('New field'), { kind: 'primary', icon: 'plus', disabled: () => !data(), onclick: () => change([]) })),
    () => (data() ? null : skeleton(5)),
    () => (data() ? h('div.card.table-card', null, h('div.table-scroll', { tabindex: '0', role: 'group', 'aria-label': t('Fields') }, h('table.table', null, h('caption.sr', null, t('Fields')),
      h('thead', null, h('tr', null, [t('Name'), t('Kind'), t('Choices')].map((text) => h('th', { scope: 'col' }, text)), h('td'))),
      h('tbody', null, data().fields.map((/** @type {any} */ one) => h('tr', null,
        h('th', { scope: 'row' }, h('b', null, one.label), ' ', h('small.muted.mono', null, one.name)), h('td', null, typeName(one.type)), h('td.muted', null, one.options.join(', ')),
        h('td.number', null, one.isStandard ? h('span.muted', null, t('every case')) : menuButton(t('More for {name}', { name: one.label }), () => [{ label: t('Edit…'), icon: 'edit', run: () => change([one]) }, { label: t('Remove'), icon: 'trash', danger: true, run: () => remove(one) }])))))))) : null));
}
