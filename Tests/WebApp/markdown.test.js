// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { parseInline, parseMarkdown, safeAddress } from '../../Sources/WebApp/Assets/editing/markdown.js';

test('blocks', () => {
  const blocks = parseMarkdown('# Title\n\nOne\ntwo\n\n- a\n- b\n\n1. x\n\n> said\n\n```\ncode *here*\n```\n---');
  assert.deepEqual(blocks.map((block) => block.type), ['heading', 'paragraph', 'list', 'list', 'quote', 'code', 'rule']);
  assert.deepEqual(blocks[1], { type: 'paragraph', children: ['One', { type: 'break' }, 'two'] });
  assert.deepEqual(blocks[5], { type: 'code', text: 'code *here*' });
});

test('marks within a line', () => {
  assert.deepEqual(parseInline('a **b** *c* d'), ['a ', { type: 'strong', children: ['b'] }, ' ', { type: 'em', children: ['c'] }, ' d']);
  assert.deepEqual(parseInline('`a*b*`'), [{ type: 'code', text: 'a*b*' }]);
  assert.deepEqual(parseInline('snake_case_name'), ['snake_case_name']);
  assert.deepEqual(parseInline('2 * 3 * 4'), ['2 * 3 * 4']);
  assert.deepEqual(parseInline('~~old~~'), [{ type: 'del', children: ['old'] }]);
});

test('links lead to the web, to mail or to us', () => {
  assert.deepEqual(parseInline('[x](https://a.example/b)'), [{ type: 'link', href: 'https://a.example/b', children: ['x'] }]);
  assert.deepEqual(parseInline('see https://a.example/b.'), ['see ', { type: 'link', href: 'https://a.example/b', children: ['https://a.example/b'] }, '.']);
  for (const good of ['http://a', 'https://a/?q=1#x', 'mailto:a@b.example', '/p/SHOP/cases']) assert.ok(safeAddress(good), good);
});

test('no address runs code or leaves without a word', () => {
  const bad = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', '\u0001javascript:alert(1)', 'java\nscript:alert(1)', 'java\tscript:alert(1)', ' javascript:alert(1)', 'data:text/html,<script>',
    'vbscript:x', 'file:///etc/passwd', 'blob:https://a/b', '//evil.example', '/\\evil.example', '\\\\evil.example', 'about:blank', 'x', ''];
  for (const text of bad) {
    assert.equal(safeAddress(text), null, JSON.stringify(text));
    for (const node of parseInline(`[x](${text})`)) {
      // What looks like a web address inside of it may still be one.
      if (typeof node !== 'string' && node.type === 'link') assert.match(node.href, /^https:\/\//, JSON.stringify(text));
    }
  }
});

test('pictures come from our own attachments only', () => {
  assert.deepEqual(parseInline('![a](/attachments/1)'), [{ type: 'image', src: '/attachments/1', alt: 'a' }]);
  for (const text of ['![a](https://evil.example/p.png)', '![a](//evil.example/p.png)', '![a](/p/SHOP)']) {
    assert.ok(parseInline(text).every((node) => typeof node === 'string' || node.type !== 'image'), text);
  }
});

test('markup of other kinds stays text', () => {
  for (const text of ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '&lt;b&gt;']) {
    assert.deepEqual(parseMarkdown(text), [{ type: 'paragraph', children: [text] }]);
  }
});

test('hostile text takes no time', () => {
  const started = performance.now();
  for (const text of ['*'.repeat(20_000), '['.repeat(20_000), '_a'.repeat(10_000), '`'.repeat(20_000), '**a '.repeat(5000), '> '.repeat(5000), '- '.repeat(5000), '![['.repeat(5000)]) parseMarkdown(text);
  assert.ok(performance.now() - started < 3000);
});
