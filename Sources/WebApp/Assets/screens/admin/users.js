// @ts-check
// Everybody who has an account.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { boot } from '../../core/facts.js';
import { ago, dateTime } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { batch, effect, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { confirmDialog, dialogForm, openDialog } from '../../elements/dialog.js';
import { segmented, selectInput, textInput } from '../../elements/form.js';
import { icon } from '../../elements/icons.js';
import { menuButton } from '../../elements/menu.js';
import { avatar, banner, button, emptyState, skeleton, timeText } from '../../elements/parts.js';
import { loaded } from './loading.js';

export const accessName = (/** @type {string} */ word) => ({ NONE: t('No access'), USER: t('User'), PROJECTADMIN: t('Project administrator'), ADMIN: t('Administrator') })[word] ?? word;

/** @param {any[]} roles @param {any} [user] nothing makes a new one @returns {Promise<any>} */
function userDialog(roles, user) {
  const form = signal({ name: user?.name ?? '', email: user?.email ?? '', access: user?.access ?? 'USER', roleId: user?.roleId ?? roles[0]?.id });
  const problem = signal(/** @type {ApiError | null} */ (null));
  const busy = signal(false);
  const set = (/** @type {Record<string, any>} */ change) => form.set({ ...form.peek(), ...change });
  return openDialog({
    title: user ? t('Change {name}', { name: user.name }) : t('New person'), class: 'small',
    content: (close) => dialogForm(h('div.fields', null,
      textInput({ label: t('Name'), value: form.peek().name, maxlength: 255, autofocus: true, error: () => problem()?.issue('name') ?? '', oninput: (/** @type {any} */ event) => set({ name: event.target.value }) }),
      textInput({ label: t('E-mail'), type: 'email', value: form.peek().email, error: () => problem()?.issue('email') ?? '', oninput: (/** @type {any} */ event) => set({ email: event.target.value }) }),
      selectInput({ label: t('Access'), value: form.peek().access, options: ['USER', 'PROJECTADMIN', 'ADMIN', 'NONE'].map((word) => ({ value: word, label: accessName(word) })), onchange: (event) => set({ access: event.target.value }) }),
      selectInput({ label: t('Role'), value: form.peek().roleId, hint: t('What it allows stands under Roles.'), options: roles.map((role) => ({ value: role.id, label: role.name })), onchange: (event) => set({ roleId: Number(event.target.value) }) })), {
      submit: user ? t('Save') : t('Make the account'), busy, cancel: () => close(), disabled: () => !form().name.trim() || !form().email.trim(),
      send: async () => {
        busy.set(true);
        try {
          close(user ? (await api.put(`/app/api/admin/users/${user.id}`, form.peek())).body : await api.post('/app/api/admin/users', form.peek()));
        } catch (error) {
          if (error instanceof ApiError && error.isInvalid) problem.set(error);
          else showError(error);
          busy.set(false);
        }
      },
    }),
  });
}

/** @param {{ user: any, password: string }} made */
function passwordNote(made) {
  const field = h('input.input.mono', { readOnly: true, value: made.password, 'aria-label': t('One-time password'), onfocus: (/** @type {any} */ event) => event.target.select() });
  return banner('warning', h('p', null, h('b', null, t('One-time password of {name}', { name: made.user.name })), ' ', t('It works once and is not shown again. Hand it over in person.')),
    h('div.copy-row', null, field, button(t('Copy'), { icon: 'copy', onclick: () => navigator.clipboard?.writeText(made.password).then(() => toast(t('Copied'))) })));
}

export function userSection() {
  const [search, state] = [signal(''), signal('all')];
  const { data, load } = loaded('/app/api/admin/users', () => ({ search: untracked(search), state: state.peek() === 'all' ? null : state.peek() }));
  const made = signal(/** @type {any} */ (null));
  effect(() => {
    state();
    untracked(() => void load());
  });
  const put = (/** @type {any} */ user) => data.set({ ...data.peek(), users: data.peek().users.map((/** @type {any} */ one) => (one.id === user.id ? user : one)) });
  const change = async (/** @type {any} */ user, /** @type {Record<string, any>} */ values, /** @type {string} */ message) => {
    try {
      put((await api.put(`/app/api/admin/users/${user.id}`, values)).body.user);
      toast(message);
    } catch (error) {
      showError(error);
    }
  };
  const create = async () => {
    const answer = await userDialog(data.peek().roles);
    if (!answer) return;
    batch(() => (made.set(answer), data.set({ ...data.peek(), total: data.peek().total + 1, users: [answer.user, ...data.peek().users] })));
  };
  const edit = async (/** @type {any} */ user) => {
    const answer = await userDialog(data.peek().roles, user);
    if (answer) put(answer.user);
  };
  const renew = async (/** @type {any} */ user) => {
    const sure = await confirmDialog({ title: t('A new password for {name}?', { name: user.name }), text: t('All browsers of this person are signed out; the present password stops working.'), action: t('Make a new password') });
    if (!sure) return;
    try {
      made.set(await api.post(`/app/api/admin/users/${user.id}/password`));
    } catch (error) {
      showError(error);
    }
  };
  commands(t('People'), [{ label: t('New person'), keys: 'n', icon: 'plus', when: () => Boolean(data.peek()), run: () => void create() }]);
  const row = (/** @type {() => any} */ user) => h('tr', { class: () => (user().isActive ? '' : 'off') },
    h('th', { scope: 'row' }, h('span.person', null, avatar(user()), h('span.run-words', null, h('b', null, () => user().name), h('small.muted', null, () => user().email)))),
    h('td', null, () => accessName(user().access)), h('td', null, () => data()?.roles.find((/** @type {any} */ role) => role.id === user().roleId)?.name ?? '–'),
    h('td', null, () => (user().isActive ? user().mustChangePassword ? t('invited') : t('active') : t('inactive')), () => (user().twoFactorEnabled ? h('span.badge', null, icon('shield', 'small'), t('second factor')) : null)),
    h('td.muted', null, () => (user().lastActiveAt ? timeText(user().lastActiveAt, ago(user().lastActiveAt), dateTime(user().lastActiveAt)) : t('never'))),
    h('td.number', null, menuButton(t('More for {name}', { name: user().name }), () => [
      { label: t('Edit…'), icon: 'edit', run: () => edit(user()) }, { label: t('New password…'), icon: 'key', run: () => renew(user()) },
      { label: user().isApi ? t('Forbid tokens') : t('Allow tokens'), icon: 'code', run: () => change(user(), { isApi: !user().isApi }, t('Saved')) },
      user().id !== boot().user.id && 'line',
      user().id !== boot().user.id && (user().isActive
        ? { label: t('Deactivate'), icon: 'close', danger: true, run: () => change(user(), { isActive: false }, t('{name} can no longer sign in', { name: user().name })) }
        : { label: t('Activate'), icon: 'tick', run: () => change(user(), { isActive: true }, t('{name} can sign in again', { name: user().name })) }),
    ])));
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  return h('section.stack', null,
    h('div.toolbar', null,
      segmented({ label: t('Which people'), value: state, onpick: state.set, options: [{ value: 'all', label: t('All') }, { value: 'active', label: t('Active') }, { value: 'inactive', label: t('Inactive') }] }),
      h('label.filter-field', null, icon('search', 'small'), h('input.filter-text', { type: 'search', placeholder: t('Find a person'), 'aria-label': t('Find a person'), oninput: (/** @type {any} */ event) => {
        clearTimeout(timer);
        search.set(event.target.value.trim());
        timer = setTimeout(load, 160);
      } })),
      h('span.grow'), h('span.muted', { role: 'status' }, () => (data() ? t('{n} person|{n} people', { n: data().total }) : '')), button(t('New person'), { kind: 'primary', icon: 'plus', keys: 'n', disabled: () => !data(), onclick: create })),
    () => (made() ? passwordNote(made()) : null),
    () => (data() ? null : skeleton(6)),
    h('div.card.table-card', { hidden: () => !data()?.users.length }, h('div.table-scroll', { tabindex: '0', role: 'group', 'aria-label': t('People') }, h('table.table', null, h('caption.sr', null, t('People')),
      h('thead', null, h('tr', null, [t('Name'), t('Access'), t('Role'), t('State'), t('Last seen')].map((text) => h('th', { scope: 'col' }, text)), h('td'))),
      h('tbody', null, each(() => data()?.users ?? [], (user) => user.id, (user) => row(user)))))),
    () => (data() && !data().users.length ? h('div.card', null, emptyState({ icon: 'search', title: t('Nobody fits') })) : null));
}
