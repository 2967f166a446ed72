// @ts-check
import { h } from '../../core/dom.js';
import { countsByStatus, statusNamed } from '../../core/facts.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { output, statusBadge } from '../../elements/parts.js';
import { legend, stackedBar } from '../../elements/stacked-bar.js';
import '../../charts/burn.js';
import '../../charts/charts.js';
import '../../elements/tabs.js';
import '../../lists/split-panes.js';
import '../../lists/virtual-list.js';
import '../../lists/virtual-tree.js';

/** @param {(title: string, ...content: any[]) => any} guide @param {() => any} counts */
export function data(guide, counts) {
  const [row, folder] = [signal(2), signal(2)];
  const [passed, failed] = [statusNamed('passed')?.id ?? 2, statusNamed('failed')?.id ?? 3];
  const days = Array.from({ length: 14 }, (_, index) => [`2026-05-${String(index + 1).padStart(2, '0')}`, index % 6 === 5 ? [] : [[passed, 80 + index * 9], [failed, 6 + (index * 5) % 17]]]);
  const list = () => h('virtual-list.test-list', {
    count: 10_000, selected: row, label: t('Tests'), onpick: (/** @type {CustomEvent} */ event) => row.set(event.detail.index),
    render: (/** @type {number} */ index) => [statusBadge(index % 5 ? passed : failed), h('span.id', null, `T${index + 1}`), h('span.title', null, t('Row {n} of ten thousand', { n: index + 1 })), h('span.end', null, 'High')],
  });
  const tree = () => h('virtual-tree', {
    label: t('Folders'), selected: folder, onpick: (/** @type {CustomEvent} */ event) => folder.set(event.detail.id),
    nodes: [{ id: 1, parentId: null, name: 'Sign-in', count: 64 }, { id: 2, parentId: null, name: 'Checkout', count: 212 }, { id: 3, parentId: 2, name: 'Payment', count: 74 }, { id: 4, parentId: 3, name: 'Cards', count: 20 }],
  });
  return [
    guide(t('Stacked bar'), stackedBar(counts), legend(() => countsByStatus(counts())), stackedBar(counts, { thick: true })),
    guide(t('Ring'), h('chart-donut', { counts, label: t('Results') })),
    guide(t('Bars by day'), h('chart-days', { days, label: t('Results by day') })),
    guide(t('Line'), h('chart-line', { points: days.map(([day], index) => [day, 0.7 + ((index * 7) % 10) / 40]), label: t('Share that passed') })),
    guide(t('Burn-down'), h('chart-burn', { days: days.map(([day], index) => [day, 120 + Math.floor(index / 4) * 10, Math.min(110, index * 9)]), due: Date.parse('2026-05-20T00:00:00Z'), finish: Date.parse('2026-05-18T00:00:00Z'), label: t('Tests left by day') })),
    guide(t('Bars'), h('chart-bars', { rows: [['test_checkout', 4.2], ['test_search', 2.1], ['test_mail', 0.12]], label: t('Slowest tests') })),
    guide(t('Tabs'), h('tab-set', { label: t('Example'), tabs: [{ id: 'a', label: t('First'), count: 3, content: () => h('p', null, t('The first panel.')) }, { id: 'b', label: t('Second'), content: () => h('p', null, t('The second panel.')) }] })),
    guide(t('Panes, tree and list'), h('div.demo-panes', null, h('split-panes', { panes: [
      { name: t('Folders'), node: h('section.pane-column', { 'aria-label': t('Folders') }, tree()), size: 220, least: 140 }, { name: t('Tests'), node: h('section.pane-column', { 'aria-label': t('Tests') }, list()), size: null, least: 240 },
    ], active: 1 }))),
    guide(t('Output'), output('Traceback (most recent call last):\n  File "tests/basket.py", line 118\nE   AssertionError', t('Stack trace'), { open: true }), output('INFO opening basket 4711', t('Output (system-out)'))),
    guide(t('Difference'), h('p.diff', null, 'The ', h('del', null, 'cart'), h('ins', null, 'basket'), ' survives a sign-in')),
  ];
}
