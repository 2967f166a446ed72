// @ts-check
// Earlier versions of a case, what changed in each, and the way back.
import { h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { priorityName } from '../../core/facts.js';
import { ago, dateTime, duration } from '../../core/format.js';
import { batch, effect, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { wordDiff } from '../../editing/diff.js';
import { openDialog } from '../../elements/dialog.js';
import { button, emptyState, skeleton, timeText } from '../../elements/parts.js';

/** @param {any} version @returns {[string, string][]} */
function versionTexts(version) {
  const steps = version.steps.map((/** @type {any} */ step, /** @type {number} */ index) => `${index + 1}. ${step.action}\n   → ${step.expected || '–'}`).join('\n');
  return [
    [t('Title'), version.title], [t('Priority'), priorityName(version.priority)], [t('State'), version.state ?? ''], [t('Estimate'), version.estimate == null ? '' : duration(version.estimate)],
    [t('Tags'), version.tags.join(', ')], [t('Description'), version.description ?? ''], [t('Before you begin'), version.preconditions ?? ''], [t('Steps'), steps], [t('Expected result'), version.expected ?? ''],
  ];
}

/** @param {string} before @param {string} after */
export function diffText(before, after) {
  return h('p.diff', null, wordDiff(before, after).map(({ kind, text }) => (kind === 'same' ? text : h(kind === 'added' ? 'ins' : 'del', null, text))));
}

/** @param {import('./state.js').Repository} state @param {any} value @param {any} version @param {any} before */
async function showVersion(state, value, version, before) {
  const restore = await openDialog({
    title: t('Version {n} by {name}', { n: version.version, name: version.by }), class: 'wide',
    content: (close) => [h('div.dialog-body', { tabindex: '0', role: 'group', 'aria-label': t('Changes') },
      h('p.muted', null, before ? t('Compared with version {n}.', { n: before.version }) : t('The first version.')),
      versionTexts(version).map(([label, text], index) => {
        const old = before ? versionTexts(before)[index][1] : text;
        return (text || old) && h('section.part', null, h('h3', null, label, old !== text && h('span.badge', null, t('changed'))), diffText(old, text));
      })),
    h('footer.dialog-foot', null, h('span.grow'), button(t('Close'), { onclick: () => close() }),
      value.can.edit && version.version !== value.version && button(t('Restore this version'), { icon: 'history', kind: 'primary', onclick: () => close(true) }))],
  });
  if (!restore) return;
  try {
    await api.post(`/app/api/cases/${value.id}/versions/${version.version}/restore`);
    await state.loadCase(value.id);
    await state.list.reload();
    toast(t('Version {n} restored as a new version', { n: version.version }));
  } catch (error) {
    showError(error);
  }
}

/** @param {import('./state.js').Repository} state @param {() => any} value */
export function versionList(state, value) {
  const versions = signal(/** @type {any[] | null} */ (null));
  effect(() => {
    const { id, version } = value();
    void version;
    untracked(() => api.get(`/app/api/cases/${id}/versions`)).then((answer) => versions.set(answer.versions), (error) => batch(() => (versions.set([]), showError(error))));
  });
  const open = async (/** @type {number} */ number) => {
    try {
      const get = (/** @type {number} */ n) => api.get(`/app/api/cases/${value().id}/versions/${n}`);
      const [version, before] = await Promise.all([get(number), number > 1 ? get(number - 1) : null]);
      await showVersion(state, value(), version, before);
    } catch (error) {
      showError(error);
    }
  };
  return () => {
    const all = versions();
    if (!all) return skeleton(3);
    if (!all.length) return emptyState({ icon: 'history', title: t('No versions') });
    return h('ol.lines', null, all.map((version) => h('li.line', null, h('b.nowrap', null, t('Version {n}', { n: version.version })),
      h('span.grow', null, version.by), h('small.muted', null, timeText(version.at, ago(version.at), dateTime(version.at))),
      button(t('Compare'), { kind: 'quiet', 'aria-label': t('Compare version {n}', { n: version.version }), onclick: () => open(version.version) }))));
  };
}
