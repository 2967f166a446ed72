// @ts-check
// One filter language for lists: words to search for and `name:value` terms, as `payment status:failed,blocked tag:"needs review"`.

/** @typedef {{ text: string, terms: Record<string, string[]> }} Filter */

/** Splits at blanks and commas outside of quotes. @param {string} source @param {(char: string) => boolean} isBreak @returns {string[]} */
function pieces(source, isBreak) {
  const found = [];
  let [piece, quoted, any] = ['', false, false];
  for (const char of source) {
    if (char === '"') {
      quoted = !quoted;
      any = true;
      piece += char;
    } else if (!quoted && isBreak(char)) {
      if (piece || any) found.push(piece);
      [piece, any] = ['', false];
    } else {
      piece += char;
    }
  }
  if (piece) found.push(piece);
  return found;
}

const unquoted = (/** @type {string} */ text) => text.replaceAll('"', '');

/** @param {string} source @param {readonly string[]} names the terms that this list knows; others are plain words @returns {Filter} */
export function parseFilter(source, names) {
  /** @type {string[]} */ const words = [];
  /** @type {Record<string, string[]>} */ const terms = {};
  for (const piece of pieces(source, (char) => /\s/.test(char))) {
    const colon = piece.indexOf(':');
    const name = piece.slice(0, Math.max(colon, 0)).toLowerCase();
    if (colon < 1 || !names.includes(name)) {
      words.push(unquoted(piece));
      continue;
    }
    const values = pieces(piece.slice(colon + 1), (char) => char === ',').map(unquoted).filter(Boolean);
    if (values.length) terms[name] = [...new Set([...(terms[name] ?? []), ...values])];
  }
  return { text: words.join(' '), terms };
}

const quoted = (/** @type {string} */ value) => (/[\s,":]/.test(value) ? `"${unquoted(value)}"` : value);

/** The text that reads back as the same filter. @param {Filter} filter */
export function writeFilter(filter) {
  const terms = Object.entries(filter.terms).filter(([, values]) => values.length);
  return [filter.text, ...terms.map(([name, values]) => `${name}:${values.map(quoted).join(',')}`)].filter(Boolean).join(' ');
}

/** The filter with one value put in or taken out. @param {Filter} filter @param {string} name @param {string} value @returns {Filter} */
export function toggleTerm(filter, name, value) {
  const values = filter.terms[name] ?? [];
  const next = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
  return { text: filter.text, terms: { ...filter.terms, [name]: next } };
}
