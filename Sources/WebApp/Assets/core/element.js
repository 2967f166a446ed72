// @ts-check
// Custom elements in light DOM whose properties are signals: reading `el.count` inside the set-up follows it.
import { append } from './dom.js';
import { root, signal } from './signals.js';

/** @typedef {HTMLElement & Record<string, any>} Element_ */

/** Declares an element. The set-up runs when it enters the page and returns its content; everything it started ends when it
 * leaves. Functions among the properties must be named, because `h` follows all others.
 * @param {string} name @param {{ props?: Record<string, any>, functions?: string[] }} shape
 * @param {(el: Element_) => import('./dom.js').Child} setup */
export function define(name, { props = {}, functions = [] }, setup) {
  const all = { ...props };
  for (const fn of functions) all[fn] ??= null;
  class Defined extends HTMLElement {
    static props = all;
    static functions = new Set(functions);
    /** @type {(() => void) | null} */ #end = null;
    /** @type {Record<string, import('./signals.js').Signal<any>>} */ signals = {};

    constructor() {
      super();
      for (const [key, value] of Object.entries(all)) this.signals[key] = signal(value);
    }

    connectedCallback() {
      if (this.#end) return;
      root((dispose) => {
        this.#end = dispose;
        this.replaceChildren();
        append(this, setup(this));
      }, null);
    }

    disconnectedCallback() {
      // A move inside the page disconnects for a moment; only a real departure ends the element.
      queueMicrotask(() => {
        if (this.isConnected || !this.#end) return;
        this.#end();
        this.#end = null;
      });
    }
  }
  for (const key of Object.keys(all)) {
    Object.defineProperty(Defined.prototype, key, {
      get() { return this.signals[key](); },
      set(value) { this.signals[key].set(value); },
    });
  }
  customElements.define(name, Defined);
}

/** Tells the outside. @param {HTMLElement} el @param {string} name @param {any} [detail] @returns {boolean} false when somebody prevented it */
export function emit(el, name, detail) {
  return el.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable: true }));
}

let lastId = 0;

/** An id that no other element of the page has. @param {string} prefix */
export function uniqueId(prefix) {
  return `${prefix}-${++lastId}`;
}
