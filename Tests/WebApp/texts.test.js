// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { parseFilter, toggleTerm, writeFilter } from '../../Sources/WebApp/Assets/core/filter.js';
import { ago, clock, duration, exactDuration, fileSize, initials, percent, readDuration, writeDuration } from '../../Sources/WebApp/Assets/core/format.js';
import { t, useLanguage } from '../../Sources/WebApp/Assets/core/strings.js';
import { wordDiff } from '../../Sources/WebApp/Assets/editing/diff.js';
import { changedFields, mergeFields } from '../../Sources/WebApp/Assets/editing/merge.js';
import { moved, stepsFromText, verdictOf } from '../../Sources/WebApp/Assets/editing/steps.js';

const NAMES = ['status', 'tag', 'priority'];

test('a filter has words and terms', () => {
  assert.deepEqual(parseFilter('pay status:failed,blocked tag:"needs review" now', NAMES), {
    text: 'pay now', terms: { status: ['failed', 'blocked'], tag: ['needs review'] },
  });
});

test('an unknown term is a word, an empty one is nothing', () => {
  assert.deepEqual(parseFilter('http://x a:b status: tag:""', NAMES), { text: 'http://x a:b', terms: {} });
});

test('a written filter reads back as the same filter', () => {
  for (const filter of [
    { text: 'two words', terms: { tag: ['a b', 'c,d', 'e:f'], status: ['failed'] } }, { text: '', terms: {} }, { text: '', terms: { priority: ['HIGH', 'LOW'] } },
  ]) assert.deepEqual(parseFilter(writeFilter(filter), NAMES), filter);
});

test('a term is switched on and off', () => {
  const on = toggleTerm({ text: 'x', terms: {} }, 'status', 'failed');
  assert.deepEqual(on.terms, { status: ['failed'] });
  assert.deepEqual(toggleTerm(on, 'status', 'failed').terms, { status: [] });
});

test('durations are read as people write them', () => {
  const table = [['', null], ['3', 180], ['1.5', 90], ['90s', 90], ['3m', 180], ['1h 30m', 5400], ['2 hours', 7200], ['1h1m1s', 3661], ['soon', undefined], ['3x', undefined], ['-1', undefined]];
  for (const [text, seconds] of table) assert.equal(readDuration(String(text)), seconds, String(text));
  for (const seconds of [0, 59, 60, 3600, 5430, 90_061]) assert.equal(readDuration(writeDuration(seconds)) ?? 0, seconds);
});

test('durations, shares and sizes are short and true', () => {
  assert.equal(duration(null), '–');
  assert.equal(duration(0.42), '420 ms');
  assert.equal(duration(59), '59 s');
  assert.equal(duration(5400), '1 h 30 min');
  assert.equal(exactDuration(3.144), '3.14 s');
  assert.equal(clock(42), '00:42');
  assert.equal(clock(3725), '1:02:05');
  assert.equal(percent(0, 0), '0 %');
  assert.equal(percent(1, 1000), '1 %');
  assert.equal(percent(999, 1000), '99 %');
  assert.equal(percent(1000, 1000), '100 %');
  assert.equal(fileSize(999), '999 B');
  assert.equal(fileSize(1_250_000), '1.3 MB');
  assert.equal(ago(1000, 2000), 'just now');
  assert.equal(ago(null), 'never');
  assert.equal(initials('Ada Maria Winter'), 'AW');
  assert.equal(initials(''), '?');
});

test('a text is chosen by number and language', () => {
  assert.equal(t('{n} case|{n} cases', { n: 1 }), '1 case');
  assert.equal(t('{n} case|{n} cases', { n: 1200 }), '1,200 cases');
  assert.equal(t('Hello {name}', { name: '{n}' }), 'Hello {n}');
  useLanguage('pl', { '{n} case|{n} cases': '{n} przypadek|{n} przypadki|{n} przypadków|{n} przypadku' });
  assert.deepEqual([1, 3, 5].map((n) => t('{n} case|{n} cases', { n })), ['1 przypadek', '3 przypadki', '5 przypadków']);
  useLanguage('en');
});

test('a diff names the words that changed', () => {
  assert.deepEqual(wordDiff('the red cat sat', 'the blue cat sat down'), [
    { kind: 'same', text: 'the ' }, { kind: 'removed', text: 'red' }, { kind: 'added', text: 'blue' }, { kind: 'same', text: ' cat sat' }, { kind: 'added', text: ' down' },
  ]);
  assert.deepEqual(wordDiff('same', 'same'), [{ kind: 'same', text: 'same' }]);
  const [a, b] = ['x '.repeat(4000), 'y '.repeat(4000)];
  const big = wordDiff(a, b);
  assert.equal(big.filter((part) => part.kind !== 'added').map((part) => part.text).join(''), a);
});

test('a diff loses nothing', () => {
  const words = ['a', 'b', ' ', 'c', '\n', 'é', '12'];
  for (let seed = 1; seed < 200; seed++) {
    const pick = (/** @type {number} */ n) => Array.from({ length: seed % 17 }, (_, i) => words[(seed * n + i * i * n) % words.length]).join('');
    const [a, b] = [pick(3), pick(5)];
    const parts = wordDiff(a, b);
    assert.equal(parts.filter((part) => part.kind !== 'added').map((part) => part.text).join(''), a);
    assert.equal(parts.filter((part) => part.kind !== 'removed').map((part) => part.text).join(''), b);
  }
});

test('a merge keeps what one side changed and names what both did', () => {
  const base = { title: 'a', tags: ['x'], steps: [], priority: 'LOW' };
  const { merged, clashes } = mergeFields(base, { ...base, title: 'mine', tags: ['x', 'y'] }, { ...base, title: 'theirs', priority: 'HIGH' }, Object.keys(base));
  assert.deepEqual(merged, { title: 'mine', tags: ['x', 'y'], steps: [], priority: 'HIGH' });
  assert.deepEqual(clashes, [{ field: 'title', base: 'a', mine: 'mine', theirs: 'theirs' }]);
  assert.deepEqual(changedFields(base, { ...base, tags: ['x'], title: 'b' }, Object.keys(base)), { title: 'b' });
});

test('both sides with the same change do not clash', () => {
  const { clashes } = mergeFields({ a: 1 }, { a: 2 }, { a: 2 }, ['a']);
  assert.deepEqual(clashes, []);
});

test('pasted tables and numbered lines become steps, text does not', () => {
  assert.deepEqual(stepsFromText('Open\tIt opens\r\nClose\t\n'), [{ action: 'Open', expected: 'It opens' }, { action: 'Close', expected: '' }]);
  assert.deepEqual(stepsFromText('1.\tOpen\tIt opens\n2.\tClose\tIt closes'), [{ action: 'Open', expected: 'It opens' }, { action: 'Close', expected: 'It closes' }]);
  assert.deepEqual(stepsFromText('1. Open => It opens\n2) Close'), [{ action: 'Open', expected: 'It opens' }, { action: 'Close', expected: '' }]);
  assert.equal(stepsFromText('Just a line'), null);
  assert.equal(stepsFromText('1. one\nand text'), null);
});

test('steps move within their list only', () => {
  assert.deepEqual(moved([1, 2, 3], 0, 2), [2, 3, 1]);
  assert.deepEqual(moved([1, 2, 3], 2, 0), [3, 1, 2]);
  assert.deepEqual(moved([1, 2, 3], 0, 3), [1, 2, 3]);
});

test('the steps suggest the verdict', () => {
  assert.equal(verdictOf(['passed', 'failed', null]), 'failed');
  assert.equal(verdictOf(['passed', 'blocked']), 'blocked');
  assert.equal(verdictOf(['passed', null]), null);
  assert.equal(verdictOf(['passed', 'skipped']), 'passed');
  assert.equal(verdictOf([]), null);
});
