// What the filter offers while it is typed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggestions } from '../../Sources/WebApp/Assets/lists/filter-suggest.js';

const terms = [
  { name: 'priority', label: 'Priority', options: () => [{ value: 'HIGH', label: 'High' }, { value: 'LOW', label: 'Low' }] },
  { name: 'status', label: 'Last result', options: () => [{ value: 'failed', label: 'Failed' }] },
  { name: 'tag', label: 'Tag', options: () => [{ value: 'needs review', label: 'needs review' }, { value: 'smoke', label: 'smoke' }] },
];
const texts = (typed) => suggestions(typed, terms).map((one) => one.text);

test('a beginning of a term is completed, behind other words too', () => {
  assert.deepEqual(texts('pri'), ['priority:']);
  assert.deepEqual(texts('pay by card sta'), ['pay by card status:']);
  assert.deepEqual(texts('last'), ['status:']);
  assert.deepEqual(texts('zzz'), []);
  assert.deepEqual(texts('pay '), []);
});

test('values of a term are offered, quoted where they need it', () => {
  assert.deepEqual(texts('priority:'), ['priority:HIGH ', 'priority:LOW ']);
  assert.deepEqual(texts('priority:lo'), ['priority:LOW ']);
  assert.deepEqual(texts('tag:rev'), ['tag:"needs review" ']);
  assert.deepEqual(texts('tag:smoke,ne'), ['tag:smoke,"needs review" ']);
  assert.deepEqual(texts('unknown:x'), []);
});
