// @ts-check
// Tokens for scripts and pipelines: made here, shown once, taken back at any time.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { ago, date, dateTime } from '../../core/format.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { confirmDialog, dialogForm, openDialog } from '../../elements/dialog.js';
import { selectInput, textInput } from '../../elements/form.js';
import { banner, button, emptyState, timeText } from '../../elements/parts.js';

const DAY = 86_400_000;

/** @returns {Promise<any>} the new row and its token */
function tokenDialog() {
  const name = signal('');
  const problem = signal(/** @type {ApiError | null} */ (null));
  const busy = signal(false);
  let days = 365;
  return openDialog({
    title: t('New token'), class: 'small',
    content: (close) => dialogForm(h('div.fields', null,
      textInput({ label: t('Name'), hint: t('Where it will be used, such as “CI of the shop”.'), maxlength: 100, autofocus: true, error: () => problem()?.issue('name') ?? '', oninput: (/** @type {any} */ event) => name.set(event.target.value) }),
      selectInput({
        label: t('Ends'), value: days, onchange: (event) => (days = Number(event.target.value)),
        options: [[30, t('in 30 days')], [90, t('in 90 days')], [365, t('in a year')], [0, t('never')]].map(([value, label]) => ({ value, label: String(label) })),
      })), {
      submit: t('Make the token'), busy, cancel: () => close(), disabled: () => !name().trim(),
      send: async () => {
        busy.set(true);
        try {
          close(await api.post('/app/api/profile/tokens', { name: name.peek().trim(), expiresAt: days ? Date.now() + days * DAY : null }));
        } catch (error) {
          if (error instanceof ApiError && error.isInvalid) problem.set(error);
          else showError(error);
          busy.set(false);
        }
      },
    }),
  });
}

/** @param {string} token */
function freshToken(token) {
  const field = h('input.input.mono', { readOnly: true, value: token, 'aria-label': t('The new token'), onfocus: (/** @type {any} */ event) => event.target.select() });
  const copy = async () => {
    field.select();
    await navigator.clipboard?.writeText(token).then(() => toast(t('Token copied')), () => {});
  };
  return banner('warning', h('p', null, h('b', null, t('Copy the token now.')), ' ', t('It is shown this once and never again.')), h('div.copy-row', null, field, button(t('Copy'), { icon: 'copy', onclick: copy })));
}

/** @param {any[]} first */
export function tokenSection(first) {
  const tokens = signal(first);
  const fresh = signal(/** @type {string | null} */ (null));
  const create = async () => {
    const made = await tokenDialog();
    if (!made) return;
    tokens.update((all) => [made.row, ...all]);
    fresh.set(made.token);
  };
  const revoke = async (/** @type {any} */ token) => {
    if (!await confirmDialog({ title: t('Revoke “{name}”?', { name: token.name }), text: t('What uses this token stops working at once. This cannot be undone.'), action: t('Revoke') })) return;
    try {
      await api.delete(`/app/api/profile/tokens/${token.id}`);
      tokens.update((all) => all.filter((one) => one.id !== token.id));
    } catch (error) {
      showError(error);
    }
  };
  const row = (/** @type {any} */ token) => {
    const isOver = token.expiresAt !== null && token.expiresAt < Date.now();
    return h('li.line', null, h('div.token-words', null, h('b', null, token.name), h('small.muted', null, h('span.mono', null, `${token.prefix}…`), ' · ', t('made {when}', { when: date(token.createdAt) }))),
      h('span.grow'),
      h('span.small', { class: isOver ? 'problem' : 'muted' }, isOver ? t('ended {when}', { when: date(token.expiresAt) }) : token.expiresAt === null ? t('never ends') : t('ends {when}', { when: date(token.expiresAt) })),
      h('span.small.muted', null, token.lastUsedAt ? [t('used'), ' ', timeText(token.lastUsedAt, ago(token.lastUsedAt), dateTime(token.lastUsedAt))] : t('never used')),
      button(t('Revoke'), { 'aria-label': t('Revoke {name}', { name: token.name }), onclick: () => revoke(token) }));
  };
  return h('section.card', null, h('div.spread', null, h('h2', null, t('API tokens')), button(t('New token'), { icon: 'plus', onclick: create })),
    h('p.muted', null, t('For scripts, pipelines and the assay command. A token may do what you may do.')),
    () => { const token = fresh(); return token ? freshToken(token) : null; },
    h('ul.lines', { hidden: () => !tokens().length }, each(tokens, (token) => token.id, (token) => row(token.peek()))),
    () => (tokens().length ? null : emptyState({ icon: 'key', title: t('No token yet') })));
}
