// @ts-check
// Browsers that are signed in.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ago, date, dateTime } from '../../core/format.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { icon } from '../../elements/icons.js';
import { button, timeText } from '../../elements/parts.js';

/** A browser and a system out of a User-Agent line, as people name them. @param {string | null} agent */
export function agentName(agent) {
  const text = agent ?? '';
  const browser = [['Firefox', 'Firefox'], ['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Chrome', 'Chrome'], ['Safari', 'Safari'], ['curl', 'curl']].find(([sign]) => text.includes(sign))?.[1];
  const system = [['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'], ['Windows', 'Windows'], ['Mac OS', 'macOS'], ['Linux', 'Linux']].find(([sign]) => text.includes(sign))?.[1];
  if (!browser && !system) return text.slice(0, 60) || t('Unknown browser');
  return [browser ?? t('Browser'), system].filter(Boolean).join(', ');
}

/** @param {import('../../core/signals.js').Signal<any[]>} sessions @param {() => void} onlyThis */
export function sessionSection(sessions, onlyThis) {
  const end = async (/** @type {any} */ session) => {
    try {
      await api.delete(`/app/api/profile/sessions/${session.id}`);
      sessions.update((all) => all.filter((one) => one.id !== session.id));
      toast(t('Signed out there'));
    } catch (error) {
      showError(error);
    }
  };
  const endOthers = async () => {
    try {
      const { ended } = await api.delete('/app/api/profile/sessions');
      onlyThis();
      toast(t('{n} browser signed out|{n} browsers signed out', { n: ended }));
    } catch (error) {
      showError(error);
    }
  };
  const row = (/** @type {any} */ session) => h('li.line', null, icon('screen'),
    h('div.token-words', null, h('b', null, agentName(session.agent)), h('small.muted', null, session.address, ' · ', t('since {when}', { when: date(session.createdAt) }))), h('span.grow'),
    session.current ? h('span.badge', null, t('this browser')) : [h('span.small.muted', null, t('seen'), ' ', timeText(session.lastSeenAt, ago(session.lastSeenAt), dateTime(session.lastSeenAt))), button(t('Sign out'), { 'aria-label': t('Sign out {name}', { name: agentName(session.agent) }), onclick: () => end(session) })]);
  return h('section.card', null,
    h('div.spread', null, h('h2', null, t('Signed-in browsers')), () => (sessions().length > 1 ? button(t('Sign out all others'), { onclick: endOthers }) : null)),
    h('ul.lines', null, each(sessions, (session) => session.id, (session) => row(session.peek()))));
}
