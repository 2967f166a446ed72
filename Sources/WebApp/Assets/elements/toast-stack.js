// @ts-check
// Where messages appear; read out politely, errors at once.
import { each, h } from '../core/dom.js';
import { define } from '../core/element.js';
import { batch, effect } from '../core/signals.js';
import { closeToast, toasts } from '../core/toasts.js';
import { t } from '../core/strings.js';
import { icon } from './icons.js';
import { iconButton } from './parts.js';

define('toast-stack', {}, (el) => {
  // A manual popover is above dialogs too, where an error of the dialog's own form must be seen.
  el.setAttribute('popover', 'manual');
  effect(() => {
    if (toasts().length && !el.matches(':popover-open')) el.showPopover();
    if (!toasts().length && el.matches(':popover-open')) el.hidePopover();
  });
  return h('div.toasts', { role: 'log', 'aria-live': 'polite', 'aria-label': t('Messages') }, each(toasts, (shown) => shown.id, (item) => {
    const shown = item.peek();
    return h('div', { class: ['toast', shown.tone], role: shown.tone === 'error' ? 'alert' : null },
      shown.tone === 'error' && icon('warning'),
      h('span', null, shown.text),
      shown.action && h('button.toast-action', {
        type: 'button',
        onclick: () => batch(() => {
          closeToast(shown.id);
          shown.run?.();
        }),
      }, shown.action, shown.key && h('kbd', { 'aria-hidden': 'true' }, shown.key)),
      shown.tone === 'error' && iconButton(t('Close'), 'close', { onclick: () => closeToast(shown.id) }));
  }));
});
