// @ts-check
// Who did what: the audit log with what changed.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { dateTime } from '../../core/format.js';
import { effect, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { selectInput } from '../../elements/form.js';
import { icon } from '../../elements/icons.js';
import { button, emptyState, skeleton, timeText } from '../../elements/parts.js';
import { loaded } from './loading.js';

/** `RepositoryCase` as words. @param {string} name */
const wordsOf = (name) => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
/** @param {any} value */
const shown = (value) => (value == null ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value));

/** @param {any} entry */
function changesOf(entry) {
  const fields = Object.entries(entry.changes ?? {});
  if (!fields.length) return null;
  return h('details.audit-changes', null, h('summary', null, t('{n} field|{n} fields', { n: fields.length })),
    h('dl.properties.rows', null, fields.map(([name, change]) => h('div', null, h('dt', null, wordsOf(name)), h('dd.diff', null,
      change?.old !== undefined && [h('del', null, shown(change.old)), ' '], change?.new !== undefined ? h('ins', null, shown(change.new)) : null)))));
}

export function auditSection() {
  const [search, action] = [signal(''), signal('')];
  const { data, load } = loaded('/app/api/admin/audit', () => ({ search: untracked(search), action: action.peek() || null }));
  effect(() => {
    action();
    untracked(() => void load());
  });
  const more = async () => {
    try {
      const now = data.peek();
      const answer = await api.get('/app/api/admin/audit', { query: { search: search.peek(), action: action.peek() || null, offset: now.entries.length } });
      data.set({ ...answer, entries: [...now.entries, ...answer.entries] });
    } catch (error) {
      showError(error);
    }
  };
  const actions = ['CREATE', 'UPDATE', 'DELETE', 'PASSWORD_CHANGED', 'ROLE_CHANGED', 'BULK_CREATE', 'BULK_UPDATE', 'BULK_DELETE'];
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  return h('section.stack', null,
    h('div.toolbar', null,
      selectInput({ label: t('Action'), bare: true, class: 'input', value: action, onchange: (event) => action.set(event.target.value), options: [{ value: '', label: t('Everything') }, ...actions.map((word) => ({ value: word, label: word.toLowerCase().replaceAll('_', ' ') }))] }),
      h('label.filter-field', null, icon('search', 'small'), h('input.filter-text', { type: 'search', placeholder: t('Find by name'), 'aria-label': t('Find by name'), oninput: (/** @type {any} */ event) => {
        clearTimeout(timer);
        search.set(event.target.value.trim());
        timer = setTimeout(load, 200);
      } }))),
    () => (data() ? null : skeleton(8)),
    h('div.card.table-card', { hidden: () => !data()?.entries.length }, h('div.table-scroll', { tabindex: '0', role: 'group', 'aria-label': t('Audit log') }, h('table.table', null, h('caption.sr', null, t('Audit log')),
      h('thead', null, h('tr', null, [t('When'), t('Who'), t('Did'), t('With'), t('What changed')].map((text) => h('th', { scope: 'col' }, text)))),
      h('tbody', null, each(() => data()?.entries ?? [], (entry) => entry.id, (item) => {
        const entry = item.peek();
        return h('tr', null, h('td.nowrap', null, timeText(entry.at, dateTime(entry.at))), h('th', { scope: 'row' }, entry.person ?? t('the server'), entry.byToken && h('span.badge', null, t('token'))),
          h('td', null, entry.action.toLowerCase().replaceAll('_', ' ')), h('td', null, wordsOf(entry.entity), ' ', entry.title ? h('b', null, entry.title) : entry.entityId, entry.project && h('small.muted', null, ' · ', entry.project)), h('td', null, changesOf(entry)));
      }))))),
    () => (data() && !data().entries.length ? h('div.card', null, emptyState({ icon: 'search', title: t('Nothing fits') })) : null),
    () => (data()?.more ? button(t('Show more'), { icon: 'down', onclick: more }) : null));
}
