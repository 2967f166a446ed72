// @ts-check
// Elements from values. Never innerHTML: texts become text nodes, so nothing a user typed is ever parsed.
import { batch, computed, currentOwner, effect, onCleanup, root, signal, untracked } from './signals.js';

// Functions and lists of children; a recursive alias needs the checker's help, so functions answer anything here.
/** @typedef {Node | string | number | boolean | null | undefined | (() => any) | any[]} Child */
/** @typedef {Record<string, any>} Props */

const SVG = 'http://www.w3.org/2000/svg';
// Set as properties because the attribute means the initial value only, or does not exist.
const PROPERTIES = new Set(['value', 'checked', 'indeterminate', 'selected', 'disabled', 'hidden', 'readOnly', 'open', 'scrollTop',
  'textContent', 'htmlFor', 'inert']);

/** @param {any} el @param {string} key @param {any} value */
function setProp(el, key, value) {
  if (key === 'class') {
    const text = Array.isArray(value) ? value.filter(Boolean).join(' ') : value || '';
    if (text) el.setAttribute('class', text);
    else el.removeAttribute('class');
  } else if (key === 'style') {
    // Through the object model, which the content security policy allows, never as an attribute.
    for (const [name, part] of Object.entries(value)) el.style.setProperty(name, part == null ? '' : String(part));
  } else if (el.constructor.props && key in el.constructor.props) {
    // Written without a look: reading a property of ours inside an effect would follow it.
    el[key] = value;
  } else if (PROPERTIES.has(key) && el.localName !== 'option') {
    if (el[key] !== value) el[key] = value ?? '';
  } else if (value == null || (value === false && !key.startsWith('aria-'))) {
    el.removeAttribute(key);
  } else {
    el.setAttribute(key, value === true && !key.startsWith('aria-') ? '' : String(value));
  }
}

/** @param {Element} el @param {Props} props */
function setProps(el, props) {
  for (const [key, value] of Object.entries(props)) {
    if (key === 'ref') {
      value(el);
    } else if (key.startsWith('on') && typeof value === 'function') {
      el.addEventListener(key.slice(2), value);
    } else if (typeof value === 'function' && !(/** @type {any} */ (el.constructor).functions?.has(key))) {
      effect(() => setProp(el, key, value()));
    } else {
      setProp(el, key, value);
    }
  }
}

/** An HTML element. Functions as properties or children are followed; `on…` are listeners; `ref` gets the element.
 * @param {string} tag `div` or `div.class.class` @param {Props | null} [props] @param {...Child} children @returns {any} */
export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split('.');
  return build(document.createElement(name), classes, props, children);
}

/** An SVG element. @param {string} tag @param {Props | null} [props] @param {...Child} children @returns {any} */
export function svg(tag, props, ...children) {
  const [name, ...classes] = tag.split('.');
  return build(document.createElementNS(SVG, name), classes, props, children);
}

/** @param {Element} el @param {string[]} classes @param {Props | null | undefined} props @param {Child[]} children */
function build(el, classes, props, children) {
  if (classes.length) el.setAttribute('class', classes.join(' '));
  if (props) {
    if (classes.length && props.class !== undefined) {
      const own = props.class;
      const joined = (/** @type {any} */ more) => [...classes, ...[more].flat()];
      props = { ...props, class: typeof own === 'function' ? () => joined(own()) : joined(own) };
    }
    setProps(el, props);
  }
  append(el, children);
  return el;
}

/** @param {Node} parent @param {Child} child */
export function append(parent, child) {
  if (child == null || typeof child === 'boolean') return;
  if (Array.isArray(child)) {
    for (const part of child) append(parent, part);
  } else if (typeof child === 'function') {
    region(parent, child);
  } else {
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Takes the place of everything inside. @param {Element} parent @param {...Child} children */
export function replace(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
}

/** @param {Child} child @param {Node[]} into @returns {Node[]} */
function flat(child, into = []) {
  if (child == null || typeof child === 'boolean') return into;
  if (Array.isArray(child)) for (const part of child) flat(part, into);
  else if (typeof child === 'function') flat(fragmentNodes(child), into);
  else into.push(child instanceof Node ? child : document.createTextNode(String(child)));
  return into;
}

/** A region inside a region: it takes its own nodes away when the outer one runs again, for by then they may be others than
 * those that the outer one was given. @param {() => Child} fn */
function fragmentNodes(fn) {
  const fragment = document.createDocumentFragment();
  const start = fragment.appendChild(document.createTextNode(''));
  region(fragment, fn);
  const end = /** @type {Node} */ (fragment.lastChild);
  onCleanup(() => {
    for (let node = /** @type {Node | null} */ (start); node; ) {
      const next = node === end ? null : node.nextSibling;
      node.parentNode?.removeChild(node);
      node = next;
    }
  });
  return [...fragment.childNodes];
}

/** Children that change: what the function returns stands in front of an end mark. @param {Node} parent @param {() => Child} fn */
function region(parent, fn) {
  const end = document.createTextNode('');
  parent.appendChild(end);
  /** @type {Node[]} */ let shown = [];
  /** @type {Text | null} */ let text = null;
  effect(() => {
    const child = fn();
    if ((typeof child === 'string' || typeof child === 'number') && text) {
      const next = String(child);
      if (text.data !== next) text.data = next;
      return;
    }
    const nodes = flat(child);
    patch(/** @type {Node} */ (end.parentNode), shown, nodes, end);
    shown = nodes;
    text = nodes.length === 1 && nodes[0] instanceof Text && typeof child !== 'object' ? /** @type {Text} */ (nodes[0]) : null;
  });
}

/** Makes `next` stand in front of `end` where `old` stood, moving as little as it can.
 * @param {Node} parent @param {Node[]} old @param {Node[]} next @param {Node} end */
function patch(parent, old, next, end) {
  const kept = new Set(next);
  for (const node of old) if (!kept.has(node) && node.parentNode === parent) parent.removeChild(node);
  /** @type {Node} */ let after = end;
  for (let index = next.length - 1; index >= 0; index--) {
    const node = next[index];
    if (node.nextSibling !== after || node.parentNode !== parent) parent.insertBefore(node, after);
    after = node;
  }
}

/** A list by key: a row is built once for its key and told when its item or place changes.
 * @template T @param {() => readonly T[]} list @param {(item: T, index: number) => any} key
 * @param {(item: import('./signals.js').Signal<T>, index: import('./signals.js').Signal<number>) => Child} render
 * @param {() => Child} [empty] shown instead of no rows @returns {() => Child} */
export function each(list, key, render, empty) {
  /** @typedef {{ item: import('./signals.js').Signal<T>, index: import('./signals.js').Signal<number>, nodes: Node[], dispose: () => void }} Row */
  /** @type {Map<any, Row>} */ let rows = new Map();
  const owner = currentOwner();
  onCleanup(() => {
    for (const row of rows.values()) row.dispose();
  });
  return () => {
    const items = list();
    /** @type {Map<any, Row>} */ const next = new Map();
    /** @type {Node[]} */ const nodes = [];
    items.forEach((value, position) => {
      const name = key(value, position);
      const known = rows.get(name);
      /** @type {Row} */ let row;
      if (known && !next.has(name)) {
        row = known;
        row.item.set(value);
        row.index.set(position);
      } else {
        row = root((dispose) => {
          const [item, index] = [signal(value), signal(position)];
          return { item, index, nodes: flat(render(item, index)), dispose };
        }, owner);
      }
      next.set(next.has(name) ? Symbol('double') : name, row);
      nodes.push(...row.nodes);
    });
    for (const [name, row] of rows) if (next.get(name) !== row) row.dispose();
    rows = next;
    return nodes.length || !empty ? nodes : empty();
  };
}

/** Shows one thing or the other; rebuilt only when the answer changes between true and false.
 * @template T @param {() => T} condition @param {(value: () => NonNullable<T>) => Child} yes @param {() => Child} [no] @returns {() => Child} */
export function when(condition, yes, no) {
  const latest = signal(/** @type {any} */ (undefined));
  const truth = signal(false);
  effect(() => {
    const value = condition();
    batch(() => {
      // The last true value stays readable while the region is taken away.
      if (value) latest.set(value);
      truth.set(Boolean(value));
    });
  });
  return () => (truth() ? yes(latest) : no?.());
}

/** One of several things; built anew only when the key changes, whatever else the building reads.
 * @template K @param {() => K} key @param {(key: K) => Child} build @returns {() => Child} */
export function switchOn(key, build) {
  const chosen = computed(key);
  return () => {
    const now = chosen();
    return untracked(() => build(now));
  };
}
