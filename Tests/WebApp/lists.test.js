// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { linePath, ringArc, segments, ticks } from '../../Sources/WebApp/Assets/charts/geometry.js';
import { moveBorder, scrollIntoRange, visibleRange } from '../../Sources/WebApp/Assets/lists/geometry.js';
import { childrenByParent, pathTo, totalsBelow, treeNodes, unfolded, withDescendants } from '../../Sources/WebApp/Assets/lists/tree.js';
import { windowed } from '../../Sources/WebApp/Assets/lists/window.js';
import { effect, root } from '../../Sources/WebApp/Assets/core/signals.js';
import { folderTotals } from '../../Sources/WebApp/Assets/screens/runs/folder-checks.js';

const FOLDERS = [[1, null, 'Sign-in', 2, 4], [2, null, 'Checkout', 1, 1], [3, 2, 'Payment', 1, 5], [4, 3, 'Cards', 1, 2], [9, 77, 'Lost', 3, 1]];

test('only the rows in sight and a margin are drawn', () => {
  assert.deepEqual(visibleRange(0, 320, 32, 100_000), { first: 0, last: 18 });
  assert.deepEqual(visibleRange(3_199_680, 320, 32, 100_000), { first: 99_982, last: 100_000 });
  assert.deepEqual(visibleRange(500, 0, 32, 3), { first: 3, last: 3 });
  assert.deepEqual(visibleRange(0, 320, 32, 0), { first: 0, last: 0 });
});

test('a row is scrolled into sight and no further', () => {
  assert.equal(scrollIntoRange(5, 0, 320, 32), 0);
  assert.equal(scrollIntoRange(10, 0, 320, 32), 32);
  assert.equal(scrollIntoRange(0, 500, 320, 32), 0);
});

test('parts of a bar fill it, small ones stay visible', () => {
  const places = segments([412, 38, 1, 0], 500);
  const last = places[2];
  assert.ok(Math.abs(last.start + last.size - 500) < 0.01);
  assert.ok(last.size >= 2.9);
  assert.equal(places[3].size, 0);
  assert.deepEqual(segments([0, 0], 100).map((place) => place.size), [0, 0]);
  assert.ok(segments(Array(50).fill(1), 40).every((place) => place.size >= 0));
});

test('axis steps are round and reach above the highest value', () => {
  assert.deepEqual(ticks(0), [0, 1]);
  assert.deepEqual(ticks(3), [0, 1, 2, 3]);
  assert.deepEqual(ticks(271), [0, 100, 200, 300]);
  for (const most of [1, 7, 99, 12_345, 1e6]) assert.ok(/** @type {number} */ (ticks(most).at(-1)) >= most);
});

test('rings and lines are paths', () => {
  assert.match(ringArc(0, 1, 50, 40, 20), /^M50\.00 10\.00A40 40 0 1 1 /);
  assert.equal(linePath([{ x: 1, y: 2 }, { x: 3, y: 4 }]), 'M1.0 2.0L3.0 4.0');
});

test('a border moves between its two panes only', () => {
  assert.deepEqual(moveBorder([200, 400, 300], 0, 50, [100, 200, 100]), [250, 350, 300]);
  assert.deepEqual(moveBorder([200, 400, 300], 0, 999, [100, 200, 100]), [400, 200, 300]);
  assert.deepEqual(moveBorder([200, 400, 300], 1, -999, [100, 200, 100]), [200, 200, 500]);
});

test('folders stand in their order below their parents, lost ones at the top', () => {
  const children = childrenByParent(treeNodes(FOLDERS));
  assert.deepEqual(unfolded(children, new Set()).map((row) => row.node.name), ['Checkout', 'Sign-in', 'Lost']);
  const rows = unfolded(children, new Set([2, 3]));
  assert.deepEqual(rows.map((row) => [row.node.name, row.level, row.position, row.size]), [
    ['Checkout', 1, 1, 3], ['Payment', 2, 1, 1], ['Cards', 3, 1, 1], ['Sign-in', 1, 2, 3], ['Lost', 1, 3, 3],
  ]);
});

test('counts, paths and descendants', () => {
  const nodes = treeNodes(FOLDERS);
  assert.equal(totalsBelow(nodes).get(2), 8);
  assert.deepEqual(pathTo(nodes, 4), ['Checkout', 'Payment', 'Cards']);
  assert.deepEqual(withDescendants(nodes, 2), [2, 3, 4]);
});

test('a folder that contains itself ends nothing', () => {
  const nodes = [{ id: 1, parentId: 2, name: 'a' }, { id: 2, parentId: 1, name: 'b' }];
  assert.deepEqual(unfolded(childrenByParent(nodes), new Set([1, 2])), []);
  assert.ok(pathTo(nodes, 1).length <= 64);
});

test('chosen folders count each case once', () => {
  assert.equal(folderTotals(FOLDERS, new Set([2, 3, 4, 1])), 12);
  assert.equal(folderTotals(FOLDERS, new Set([4])), 2);
  assert.equal(folderTotals(FOLDERS, new Set()), 0);
});

const pages = (/** @type {number} */ total) => {
  /** @type {number[]} */ const asked = [];
  const fetch = async (/** @type {number} */ offset, /** @type {number} */ limit) => {
    asked.push(offset);
    return { total, offset, rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, index) => [offset + index]) };
  };
  return { asked, fetch };
};
const settled = () => new Promise((done) => setTimeout(done, 5));

test('a window fetches the pages that are looked at, each once', async () => {
  const { asked, fetch } = pages(1000);
  await root(async (end) => {
    const list = windowed({ fetch, pageSize: 100 });
    await list.reload();
    assert.equal(list.total(), 1000);
    /** @type {any[]} */ const seen = [];
    effect(() => seen.push(list.row(950)?.[0]));
    list.row(951);
    await settled();
    assert.deepEqual(asked, [0, 900]);
    assert.deepEqual(seen, [undefined, 950]);
    assert.equal(list.peek(500), undefined);
    assert.deepEqual(await list.fetched(500), [500]);
    assert.equal(list.find((row) => row[0] === 555), 555);
    end();
  });
});

test('a row is changed in place and added at the end', async () => {
  const { fetch } = pages(3);
  const list = windowed({ fetch, pageSize: 100 });
  await list.reload();
  list.update(1, () => ['changed']);
  list.append(['new']);
  assert.deepEqual(list.loaded(), [[0], ['changed'], [2], ['new']]);
  assert.equal(list.total(), 4);
});

test('a late answer of an old question is dropped', async () => {
  /** @type {((page: any) => void)[]} */ const answers = [];
  const list = windowed({ fetch: () => new Promise((done) => answers.push(done)), pageSize: 10 });
  const [first, second] = [list.reload(), list.reload()];
  answers[1]({ total: 1, offset: 0, rows: [['new']] });
  answers[0]({ total: 9, offset: 0, rows: [['old']] });
  await Promise.all([first, second]);
  assert.equal(list.total(), 1);
  assert.deepEqual(list.peek(0), ['new']);
});
