// @ts-check
// Texts. The English text is the key, so the source reads as the page does; another language is a dictionary of the same keys.

/** @type {Record<string, string>} */ let dictionary = {};
let locale = 'en';
/** @type {Intl.PluralRules} */ let plurals = new Intl.PluralRules(locale);

/** @param {string} language @param {Record<string, string>} [translations] */
export function useLanguage(language, translations = {}) {
  locale = language;
  dictionary = translations;
  plurals = new Intl.PluralRules(language);
}

/** The language that numbers and dates are written in. */
export function currentLocale() {
  return locale;
}

/** The text in the reader's language. `{name}` is filled in; `one|other` forms are chosen by `n`.
 * @param {string} text @param {Record<string, string | number>} [values] @returns {string} */
export function t(text, values) {
  let found = dictionary[text] ?? text;
  if (!values) return found;
  if (found.includes('|') && typeof values.n === 'number') {
    const forms = found.split('|');
    const index = forms.length === 2 ? (plurals.select(values.n) === 'one' ? 0 : 1) : pluralIndex(values.n, forms.length);
    found = forms[index];
  }
  return found.replace(/\{(\w+)\}/g, (hole, name) => {
    const value = values[name];
    if (value === undefined) return hole;
    return typeof value === 'number' ? value.toLocaleString(locale) : value;
  });
}

// Languages with more than two forms list them in the order of CLDR: zero, one, two, few, many, other, unused ones left out.
/** @param {number} n @param {number} forms */
function pluralIndex(n, forms) {
  const used = plurals.resolvedOptions().pluralCategories;
  const order = ['zero', 'one', 'two', 'few', 'many', 'other'].filter((/** @type {any} */ name) => used.includes(name));
  return Math.min(Math.max(order.indexOf(plurals.select(n)), 0), forms - 1);
}
