// @ts-check
// The reader's own account: name, looks, password, tokens, signed-in browsers.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { singleKeys } from '../../core/keys.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { checkbox, segmented, textInput } from '../../elements/form.js';
import { button, propertyList } from '../../elements/parts.js';
import { appearance, setAppearance } from '../../shell/appearance.js';
import { sessionSection } from './sessions.js';
import { tokenSection } from './tokens.js';

/** @param {any} profile */
function accountSection(profile) {
  const name = signal(profile.user.name);
  const saved = signal(profile.user.name);
  const problem = signal(/** @type {ApiError | null} */ (null));
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    problem.set(null);
    try {
      const { etag } = await api.getVersioned('/app/api/profile');
      const { body } = await api.put('/app/api/profile', { name: name.peek().trim() }, { etag });
      saved.set(body.user.name);
      toast(t('Saved'));
    } catch (error) {
      if (error instanceof ApiError && error.isInvalid) problem.set(error);
      else showError(error);
    }
  };
  return h('section.card', null, h('h2', null, t('Account')),
    propertyList([[t('E-mail'), profile.user.email], [t('Access'), profile.user.access]]),
    h('form.fields', { onsubmit: save, novalidate: true },
      textInput({ label: t('Name'), autocomplete: 'name', maxlength: 255, value: name, error: () => problem()?.issue('name') ?? '', oninput: (/** @type {any} */ event) => name.set(event.target.value) }),
      h('div', null, button(t('Save'), { type: 'submit', disabled: () => !name().trim() || name() === saved() }))));
}

function looksSection() {
  return h('section.card', null, h('h2', null, t('Looks and keys')),
    h('div.fields', null,
      h('div.field', null, h('span', null, t('Theme')), segmented({ label: t('Theme'), value: () => appearance().theme, onpick: (theme) => void setAppearance({ theme: /** @type {any} */ (theme) }), options: [{ value: 'light', label: t('Light'), icon: 'sun' }, { value: 'dark', label: t('Dark'), icon: 'moon' }, { value: 'system', label: t('As the system'), icon: 'screen' }] })),
      h('div.field', null, h('span', null, t('Density')), segmented({ label: t('Density'), value: () => appearance().density, onpick: (density) => void setAppearance({ density: /** @type {any} */ (density) }), options: [{ value: 'compact', label: t('Compact') }, { value: 'default', label: t('Normal') }, { value: 'comfortable', label: t('Wide') }] })),
      checkbox({
        label: t('Keys without Ctrl or Alt'), hint: t('One letter for each verdict and step. Switch them off when they get in the way of speech input.'), checked: singleKeys,
        onchange: async (on) => {
          singleKeys.set(on);
          try {
            const { etag } = await api.getVersioned('/app/api/profile');
            await api.put('/app/api/profile', { singleKeys: on }, { etag });
          } catch (error) {
            singleKeys.set(!on);
            showError(error);
          }
        },
      })));
}

/** @param {string} email @param {() => void} ended */
function passwordSection(email, ended) {
  const values = signal({ current: '', next: '' });
  const problem = signal(/** @type {ApiError | null} */ (null));
  const field = (/** @type {'current' | 'next'} */ name, /** @type {string} */ label, /** @type {string} */ complete, /** @type {string} */ hint = '') => textInput({
    label, hint, type: 'password', autocomplete: complete, value: () => values()[name], error: () => problem()?.issue(name) ?? '', oninput: (/** @type {any} */ event) => values.set({ ...values.peek(), [name]: event.target.value }),
  });
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    problem.set(null);
    try {
      await api.post('/app/api/profile/password', values.peek());
      values.set({ current: '', next: '' });
      ended();
      toast(t('Password changed. Your other browsers are signed out.'));
    } catch (error) {
      if (error instanceof ApiError && error.isInvalid) problem.set(error);
      else showError(error);
    }
  };
  return h('section.card', null, h('h2', null, t('Password')), h('form.fields', { onsubmit: save, novalidate: true },
    // Password managers look for whose password it is.
    h('input', { type: 'email', autocomplete: 'username', value: email, hidden: true, readOnly: true }),
    field('current', t('Present password'), 'current-password'), field('next', t('New password'), 'new-password', t('At least 12 characters. A few words are good.')),
    h('div', null, button(t('Change password'), { type: 'submit', disabled: () => !values().current || values().next.length < 12 }))));
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  load: ({ signal: abort }) => api.get('/app/api/profile', { signal: abort }),
  view(_, profile) {
    const sessions = signal(/** @type {any[]} */ (profile.sessions));
    const onlyThis = () => sessions.update((all) => all.filter((one) => one.current));
    return {
      title: t('Profile'), wide: false,
      main: h('div.page-body.narrow', null, accountSection(profile), looksSection(), tokenSection(profile.tokens), passwordSection(profile.user.email, onlyThis), sessionSection(sessions, onlyThis)),
    };
  },
};
