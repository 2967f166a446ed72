// @ts-check
// All keys of the page, from the same registry that obeys them.
import { h } from '../core/dom.js';
import { scopes, singleKeys } from '../core/keys.js';
import { t } from '../core/strings.js';
import { openDialog } from '../elements/dialog.js';
import { banner, keyHint } from '../elements/parts.js';

let isShown = false;

export function showAllKeys() {
  if (isShown) return;
  isShown = true;
  const groups = scopes.peek().filter((scope) => scope.commands.some((command) => command.keys));
  void openDialog({
    title: t('Keys'), class: 'wide',
    content: () => h('div.dialog-body', { tabindex: '0', role: 'group', 'aria-label': t('Keys') },
      !singleKeys.peek() && banner('info', t('Keys without Ctrl or Alt are switched off in your profile.')),
      h('div.keys-grid', null, groups.map((scope) => h('section', null, h('h3', null, scope.title), h('dl', null,
        scope.commands.filter((command) => command.keys).map((command) => h('div', null, h('dt', null, command.label),
          h('dd', null, (command.keys ?? '').split(' / ').map((keys) => [keyHint(keys), h('span.sr', null, keys)]))))))))),
  }).then(() => (isShown = false));
}
