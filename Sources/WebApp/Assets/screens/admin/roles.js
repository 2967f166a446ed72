// @ts-check
// What each role allows in which area.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { mutate } from '../../core/mutate.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { textInput } from '../../elements/form.js';
import { menuButton } from '../../elements/menu.js';
import { button, skeleton } from '../../elements/parts.js';
import { loaded } from './loading.js';

/** `TestRunResults` as words. @param {string} area */
const areaName = (area) => area.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().replace(/^./, (letter) => letter.toUpperCase());

/** @param {string} title @param {string} [name] @returns {Promise<string | undefined>} */
function nameDialog(title, name = '') {
  const text = signal(name);
  return openDialog({
    title, class: 'small',
    content: (close) => dialogForm(textInput({ label: t('Name'), value: name, maxlength: 255, autofocus: true, oninput: (/** @type {any} */ event) => text.set(event.target.value) }), { submit: t('Save'), cancel: () => close(), disabled: () => !text().trim(), send: () => close(text.peek().trim()) }),
  });
}

export function roleSection() {
  const { data, load } = loaded('/app/api/admin/roles');
  void load();
  const chosen = signal(/** @type {number | null} */ (null));
  const role = () => data()?.roles.find((/** @type {any} */ one) => one.id === chosen()) ?? data()?.roles[0];
  const send = async (/** @type {() => Promise<any>} */ act) => {
    try {
      const answer = await act();
      data.set(answer.body ?? answer);
    } catch (error) {
      showError(error);
    }
  };
  const create = async () => {
    const name = await nameDialog(t('New role'));
    if (!name) return;
    await send(() => api.post('/app/api/admin/roles', { name }));
    chosen.set(data.peek().roles.at(-1)?.id ?? null);
  };
  const rename = async () => {
    const one = role();
    const name = await nameDialog(t('Rename the role'), one.name);
    if (name) await send(() => api.put(`/app/api/admin/roles/${one.id}`, { name }));
  };
  const flags = (/** @type {string} */ area) => role()?.permissions.find((/** @type {any} */ one) => one[0] === area) ?? [area, false, false, false];
  const toggle = (/** @type {string} */ area, /** @type {number} */ at) => {
    const one = role();
    const before = data.peek();
    const next = flags(area).slice();
    next[at] = !next[at];
    void mutate({
      apply: () => {
        data.set({ ...before, roles: before.roles.map((/** @type {any} */ other) => (other.id === one.id ? { ...other, permissions: [...other.permissions.filter((/** @type {any} */ own) => own[0] !== area), next] } : other)) });
        return () => data.set(before);
      },
      send: () => api.put(`/app/api/admin/roles/${one.id}`, { permissions: [next] }),
    });
  };
  const words = [t('Add and edit'), t('Delete'), t('Close')];
  return h('section.stack', null, () => (data() ? null : skeleton(5)),
    () => (data() ? h('div.toolbar', null, h('div.chips', { role: 'group', 'aria-label': t('Roles') }, data().roles.map((/** @type {any} */ one) => h('button.chip', { type: 'button', 'aria-pressed': () => String(role()?.id === one.id), onclick: () => chosen.set(one.id) }, one.name, ' ', h('span.count', null, one.users)))),
      h('span.grow'), button(t('New role'), { icon: 'plus', onclick: create })) : null),
    () => (role() ? h('div.card', null, h('div.spread', null, h('h2', null, role().name, role().isDefault && h('span.badge', null, t('for new people'))), menuButton(t('More for this role'), () => [
      { label: t('Rename…'), icon: 'edit', run: rename }, { label: t('Make it the role of new people'), icon: 'user', disabled: role().isDefault, run: () => send(() => api.put(`/app/api/admin/roles/${role().id}`, { isDefault: true })) },
      'line', { label: t('Delete'), icon: 'trash', danger: true, run: () => send(() => api.delete(`/app/api/admin/roles/${role().id}`)) },
    ])),
    h('p.muted', null, t('Everybody with a role may read. The boxes say what else.')),
    h('div.table-scroll', { tabindex: '0', role: 'group', 'aria-label': t('Permissions') }, h('table.table.boxes', null, h('caption.sr', null, t('Permissions')),
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('Area')), words.map((word) => h('th.number', { scope: 'col' }, word)))),
      h('tbody', null, data().areas.map((/** @type {string} */ area) => h('tr', null, h('th', { scope: 'row' }, areaName(area)), words.map((word, index) => h('td.number', null,
        h('input', { type: 'checkbox', 'aria-label': `${areaName(area)}: ${word}`, checked: () => Boolean(flags(area)[index + 1]), onchange: () => toggle(area, index + 1) }))))))))) : null));
}
