// @ts-check
// Holds the modules to the shape that lets the server join them (docs/web-contract.md, section 10) and to the page's policy.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { ASSETS, bundle, bundleNames, collect, modules, source, styleSheet, topLevelNames } from './bundling.js';

test('imports are named, without renaming, and stand on one line', () => {
  for (const path of modules()) {
    for (const line of source(path).split('\n')) {
      if (!/^\s*import[\s{*]/.test(line)) continue;
      assert.match(line, /^import (\{ [\w$, ]+ \} from )?'\.[^']+\.js';$/, path);
    }
  }
});

test('exports are declarations', () => {
  for (const path of modules()) {
    for (const line of source(path).split('\n')) if (/^export\b/.test(line)) assert.match(line, /^export (async )?(function|const|let|class) /, path);
  }
});

test('no template text spans lines', () => {
  for (const path of modules()) {
    for (const line of source(path).split('\n')) {
      // Comments, quoted texts, character classes and patterns may hold a single backtick.
      const code = line.replace(/^\s*(\/\/|\/?\*).*$/, '').replace(/'[^']*'/g, '').replace(/\[[^\]]*\]/g, '').replace(/\/[^/]*\/\.(test|exec)/g, '');
      assert.equal((code.match(/`/g) ?? []).length % 2, 0, `${path}: ${line}`);
    }
  }
});

test('top-level names are unique within a bundle and imports make no circle', () => {
  for (const name of bundleNames()) {
    const { order, cycles } = collect(name);
    assert.deepEqual(cycles, []);
    /** @type {Map<string, string>} */ const seen = new Map();
    for (const path of order) {
      for (const declared of topLevelNames(path)) {
        assert.ok(!seen.has(declared), `${declared} in ${path} and in ${seen.get(declared)}`);
        seen.set(declared, path);
      }
    }
  }
});

test('nothing writes markup, evaluates text or styles by attribute', () => {
  for (const path of modules()) {
    const code = source(path).replace(/\/\/.*$/gm, '');
    for (const banned of [/innerHTML|outerHTML|insertAdjacentHTML|document\.write/, /\beval\(|new Function\(/, /setAttribute\(\s*'style'/, /\bstyle: ['`][\w-]+:/]) assert.doesNotMatch(code, banned, path);
  }
});

test('every style file has its place in the order', () => {
  const listed = source('css/order.txt').split('\n').filter(Boolean);
  assert.deepEqual([...listed].sort(), readdirSync(`${ASSETS}/css`).filter((file) => file.endsWith('.css')).sort());
});

test('no file is longer than 400 lines', () => {
  for (const path of modules()) assert.ok(source(path).split('\n').length <= 400, path);
});

test('the first screen weighs at most 40 kB', () => {
  const size = [bundle('app.js'), bundle('screen-projects.js'), styleSheet()].reduce((sum, text) => sum + gzipSync(text).length, 0);
  assert.ok(size <= 40_000, `${size} bytes`);
});
