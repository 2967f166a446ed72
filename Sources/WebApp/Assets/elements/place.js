// @ts-check
// Floating things beside what they belong to.

/** Puts a shown popover below (or, without room, above) its anchor and inside the window.
 * @param {Element} anchor @param {HTMLElement} floating @param {'start' | 'end'} [align] */
export function placeNear(anchor, floating, align = 'start') {
  const margin = 8;
  const at = anchor.getBoundingClientRect();
  floating.style.maxHeight = '';
  const size = floating.getBoundingClientRect();
  const below = innerHeight - at.bottom - margin;
  const goesUp = size.height > below && at.top > below;
  const room = Math.max(120, (goesUp ? at.top : below) - margin);
  const height = Math.min(size.height, room);
  const isRightToLeft = getComputedStyle(floating).direction === 'rtl';
  const alignsRight = (align === 'end') !== isRightToLeft;
  const left = alignsRight ? at.right - size.width : at.left;
  floating.style.maxHeight = `${room}px`;
  floating.style.left = `${Math.max(margin, Math.min(left, innerWidth - size.width - margin))}px`;
  floating.style.top = `${goesUp ? at.top - height - 4 : at.bottom + 4}px`;
}

/** Opens a popover and keeps it in place until it closes. @param {Element} anchor @param {HTMLElement} floating
 * @param {'start' | 'end'} [align] @returns {void} */
export function showNear(anchor, floating, align) {
  if (!floating.matches(':popover-open')) floating.showPopover();
  placeNear(anchor, floating, align);
  const again = () => placeNear(anchor, floating, align);
  addEventListener('resize', again);
  addEventListener('scroll', again, true);
  floating.addEventListener('toggle', (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== 'closed') return;
    removeEventListener('resize', again);
    removeEventListener('scroll', again, true);
  });
}
