// @ts-check
import { h } from '../../core/dom.js';
import { t } from '../../core/strings.js';
import { toast } from '../../core/toasts.js';
import { confirmDialog, dialogForm, openDialog } from '../../elements/dialog.js';
import { textInput } from '../../elements/form.js';
import { menuButton } from '../../elements/menu.js';
import { button } from '../../elements/parts.js';

/** @param {(title: string, ...content: any[]) => any} guide */
export function overlays(guide) {
  const items = () => [
    { label: t('Rename'), icon: 'edit', keys: 'f2', run: () => {} }, { label: t('Chosen'), checked: true, run: () => {} }, { label: t('Not now'), disabled: true, run: () => {} },
    /** @type {'line'} */ ('line'), { label: t('Delete'), icon: 'trash', danger: true, run: () => {} },
  ];
  return [guide(t('Over the page'), h('div.chips', null,
    menuButton(t('Menu'), items, { face: t('Menu'), kind: '', align: 'start' }),
    button(t('Dialog'), { onclick: () => openDialog({ title: t('A dialog'), class: 'small', content: (close) => dialogForm(textInput({ label: t('Name') }), { submit: t('Save'), cancel: () => close(), send: () => close() }) }) }),
    button(t('Confirm by name'), { onclick: () => confirmDialog({ title: t('Delete the project?'), text: t('This cannot be undone.'), action: t('Delete'), name: 'Shop' }) }),
    button(t('Message'), { onclick: () => toast(t('Saved')) }), button(t('Message with undo'), { onclick: () => toast(t('T1043 failed'), { action: t('Undo'), key: 'Z', run: () => {} }) }),
    button(t('Error message'), { onclick: () => toast(t('Something went wrong. Request req-77'), { tone: 'error' }) })))];
}
