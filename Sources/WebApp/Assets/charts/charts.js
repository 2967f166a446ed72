// @ts-check
// Charts as our own SVG: sharp in print, readable by tests and by ear.
import { h, svg } from '../core/dom.js';
import { define } from '../core/element.js';
import { countsByStatus, sumOf } from '../core/facts.js';
import { exactDuration, number, percent, shortDay } from '../core/format.js';
import { linePath, ringArc, segments, ticks } from './geometry.js';
import { t } from '../core/strings.js';
import { chartFrame, widthOf } from './chart-parts.js';
import { legend, partsText } from '../elements/stacked-bar.js';

// counts · label
define('chart-donut', { props: { counts: [], label: '' } }, (el) => {
  const size = 168;
  const parts = () => countsByStatus(el.counts);
  const ring = () => {
    const total = sumOf(el.counts);
    const passed = parts().filter(({ status }) => status.success).reduce((sum, { n }) => sum + n, 0);
    const done = parts().filter(({ status }) => status.completed || status.success || status.failure).reduce((sum, { n }) => sum + n, 0);
    const gap = parts().length > 1 ? 0.004 : 0;
    let from = 0;
    const arcs = parts().map(({ status, n }) => {
      const share = n / total;
      const arc = svg('path', { class: `fill-${status.tone}`, d: ringArc(from + gap / 2, Math.max(from + share - gap / 2, from + gap), size / 2, size / 2 - 2, size / 2 - 24) });
      from += share;
      return arc;
    });
    return svg('svg', { class: 'donut', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': `${el.label}: ${partsText(parts())}` },
      total ? arcs : svg('circle', { cx: size / 2, cy: size / 2, r: size / 2 - 13, class: 'donut-empty' }),
      svg('text', { x: size / 2, y: size / 2 + 2, class: 'donut-number' }, done ? percent(passed, done) : '–'),
      svg('text', { x: size / 2, y: size / 2 + 20, class: 'donut-word' }, t('passed')));
  };
  return chartFrame({
    label: el.label, chart: h('div.donut-row', null, ring, legend(parts)), head: [t('Status'), t('Tests'), t('Share')],
    rows: () => parts().map(({ status, n }) => [t(status.name), n, percent(n, sumOf(el.counts))]),
  });
});

// days: [[day, [[statusId, n]]]] · label
define('chart-days', { props: { days: [], label: '' } }, (el) => {
  const [height, left, bottom, top] = [176, 36, 22, 6];
  const width = widthOf(el);
  const seen = () => {
    const ids = [...new Set(el.days.flatMap((/** @type {any} */ [, counts]) => counts.map((/** @type {number[]} */ [id]) => id)))];
    return countsByStatus(ids.map((id) => [/** @type {number} */ (id), 1]));
  };
  const plot = () => {
    const highest = Math.max(...el.days.map((/** @type {any} */ [, counts]) => sumOf(counts)), 0);
    const scale = ticks(highest);
    const most = scale[scale.length - 1];
    const [inner, room] = [width() - left, height - bottom - top];
    const step = inner / Math.max(el.days.length, 1);
    const every = Math.ceil(56 / step);
    const y = (/** @type {number} */ value) => top + room * (1 - value / most);
    return svg('svg', { class: 'plot', width: width(), height, viewBox: `0 0 ${width()} ${height}`, role: 'img', 'aria-label': el.label },
      scale.map((value) => svg('g', null, svg('line', { class: 'grid-line', x1: left, x2: width(), y1: y(value), y2: y(value) }),
        svg('text', { class: 'axis end', x: left - 8, y: y(value) + 4 }, number(value, { notation: 'compact' })))),
      el.days.map((/** @type {any} */ [day, counts], /** @type {number} */ index) => {
        const parts = countsByStatus(counts);
        const tall = (sumOf(counts) / most) * room;
        const places = segments(parts.map(({ n }) => n), tall, { gap: 1, least: 2 });
        const bar = Math.max(2, Math.min(step * 0.72, 28));
        const x = left + index * step + (step - bar) / 2;
        return svg('g', null, svg('title', null, `${shortDay(day)}: ${partsText(parts)}`),
          svg('rect', { class: 'hover-area', x: left + index * step, y: top, width: step, height: room }),
          parts.map(({ status }, part) => svg('rect', { class: `fill-${status.tone}`, x, width: bar, y: top + room - places[part].start - places[part].size, height: places[part].size, rx: 1.5 })),
          index % every === 0 && svg('text', { class: 'axis middle', x: Math.max(left + 14, left + index * step + step / 2), y: height - 4 }, shortDay(day)));
      }));
  };
  return chartFrame({
    label: el.label, chart: plot, legend: h('ul.legend', null, () => seen().map(({ status }) => h('li.swatch', null, h('i', { class: `fill-${status.tone}` }), t(status.name)))),
    head: [t('Day'), ...seen().map(({ status }) => t(status.name))],
    rows: () => el.days.map((/** @type {any} */ [day, counts]) => [shortDay(day), ...seen().map(({ status }) => new Map(counts).get(status.id) ?? 0)]),
  });
});

// rows: [[label, value, href?]] · label · unit: seconds or plain numbers
define('chart-bars', { props: { rows: [], label: '', unit: 'seconds' } }, (el) => {
  const text = (/** @type {number} */ value) => (el.unit === 'seconds' ? exactDuration(value) : number(value));
  const bars = () => {
    const most = Math.max(...el.rows.map((/** @type {any} */ [, value]) => value), 0.001);
    return h('ol.bars', null, el.rows.map((/** @type {any} */ [name, value, href]) => h('li', null,
      h('span.bars-name', { title: name }, href ? h('a', { href }, name) : name),
      h('span.bars-track', { 'aria-hidden': 'true' }, h('i', { style: { width: `${Math.max(0.5, (value / most) * 100)}%` } })),
      h('span.number', null, text(value)))));
  };
  return h('div.chart', null, bars);
});

// points: [[label, value 0…1]] · label. A line of shares.
define('chart-line', { props: { points: [], label: '' } }, (el) => {
  const [height, left, bottom, top] = [148, 40, 22, 8];
  const width = widthOf(el);
  const plot = () => {
    const room = height - bottom - top;
    const step = (width() - left - 8) / Math.max(el.points.length - 1, 1);
    const places = el.points.map((/** @type {any} */ [, value], /** @type {number} */ index) => ({ x: left + index * step, y: top + room * (1 - value) }));
    const every = Math.ceil(64 / Math.max(step, 1));
    return svg('svg', { class: 'plot', width: width(), height, viewBox: `0 0 ${width()} ${height}`, role: 'img', 'aria-label': el.label },
      [0, 0.5, 1].map((share) => svg('g', null,
        svg('line', { class: 'grid-line', x1: left, x2: width(), y1: top + room * (1 - share), y2: top + room * (1 - share) }),
        svg('text', { class: 'axis end', x: left - 8, y: top + room * (1 - share) + 4 }, percent(share, 1)))),
      svg('path', { class: 'line', d: linePath(places) }),
      places.map((/** @type {any} */ place, /** @type {number} */ index) => svg('g', null,
        svg('circle', { class: 'dot', cx: place.x, cy: place.y, r: 3 }, svg('title', null, `${el.points[index][0]}: ${percent(el.points[index][1], 1)}`)),
        index % every === 0 && svg('text', { class: 'axis middle', x: Math.max(place.x, left + 12), y: height - 4 }, el.points[index][0]))));
  };
  return chartFrame({
    label: el.label, chart: plot, head: ['', t('Share')],
    rows: () => el.points.map((/** @type {any} */ [name, value]) => [name, percent(value, 1)]),
  });
});
