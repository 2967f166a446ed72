// @ts-check
// Running the place: people, roles, tokens, the audit log.
import { h } from '../../core/dom.js';
import { boot } from '../../core/facts.js';
import { t } from '../../core/strings.js';
import { emptyState } from '../../elements/parts.js';
import { auditSection } from './audit.js';
import { fieldSection } from './fields.js';
import { roleSection } from './roles.js';
import { tokenList } from './all-tokens.js';
import { userSection } from './users.js';
import '../../elements/tabs.js';

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  view(context) {
    const tab = () => context.query().get('tab') ?? 'users';
    return {
      title: t('Administration'), wide: false,
      main: h('div.page-body', null, boot().user.access === 'ADMIN'
        ? h('tab-set', {
          label: t('Administration'), selected: tab, onpick: (/** @type {CustomEvent} */ event) => context.setQuery({ tab: event.detail.id === 'users' ? null : event.detail.id }), tabs: [
            { id: 'users', label: t('People'), content: () => userSection() }, { id: 'roles', label: t('Roles'), content: () => roleSection() },
            { id: 'fields', label: t('Fields'), content: () => fieldSection() }, { id: 'tokens', label: t('Tokens'), content: () => tokenList() }, { id: 'audit', label: t('Audit log'), content: () => auditSection() },
          ],
        })
        : emptyState({ icon: 'key', title: t('For administrators'), text: t('Ask an administrator of this server.') })),
    };
  },
};
