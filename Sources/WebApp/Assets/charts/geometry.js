// @ts-check
// Where the parts of charts are drawn. Numbers only, so that it can be tested without a page.

/** Widths that add up to the whole, each part that is not nothing at least `least` wide.
 * @param {readonly number[]} values @param {number} width @param {{ gap?: number, least?: number }} [more]
 * @returns {{ start: number, size: number }[]} */
export function segments(values, width, { gap = 2, least = 3 } = {}) {
  const sum = values.reduce((a, b) => a + b, 0);
  const count = values.filter((value) => value > 0).length;
  if (!sum || !count) return values.map(() => ({ start: 0, size: 0 }));
  const room = Math.max(0, width - gap * (count - 1));
  const smallest = Math.min(least, room / count);
  const raw = values.map((value) => (value > 0 ? Math.max(smallest, (value / sum) * room) : 0));
  // What the smallest ones got too much is taken from the others by their share.
  const excess = raw.reduce((a, b) => a + b, 0) - room;
  const shrinkable = raw.reduce((total, size) => total + Math.max(0, size - smallest), 0);
  let start = 0;
  return raw.map((size) => {
    if (!size) return { start, size: 0 };
    const fitted = shrinkable ? size - (excess * (size - smallest)) / shrinkable : size;
    const place = { start, size: fitted };
    start += fitted + gap;
    return place;
  });
}

/** Round steps for an axis from 0 up. @param {number} highest @param {number} [wanted] @returns {number[]} */
export function ticks(highest, wanted = 4) {
  if (highest <= 0) return [0, 1];
  const rough = highest / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, (/** @type {number} */ ([1, 2, 5, 10].find((factor) => factor * power >= rough))) * power);
  const all = [];
  for (let value = 0; value < highest + step; value += step) all.push(value);
  return all;
}

/** The path of one arc of a ring. @param {number} from share 0–1 @param {number} to @param {number} center @param {number} outer @param {number} inner */
export function ringArc(from, to, center, outer, inner) {
  // A full ring cannot be one arc: its two ends would be the same point.
  const end = Math.min(to, from + 0.9999);
  const point = (/** @type {number} */ share, /** @type {number} */ radius) => {
    const angle = share * 2 * Math.PI - Math.PI / 2;
    return `${(center + radius * Math.cos(angle)).toFixed(2)} ${(center + radius * Math.sin(angle)).toFixed(2)}`;
  };
  const large = end - from > 0.5 ? 1 : 0;
  return `M${point(from, outer)}A${outer} ${outer} 0 ${large} 1 ${point(end, outer)}L${point(end, inner)}` +
    `A${inner} ${inner} 0 ${large} 0 ${point(from, inner)}Z`;
}

/** @param {readonly { x: number, y: number }[]} points */
export function linePath(points) {
  return points.map((point, index) => `${index ? 'L' : 'M'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join('');
}
