// @ts-check
import { h } from '../../core/dom.js';
import { t } from '../../core/strings.js';
import { markdown } from '../../editing/markdown.js';
import { icon, iconNames } from '../../elements/icons.js';
import { keyHint } from '../../elements/parts.js';

const COLOURS = ['bg', 'canvas', 'subtle', 'line', 'strong', 'text', 'muted', 'accent', 'accent-bg', 'danger'];
const TONES = ['passed', 'failed', 'blocked', 'retest', 'skipped', 'untested', 'progress'];

/** @param {(title: string, ...content: any[]) => any} guide */
export function foundations(guide) {
  const swatch = (/** @type {string} */ name) => h('li.swatch-tile', null, h('i', { style: { background: `var(--${name})` } }), h('span', null, name));
  return [
    guide(t('Colours'), h('ul.swatches', null, COLOURS.map(swatch)), h('ul.swatches', null, TONES.map((tone) => swatch(`f-${tone}`)))),
    guide(t('Type'), h('p.type-xxl', null, t('Twenty-eight')), h('p.type-xl', null, t('Twenty')), h('h2', null, t('Eighteen, a heading')), h('h3', null, t('Fifteen, a smaller heading')),
      h('p', null, t('Thirteen is the size of everything else.')), h('p.small.muted', null, t('Twelve, muted, for what is said aside.')), h('p.mono', null, 'T1044 tpi_8Kq2vXbA 0:42')),
    guide(t('Text with markup'), h('div.prose', null, markdown('A paragraph with **strong**, *emphasis*, `code` and a [link](https://example.org/).\n\n- one\n- two\n\n1. first\n2. second\n\n> quoted\n\n```\nfunction of(code) {}\n```'))),
    guide(t('Icons'), h('ul.icon-grid', null, iconNames.map((name) => h('li', null, icon(name), h('small.muted', null, name))))),
    guide(t('Keys'), h('p.chips', null, keyHint('p'), keyHint('mod+k'), keyHint('g r'), keyHint('alt+arrowup'), keyHint('escape'))),
  ];
}
