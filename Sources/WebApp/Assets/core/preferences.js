// @ts-check
// Small things that this browser remembers: pane widths, open folders, drafts. Losing them must never matter.

/** @param {string} key @param {any} fallback @returns {any} */
export function remembered(key, fallback) {
  try {
    const text = localStorage.getItem(`assay.${key}`);
    return text == null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** @param {string} key @param {any} value nothing forgets it */
export function remember(key, value) {
  try {
    if (value == null) localStorage.removeItem(`assay.${key}`);
    else localStorage.setItem(`assay.${key}`, JSON.stringify(value));
  } catch {
    // A full or forbidden storage.
  }
}
