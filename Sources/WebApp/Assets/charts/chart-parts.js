// @ts-check
// What all charts share: the frame with its data table, the width.
import { h } from '../core/dom.js';
import { onCleanup, signal } from '../core/signals.js';
import { number } from '../core/format.js';
import { t } from '../core/strings.js';

/** The width that an element has, followed. @param {HTMLElement} el @param {number} [first] before it is known */
export function widthOf(el, first = 480) {
  const width = signal(el.clientWidth || first);
  const watcher = new ResizeObserver(() => el.clientWidth && width.set(el.clientWidth));
  watcher.observe(el);
  onCleanup(() => watcher.disconnect());
  return width;
}

/** A table as a file that every spreadsheet opens; a text that begins like a formula stays a text. @param {string} name @param {(string | number)[][]} rows */
export function downloadCSV(name, rows) {
  const cell = (/** @type {string | number} */ value) => {
    const text = typeof value === 'string' && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const blob = new Blob([`\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`], { type: 'text/csv' });
  const link = h('a', { href: URL.createObjectURL(blob), download: `${name}.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** A chart and, behind "Show data", the same as a table.
 * @param {{ label: string, chart: any, head: string[], rows: () => (string | number)[][], legend?: any }} parts */
export function chartFrame({ label, chart, head, rows, legend }) {
  return h('figure.chart', { role: 'group', 'aria-label': label }, chart, legend,
    h('details.chart-data', null, h('summary', null, t('Show data')), h('button.link.csv', { type: 'button', onclick: () => downloadCSV(label, [head, ...rows()]) }, t('Download as CSV')),
      h('div.table-scroll', { tabindex: '0', role: 'group', 'aria-label': label }, h('table.table', null, h('caption.sr', null, label),
        h('thead', null, h('tr', null, head.map((text, index) => h('th', { scope: 'col', class: index ? 'number' : null }, text)))),
        h('tbody', null, () => rows().map(([name, ...values]) => h('tr', null, h('th', { scope: 'row' }, name),
          values.map((value) => h('td.number', null, typeof value === 'number' ? number(value) : value)))))))));
}
