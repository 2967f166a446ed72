// @ts-check
// The words that differ between two texts.

/** @typedef {{ kind: 'same' | 'added' | 'removed', text: string }} Change */

const LIMIT = 1500;
const words = (/** @type {string} */ text) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** @param {string} before @param {string} after @returns {Change[]} */
export function wordDiff(before, after) {
  const [a, b] = [words(before), words(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  /** @type {Change[]} */ const changes = [];
  add(changes, 'same', a.slice(0, start));
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length > LIMIT || right.length > LIMIT) {
    add(changes, 'removed', left);
    add(changes, 'added', right);
  } else {
    middle(changes, left, right);
  }
  add(changes, 'same', a.slice(a.length - end));
  return changes;
}

/** @param {Change[]} changes @param {Change['kind']} kind @param {readonly string[]} parts */
function add(changes, kind, parts) {
  if (!parts.length) return;
  const last = changes.at(-1);
  if (last?.kind === kind) last.text += parts.join('');
  else changes.push({ kind, text: parts.join('') });
}

/** The longest common subsequence by table. @param {Change[]} changes @param {string[]} a @param {string[]} b */
function middle(changes, a, b) {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] = a[i] === b[j]
        ? table[(i + 1) * width + j + 1] + 1
        : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
    }
  }
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add(changes, 'same', [a[i]]);
      [i, j] = [i + 1, j + 1];
    } else if (j >= b.length || (i < a.length && table[(i + 1) * width + j] >= table[i * width + j + 1])) {
      add(changes, 'removed', [a[i++]]);
    } else {
      add(changes, 'added', [b[j++]]);
    }
  }
}
