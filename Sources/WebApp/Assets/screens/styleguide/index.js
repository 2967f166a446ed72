// @ts-check
// Every component once, in all its states: looked at by people, tested in both themes.
import { h } from '../../core/dom.js';
import { allStatuses } from '../../core/facts.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { segmented } from '../../elements/form.js';
import { appearance, setAppearance } from '../../shell/appearance.js';
import { controls } from './controls.js';
import { data } from './data.js';
import { foundations } from './foundations.js';
import { overlays } from './overlays.js';

/** A titled part of the guide. @param {string} title @param {...any} content */
export function guide(title, ...content) {
  return h('section.card.guide', { 'aria-label': title }, h('h2', null, title), content);
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  view() {
    const counts = signal(allStatuses().map((status, index) => [status.id, [206, 412, 38, 21, 14, 9, 4][index] ?? 3]));
    return {
      title: t('Style guide'), wide: false,
      actions: segmented({ label: t('Theme'), value: () => appearance().theme, onpick: (theme) => void setAppearance({ theme: /** @type {any} */ (theme) }), options: [{ value: 'light', label: t('Light') }, { value: 'dark', label: t('Dark') }] }),
      main: h('div.page-body', null, foundations(guide), controls(guide), data(guide, counts), overlays(guide)),
    };
  },
};
