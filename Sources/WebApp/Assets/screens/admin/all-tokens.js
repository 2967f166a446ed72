// @ts-check
// Every token of every person.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ago, date, dateTime } from '../../core/format.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { confirmDialog } from '../../elements/dialog.js';
import { button, emptyState, skeleton, timeText } from '../../elements/parts.js';
import { loaded } from './loading.js';

export function tokenList() {
  const { data, load } = loaded('/app/api/admin/tokens');
  void load();
  const revoke = async (/** @type {any} */ token) => {
    if (!await confirmDialog({ title: t('Revoke {name}?', { name: token.name }), text: t('Scripts that use this token stop working at once.'), action: t('Revoke') })) return;
    try {
      await api.delete(`/app/api/admin/tokens/${token.id}`);
      await load();
      toast(t('Token revoked'));
    } catch (error) {
      showError(error);
    }
  };
  const stateOf = (/** @type {any} */ token) => (!token.isActive ? t('revoked') : token.expiresAt && token.expiresAt < Date.now() ? t('expired') : token.expiresAt ? t('until {day}', { day: date(token.expiresAt) }) : t('without end'));
  return h('section.stack', null, () => (data() ? null : skeleton(5)),
    h('div.card.table-card', { hidden: () => !data()?.tokens.length }, h('div.table-scroll', { tabindex: '0', role: 'group', 'aria-label': t('Tokens') }, h('table.table', null, h('caption.sr', null, t('Tokens')),
      h('thead', null, h('tr', null, [t('Name'), t('Person'), t('Begins with'), t('State'), t('Last used')].map((text) => h('th', { scope: 'col' }, text)), h('td'))),
      h('tbody', null, each(() => data()?.tokens ?? [], (token) => token.id, (token) => h('tr', { class: () => (token().isActive ? '' : 'off') },
        h('th', { scope: 'row' }, () => token().name), h('td', null, () => token().owner), h('td.mono', null, () => token().prefix), h('td', null, () => stateOf(token())),
        h('td.muted', null, () => (token().lastUsedAt ? timeText(token().lastUsedAt, ago(token().lastUsedAt), dateTime(token().lastUsedAt)) : t('never'))),
        h('td.number', null, () => (token().isActive ? button(t('Revoke'), { kind: 'quiet', 'aria-label': t('Revoke {name}', { name: token().name }), onclick: () => revoke(token()) }) : null)))))))),
    () => (data() && !data().tokens.length ? h('div.card', null, emptyState({ icon: 'key', title: t('No token yet') })) : null));
}
