// @ts-check
// A small Markdown for descriptions, steps and comments: text to a tree, never to HTML. What it does not know stays text.
import { h } from '../core/dom.js';

/** @typedef {string | { type: 'code', text: string } | { type: 'strong' | 'em' | 'del', children: Inline[] }
 *   | { type: 'link', href: string, children: Inline[] } | { type: 'image', src: string, alt: string } | { type: 'break' }} Inline */
/** @typedef {{ type: 'paragraph' | 'quote', children: Inline[] } | { type: 'heading', level: number, children: Inline[] }
 *   | { type: 'code', text: string } | { type: 'list', ordered: boolean, items: Inline[][] } | { type: 'rule' }} Block */

/** The address when it may be a link: http, https, mailto or a path of ours. @param {string} text @returns {string | null} */
export function safeAddress(text) {
  if (/^\/(?![/\\])[^\s\\]*$/.test(text)) return text;
  try {
    const url = new URL(text);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const MARKS = /** @type {const} */ ([['**', 'strong'], ['__', 'strong'], ['~~', 'del'], ['*', 'em'], ['_', 'em']]);
const isWord = (/** @type {string | undefined} */ char) => char !== undefined && /[\p{L}\p{N}]/u.test(char);

/** @param {string} text @param {number} [depth] @returns {Inline[]} */
export function parseInline(text, depth = 0) {
  /** @type {Inline[]} */ const out = [];
  let plain = '';
  const push = (/** @type {Inline} */ node) => {
    if (plain) out.push(plain);
    plain = '';
    out.push(node);
  };
  let at = 0;
  while (at < text.length) {
    const found = depth < 4 ? inlineAt(text, at, depth) : null;
    if (found) {
      push(found.node);
      at = found.end;
    } else {
      plain += text[at++];
    }
  }
  if (plain) out.push(plain);
  return out;
}

/** @param {string} text @param {number} at @param {number} depth @returns {{ node: Inline, end: number } | null} */
function inlineAt(text, at, depth) {
  const char = text[at];
  if (char === '\n') return { node: { type: 'break' }, end: at + 1 };
  if (char === '`') {
    const close = text.indexOf('`', at + 1);
    return close > at + 1 ? { node: { type: 'code', text: text.slice(at + 1, close) }, end: close + 1 } : null;
  }
  if (char === '[' || (char === '!' && text[at + 1] === '[')) return linkAt(text, at, depth);
  if (char === 'h' && !isWord(text[at - 1])) return bareLinkAt(text, at);
  for (const [mark, type] of MARKS) {
    if (!text.startsWith(mark, at)) continue;
    // `snake_case` is no emphasis.
    if (mark[0] === '_' && isWord(text[at - 1])) return null;
    const close = text.indexOf(mark, at + mark.length + 1);
    if (close < 0 || /\s/.test(text[at + mark.length]) || /\s/.test(text[close - 1])) continue;
    if (mark[0] === '_' && isWord(text[close + mark.length])) continue;
    return { node: { type, children: parseInline(text.slice(at + mark.length, close), depth + 1) }, end: close + mark.length };
  }
  return null;
}

/** @param {string} text @param {number} at @param {number} depth @returns {{ node: Inline, end: number } | null} */
function linkAt(text, at, depth) {
  const isImage = text[at] === '!';
  const open = at + (isImage ? 2 : 1);
  const middle = text.indexOf('](', open);
  const close = middle < 0 ? -1 : text.indexOf(')', middle);
  if (close < 0 || text.slice(open, middle).includes('\n')) return null;
  const label = text.slice(open, middle);
  const href = safeAddress(text.slice(middle + 2, close));
  if (!href) return null;
  // Pictures only from our own attachments: a foreign picture would tell its server who reads this.
  if (isImage) return href.startsWith('/attachments/') ? { node: { type: 'image', src: href, alt: label }, end: close + 1 } : null;
  return { node: { type: 'link', href, children: parseInline(label, depth + 1) }, end: close + 1 };
}

/** @param {string} text @param {number} at @returns {{ node: Inline, end: number } | null} */
function bareLinkAt(text, at) {
  if (!text.startsWith('https://', at) && !text.startsWith('http://', at)) return null;
  let end = at;
  while (end < text.length && !/[\s<>"`]/.test(text[end])) end++;
  while (/[.,;:!?)\]'*_~]/.test(text[end - 1])) end--;
  const href = safeAddress(text.slice(at, end));
  return href ? { node: { type: 'link', href, children: [text.slice(at, end)] }, end } : null;
}

/** @param {string} source @returns {Block[]} */
export function parseMarkdown(source) {
  const lines = source.replaceAll('\r\n', '\n').split('\n');
  /** @type {Block[]} */ const blocks = [];
  let at = 0;
  /** @param {(line: string) => boolean} fits @returns {string[]} */
  const take = (fits) => {
    const start = at;
    while (at < lines.length && fits(lines[at])) at++;
    return lines.slice(start, at);
  };
  while (at < lines.length) {
    const line = lines[at];
    const heading = /^(#{1,4}) (.*)$/.exec(line);
    if (!line.trim()) {
      at++;
    } else if (line.startsWith('```')) {
      at++;
      blocks.push({ type: 'code', text: take((other) => !other.startsWith('```')).join('\n') });
      at++;
    } else if (heading) {
      at++;
      blocks.push({ type: 'heading', level: heading[1].length, children: parseInline(heading[2]) });
    } else if (/^ {0,3}(---|\*\*\*)\s*$/.test(line)) {
      at++;
      blocks.push({ type: 'rule' });
    } else if (line.startsWith('>')) {
      const quoted = take((other) => other.startsWith('>')).map((other) => other.replace(/^> ?/, ''));
      blocks.push({ type: 'quote', children: parseInline(quoted.join('\n')) });
    } else if (itemText(line)) {
      const ordered = /^\s*\d/.test(line);
      const items = take((other) => itemText(other)?.ordered === ordered).map((other) => parseInline(itemText(other)?.text ?? ''));
      blocks.push({ type: 'list', ordered, items });
    } else {
      // A text line always joins the paragraph, so that this loop ends.
      const start = at++;
      take((other) => other.trim() !== '' && !/^(#{1,4} |```|>)/.test(other) && !itemText(other));
      blocks.push({ type: 'paragraph', children: parseInline(lines.slice(start, at).join('\n')) });
    }
  }
  return blocks;
}

/** @param {string} line @returns {{ ordered: boolean, text: string } | null} */
function itemText(line) {
  const item = /^\s{0,6}(?:([-*+])|\d{1,4}[.)]) (.*)$/.exec(line);
  return item ? { ordered: !item[1], text: item[2] } : null;
}

/** @param {Inline[]} nodes @returns {import('../core/dom.js').Child[]} */
function inlineNodes(nodes) {
  return nodes.map((node) => {
    if (typeof node === 'string') return node;
    switch (node.type) {
      case 'break': return h('br');
      case 'code': return h('code', null, node.text);
      case 'image': return h('img', { src: node.src, alt: node.alt, loading: 'lazy' });
      case 'link': return h('a', { href: node.href, rel: 'noopener nofollow ugc', target: node.href.startsWith('/') ? null : '_blank' }, inlineNodes(node.children));
      default: return h(node.type, null, inlineNodes(node.children));
    }
  });
}

/** The nodes of a text. @param {string | null | undefined} source @returns {import('../core/dom.js').Child} */
export function markdown(source) {
  return parseMarkdown(source ?? '').map((block) => {
    switch (block.type) {
      case 'code': return h('pre', { tabindex: '0' }, h('code', null, block.text));
      case 'rule': return h('hr');
      case 'list': return h(block.ordered ? 'ol' : 'ul', null, block.items.map((item) => h('li', null, inlineNodes(item))));
      // Headings of a text stay below those of the page.
      case 'heading': return h(`h${Math.min(block.level + 2, 6)}`, null, inlineNodes(block.children));
      case 'quote': return h('blockquote', null, inlineNodes(block.children));
      case 'paragraph': return h('p', null, inlineNodes(block.children));
    }
  });
}
