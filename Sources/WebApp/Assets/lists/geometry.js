// @ts-check
// Windows onto long lists and borders of panes. Numbers only, so that it can be tested without a page.

/** The rows to draw for a scroll position, with a margin on both sides.
 * @param {number} scrollTop @param {number} height @param {number} rowHeight @param {number} count @param {number} [margin] */
export function visibleRange(scrollTop, height, rowHeight, count, margin = 8) {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + margin);
  return { first: Math.min(first, last), last };
}

/** Where to scroll so that a row is in sight, or the present place when it is. @param {number} index @param {number} scrollTop
 * @param {number} height @param {number} rowHeight */
export function scrollIntoRange(index, scrollTop, height, rowHeight) {
  const [top, bottom] = [index * rowHeight, (index + 1) * rowHeight];
  if (top < scrollTop) return top;
  if (bottom > scrollTop + height) return bottom - height;
  return scrollTop;
}

/** New sizes when the border after the pane `index` moves; no pane goes below its least size.
 * @param {readonly number[]} sizes @param {number} index @param {number} by @param {readonly number[]} least @returns {number[]} */
export function moveBorder(sizes, index, by, least) {
  const next = sizes.slice();
  const most = sizes[index + 1] - least[index + 1];
  const moved = Math.max(least[index] - sizes[index], Math.min(by, most));
  next[index] += moved;
  next[index + 1] -= moved;
  return next;
}
