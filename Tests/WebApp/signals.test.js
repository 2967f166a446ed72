// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { batch, computed, currentOwner, effect, onCleanup, root, signal, untracked } from '../../Sources/WebApp/Assets/core/signals.js';

test('an effect runs at once and again after a change', () => {
  const count = signal(1);
  /** @type {number[]} */ const seen = [];
  effect(() => seen.push(count()));
  count.set(2);
  count.set(2);
  count.update((n) => n + 1);
  assert.deepEqual(seen, [1, 2, 3]);
});

test('a computed value is worked out once per change and only when asked', () => {
  const a = signal(1);
  let runs = 0;
  const double = computed(() => (runs++, a() * 2));
  assert.equal(runs, 0);
  assert.equal(double(), 2);
  assert.equal(double(), 2);
  a.set(5);
  assert.equal(runs, 1);
  assert.equal(double(), 10);
  assert.equal(runs, 2);
});

test('an effect sees a diamond of computed values once, never half-changed', () => {
  const a = signal(1);
  const [left, right] = [computed(() => a() + 1), computed(() => a() * 10)];
  /** @type {string[]} */ const seen = [];
  effect(() => seen.push(`${left()} ${right()}`));
  a.set(2);
  assert.deepEqual(seen, ['2 10', '3 20']);
});

test('an effect stays quiet when the computed value it reads did not change', () => {
  const a = signal(1);
  const isOdd = computed(() => a() % 2 === 1);
  let runs = 0;
  effect(() => (isOdd(), runs++));
  a.set(3);
  a.set(5);
  assert.equal(runs, 1);
  a.set(6);
  assert.equal(runs, 2);
});

test('a batch causes one round of effects', () => {
  const [a, b] = [signal(1), signal(2)];
  /** @type {number[]} */ const seen = [];
  effect(() => seen.push(a() + b()));
  batch(() => (a.set(10), b.set(20)));
  assert.deepEqual(seen, [3, 30]);
});

test('what was read before and is not read now no longer counts', () => {
  const [which, a, b] = [signal('a'), signal(1), signal(2)];
  let runs = 0;
  effect(() => (which() === 'a' ? a() : b(), runs++));
  which.set('b');
  a.set(9);
  assert.equal(runs, 2);
});

test('inner effects end when the outer one runs again, owners run first', () => {
  const [list, item] = [signal(['x']), signal(0)];
  /** @type {string[]} */ const log = [];
  effect(() => {
    for (const name of list()) {
      effect(() => {
        log.push(`${name}${item()}`);
        // Would fail for a name that is gone, if the inner effect ran first.
        assert.ok(untracked(list).includes(name));
      });
      onCleanup(() => log.push(`-${name}`));
    }
  });
  batch(() => (item.set(1), list.set(['y'])));
  assert.deepEqual(log, ['x0', '-x', 'y1']);
});

test('a root ends what it owns, and ends with its owner', () => {
  const value = signal(0);
  let runs = 0;
  const end = root((dispose) => {
    effect(() => (value(), runs++));
    return dispose;
  });
  value.set(1);
  end();
  value.set(2);
  assert.equal(runs, 2);
  /** @type {unknown} */ let owner;
  let isEnded = false;
  const stop = effect(() => {
    owner = currentOwner();
  });
  root(() => onCleanup(() => (isEnded = true)), owner);
  stop();
  assert.ok(isEnded);
});

test('untracked reads are not followed', () => {
  const [a, b] = [signal(1), signal(1)];
  let runs = 0;
  effect(() => (a(), untracked(b), runs++));
  b.set(2);
  assert.equal(runs, 1);
  assert.equal(b.peek(), 2);
});

test('effects that set signals settle', () => {
  const [a, b] = [signal(0), signal(0)];
  effect(() => b.set(Math.min(a() * 2, 100)));
  effect(() => {
    if (b() < 50 && b() > 0) a.update((n) => n + 1);
  });
  a.set(1);
  assert.equal(a(), 25);
  assert.equal(b(), 50);
});
