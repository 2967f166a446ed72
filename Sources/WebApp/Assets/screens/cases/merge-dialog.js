// @ts-check
// Two people changed the same fields: whose text holds, field by field.
import { h } from '../../core/dom.js';
import { priorityName } from '../../core/facts.js';
import { duration } from '../../core/format.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { uniqueId } from '../../core/element.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';

/** @param {string} field */
function fieldName(field) {
  /** @type {Record<string, string>} */
  const names = {
    title: t('Title'), folderId: t('Folder'), description: t('Description'), preconditions: t('Before you begin'), expected: t('Expected result'), priority: t('Priority'),
    automation: t('Type'), stateId: t('State'), estimate: t('Estimate'), tags: t('Tags'), fields: t('Fields'), steps: t('Steps'),
  };
  return names[field] ?? field;
}

/** @param {string} field @param {any} value @param {import('./state.js').Repository} state @returns {string} */
export function valueText(field, value, state) {
  if (value == null || value === '') return '–';
  switch (field) {
    case 'steps': return value.map((/** @type {any} */ step, /** @type {number} */ index) => `${index + 1}. ${step.action}${step.expected ? `\n   → ${step.expected}` : ''}`).join('\n');
    case 'tags': return value.join(', ') || '–';
    case 'fields': return Object.entries(value).map(([name, one]) => `${name}: ${one ?? '–'}`).join('\n') || '–';
    case 'priority': return priorityName(value);
    case 'estimate': return duration(value);
    case 'folderId': return state.path(value).join(' / ');
    case 'stateId': return state.setup.states.find((/** @type {any} */ one) => one.id === value)?.name ?? String(value);
    default: return String(value);
  }
}

/** @param {import('../../editing/merge.js').Clash[]} clashes @param {import('./state.js').Repository} state
 * @returns {Promise<Record<string, any> | undefined>} the chosen values */
export function mergeDialog(clashes, state) {
  const choices = signal(/** @type {Record<string, 'mine' | 'theirs'>} */ (Object.fromEntries(clashes.map(({ field }) => [field, 'mine']))));
  const side = (/** @type {import('../../editing/merge.js').Clash} */ clash, /** @type {'mine' | 'theirs'} */ which, /** @type {string} */ name) => h('label.merge-side', null,
    h('span.check', null, h('input', { type: 'radio', name, checked: () => choices()[clash.field] === which, onchange: () => choices.update((now) => ({ ...now, [clash.field]: which })) }), h('b', null, which === 'mine' ? t('Yours') : t('Theirs'))),
    h('pre', null, valueText(clash.field, clash[which], state)));
  return openDialog({
    title: t('Somebody else changed this case too'), class: 'wide',
    content: (close) => dialogForm([
      h('p', null, t('Nothing is lost. Choose for each field which text holds; you can go on editing afterwards.')),
      clashes.map((clash) => {
        const name = uniqueId('merge');
        return h('fieldset.merge', null, h('legend', null, h('b', null, fieldName(clash.field))), h('div.merge-sides', null, side(clash, 'mine', name), side(clash, 'theirs', name)));
      }),
    ], { submit: t('Save the merged case'), cancel: () => close(), send: () => close(Object.fromEntries(clashes.map((clash) => [clash.field, clash[choices.peek()[clash.field]]]))) }),
  });
}
