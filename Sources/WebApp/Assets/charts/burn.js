// @ts-check
// What is left of a milestone day by day, where it should be, and where it is going.
import { h, svg } from '../core/dom.js';
import { define } from '../core/element.js';
import { number, shortDay } from '../core/format.js';
import { t } from '../core/strings.js';
import { chartFrame, widthOf } from './chart-parts.js';
import { linePath, ticks } from './geometry.js';

const DAY = 86_400_000;

// days: [[day, total, done]] · due, finish: milliseconds or null · label
define('chart-burn', { props: { days: [], due: null, finish: null, label: '' } }, (el) => {
  const [height, left, bottom, top] = [200, 40, 22, 10];
  const width = widthOf(el);
  const at = (/** @type {string} */ day) => Date.parse(`${day}T00:00:00Z`);
  const plot = () => {
    const days = el.days;
    if (!days.length) return null;
    // A number holds at the end of its day; before the first day nothing was done.
    const [first, last] = [at(days[0][0]), at(days[days.length - 1][0]) + DAY];
    // A forecast far away would press the past into a corner.
    const end = Math.max(last, el.due ?? 0, Math.min(el.finish ?? 0, last + (last - first + 7 * DAY)));
    const most = Math.max(...days.map((/** @type {any} */ [, total]) => total), 1);
    const scale = ticks(most);
    const high = scale[scale.length - 1];
    const [room, inner] = [height - bottom - top, width() - left - 10];
    const x = (/** @type {number} */ time) => left + ((time - first) / (end - first)) * inner;
    const y = (/** @type {number} */ value) => top + room * (1 - value / high);
    const open = [{ x: x(first), y: y(days[0][1]) }, ...days.map((/** @type {any} */ [day, total, done]) => ({ x: x(at(day) + DAY), y: y(total - done) }))];
    const all = [{ x: x(first), y: y(days[0][1]) }, ...days.map((/** @type {any} */ [day, total]) => ({ x: x(at(day) + DAY), y: y(total) }))];
    const now = open[open.length - 1];
    const span = Math.max(1, Math.ceil((end - first) / DAY / Math.max(2, Math.floor(inner / 90))));
    const marks = Array.from({ length: Math.floor((end - first) / DAY / span) + 1 }, (_, index) => first + index * span * DAY);
    return svg('svg', { class: 'plot', width: width(), height, viewBox: `0 0 ${width()} ${height}`, role: 'img', 'aria-label': el.label },
      scale.map((value) => svg('g', null, svg('line', { class: 'grid-line', x1: left, x2: width(), y1: y(value), y2: y(value) }), svg('text', { class: 'axis end', x: left - 8, y: y(value) + 4 }, number(value, { notation: 'compact' })))),
      marks.map((time) => svg('text', { class: 'axis middle', x: Math.min(width() - 20, Math.max(left + 14, x(time))), y: height - 4 }, shortDay(new Date(time).toISOString().slice(0, 10)))),
      svg('path', { class: 'burn-area', d: `${linePath(open)}L${now.x.toFixed(1)} ${y(0)}L${open[0].x.toFixed(1)} ${y(0)}Z` }),
      svg('path', { class: 'line scope', d: linePath(all) }),
      el.due && el.due > first && svg('path', { class: 'line ideal', d: linePath([{ x: x(first), y: y(most) }, { x: x(el.due), y: y(0) }]) }),
      el.due && el.due > first && svg('line', { class: 'due-line', x1: x(el.due), x2: x(el.due), y1: top, y2: y(0) }),
      el.finish && svg('path', { class: 'line forecast', d: linePath([now, { x: Math.min(x(el.finish), width()), y: el.finish > end ? y((1 - (end - last) / (el.finish - last)) * (days[days.length - 1][1] - days[days.length - 1][2])) : y(0) }]) }),
      svg('path', { class: 'line', d: linePath(open) }));
  };
  return chartFrame({
    label: el.label, chart: plot,
    legend: h('ul.legend', null, h('li.swatch', null, h('i.key-line'), t('Left')), h('li.swatch', null, h('i.key-line.scope'), t('In all')), () => (el.due ? h('li.swatch', null, h('i.key-line.ideal'), t('Ideal')) : null), () => (el.finish ? h('li.swatch', null, h('i.key-line.forecast'), t('Forecast')) : null)),
    head: [t('Day'), t('Left'), t('Done'), t('In all')], rows: () => el.days.map((/** @type {any} */ [day, total, done]) => [shortDay(day), total - done, done, total]),
  });
});
