// @ts-check
// Values that know who reads them. An effect runs again when something it read has changed; a computed value is worked out
// when somebody asks for it and kept until then. Effects run at once, outside of `batch`, owners before what they own.

/** @typedef {{ fn: (() => any) | null, value: any, effect: boolean, state: number, sources: Set<any>, observers: Set<any>,
 *   owner: any, owned: Set<any>, cleanups: (() => void)[] }} Cell */
/** @template T @typedef {(() => T) & { set: (value: T) => void, update: (change: (value: T) => T) => void, peek: () => T }} Signal */
/** @template T @typedef {() => T} Accessor */

const CLEAN = 0, CHECK = 1, DIRTY = 2, GONE = 3;

/** @type {Cell | null} */ let observer = null;
/** @type {Cell | null} */ let owner = null;
/** @type {Set<Cell>} */ const queue = new Set();
let batches = 0;
let flushing = false;

/** @param {(() => any) | null} fn @param {any} value @param {boolean} effect @returns {Cell} */
function cell(fn, value, effect) {
  const made = {
    fn, value, effect, state: fn ? DIRTY : CLEAN, sources: new Set(), observers: new Set(), owner, owned: new Set(), cleanups: [],
  };
  if (fn && owner) owner.owned.add(made);
  return made;
}

/** @param {Cell} node */
function read(node) {
  if (node.fn) refresh(node);
  if (observer && node.state !== GONE) {
    node.observers.add(observer);
    observer.sources.add(node);
  }
  return node.value;
}

/** @param {Cell} node @param {number} state */
function mark(node, state) {
  if (node.state >= state) return;
  const wasClean = node.state === CLEAN;
  node.state = state;
  if (!wasClean) return;
  if (node.effect) queue.add(node);
  for (const reader of node.observers) mark(reader, CHECK);
}

/** @param {Cell} node */
function refresh(node) {
  if (node.state === CHECK) {
    for (const source of [...node.sources]) {
      if (source.fn) refresh(source);
      if (/** @type {number} */ (node.state) === DIRTY) break;
    }
  }
  if (node.state === DIRTY) run(node);
  else if (node.state === CHECK) node.state = CLEAN;
}

/** @param {Cell} node */
function clear(node) {
  for (const child of node.owned) dispose(child);
  node.owned.clear();
  for (const source of node.sources) source.observers.delete(node);
  node.sources.clear();
  const cleanups = node.cleanups;
  node.cleanups = [];
  for (const cleanup of cleanups) cleanup();
}

/** @param {Cell} node */
function run(node) {
  clear(node);
  const [oldObserver, oldOwner] = [observer, owner];
  observer = owner = node;
  node.state = CLEAN;
  try {
    const value = /** @type {() => any} */ (node.fn)();
    if (Object.is(value, node.value)) return;
    node.value = value;
    for (const reader of node.observers) reader.state = DIRTY;
  } finally {
    [observer, owner] = [oldObserver, oldOwner];
  }
}

/** @param {Cell} node */
function dispose(node) {
  if (node.state === GONE) return;
  node.state = GONE;
  queue.delete(node);
  clear(node);
  node.observers.clear();
}

/** @param {Cell} node */
function runFromTheTop(node) {
  const dirtyOwners = [];
  for (let above = node.owner; above; above = above.owner) if (above.state === CHECK || above.state === DIRTY) dirtyOwners.push(above);
  for (const above of dirtyOwners.reverse()) if (above.state !== GONE) refresh(above);
  if (node.state !== GONE) refresh(node);
}

function flush() {
  if (flushing || batches) return;
  flushing = true;
  let turns = 0;
  try {
    for (const node of queue) {
      queue.delete(node);
      if (++turns > 100_000) throw new Error('effects keep changing what they read');
      runFromTheTop(node);
    }
  } finally {
    flushing = false;
  }
}

/** A value that can be set. @template T @param {T} value @returns {Signal<T>} */
export function signal(value) {
  const node = cell(null, value, false);
  const accessor = /** @type {Signal<T>} */ (() => read(node));
  accessor.peek = () => node.value;
  accessor.set = (next) => {
    if (Object.is(next, node.value)) return;
    node.value = next;
    for (const reader of [...node.observers]) mark(reader, DIRTY);
    flush();
  };
  accessor.update = (change) => accessor.set(change(node.value));
  return accessor;
}

/** A value that follows from others. @template T @param {() => T} fn @returns {Accessor<T>} */
export function computed(fn) {
  const node = cell(fn, undefined, false);
  return () => read(node);
}

/** Runs now, and again whenever something it read has changed. @param {() => void} fn @returns {() => void} ends it */
export function effect(fn) {
  const node = cell(() => void fn(), undefined, true);
  run(node);
  return () => dispose(node);
}

/** Several changes, one round of effects. @template T @param {() => T} fn @returns {T} */
export function batch(fn) {
  batches++;
  try {
    return fn();
  } finally {
    batches--;
    flush();
  }
}

/** Reads without following. @template T @param {() => T} fn @returns {T} */
export function untracked(fn) {
  const old = observer;
  observer = null;
  try {
    return fn();
  } finally {
    observer = old;
  }
}

/** What to do when the surrounding effect or root runs again or ends. @param {() => void} fn */
export function onCleanup(fn) {
  owner?.cleanups.push(fn);
}

/** A scope of its own, under the present owner or the given one; ends with it. @template T
 * @param {(dispose: () => void) => T} fn @param {unknown} [under] from `currentOwner()` @returns {T} */
export function root(fn, under = owner) {
  const scope = cell(null, undefined, false);
  scope.owner = under;
  if (under) /** @type {Cell} */ (under).owned.add(scope);
  const [oldObserver, oldOwner] = [observer, owner];
  observer = null;
  owner = scope;
  try {
    return fn(() => {
      /** @type {Cell | null} */ (under)?.owned.delete(scope);
      dispose(scope);
    });
  } finally {
    [observer, owner] = [oldObserver, oldOwner];
  }
}

/** The scope that new effects belong to; for `root` later on. @returns {unknown} */
export function currentOwner() {
  return owner;
}
