// @ts-check
// Steps from pasted text, and moving them about.

/** @typedef {{ id?: number, action: string, expected: string }} Step */

/** Steps of a pasted table or of numbered lines; nothing when the text is just text. @param {string} text @returns {Step[] | null} */
export function stepsFromText(text) {
  const lines = text.replaceAll('\r\n', '\n').split('\n').filter((line) => line.trim());
  if (lines.some((line) => line.includes('\t'))) {
    return lines.map((line) => {
      const cells = line.split('\t').map((cell) => cell.trim());
      // A first column of plain numbers counts the steps.
      const [action = '', ...expected] = /^\d+[.)]?$/.test(cells[0]) ? cells.slice(1) : cells;
      return { action, expected: expected.filter(Boolean).join('\n') };
    }).filter((step) => step.action || step.expected);
  }
  const numbered = lines.map((line) => /^\s*(?:\d+[.)]|[-*•])\s+(.*)$/.exec(line)?.[1]);
  if (lines.length < 2 || numbered.some((line) => line === undefined)) return null;
  return numbered.map((line) => {
    const [action, expected = ''] = /** @type {string} */ (line).split(/\s+(?:=>|→|->)\s+/);
    return { action, expected };
  });
}

/** @template T @param {readonly T[]} list @param {number} from @param {number} to @returns {T[]} */
export function moved(list, from, to) {
  const next = list.slice();
  if (from < 0 || from >= next.length || to < 0 || to >= next.length) return next;
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/** What the results of the steps say about the whole: a failure wins, then a blocker, then a retest; passed needs all of them.
 * @param {readonly (string | null)[]} keys system names of the steps' statuses @returns {string | null} */
export function verdictOf(keys) {
  for (const key of ['failed', 'exception', 'blocked', 'retest']) if (keys.includes(key)) return key;
  if (keys.length && keys.every((key) => key === 'passed' || key === 'skipped') && keys.includes('passed')) return 'passed';
  return keys.length && keys.every((key) => key === 'skipped') ? 'skipped' : null;
}
