// @ts-check
// What others do in the run while it is open: their results, and where they are.
import { address, api, online } from '../../core/api.js';
import { boot } from '../../core/facts.js';
import { effect, onCleanup, signal, untracked } from '../../core/signals.js';
import { TEST } from './state.js';

/** @typedef {{ id: string, name: string, testId: number | null }} Person */

/** @param {import('./state.js').RunState} state @param {import('./verdicts.js').Recorder} record */
export function runLive(state, record) {
  const people = signal(/** @type {readonly Person[]} */ ([]));
  /** Tests that somebody else has just changed. */
  const fresh = signal(/** @type {ReadonlySet<number>} */ (new Set()));
  const viewer = crypto.randomUUID();
  const tell = () => {
    // Presence is a courtesy: when it fails nothing is lost.
    api.post(`${state.base}/presence`, { viewer, testId: state.testId() }).catch(() => {});
  };

  const takeTests = (/** @type {any} */ news) => {
    /** @type {number[]} */ const changed = [];
    for (const [id, statusId, assignee, elapsed] of news.tests) {
      if (record.waiting.has(id) || record.isUnderWay(id)) continue;
      const at = state.list.find((row) => row[TEST.id] === id);
      const row = at < 0 ? undefined : state.list.peek(at);
      if (row && (row[TEST.status] !== statusId || row[TEST.assignee] !== assignee)) {
        state.list.update(at, (old) => old.with(TEST.status, statusId).with(TEST.assignee, assignee).with(TEST.elapsed, elapsed));
        changed.push(id);
      }
      const open = state.detail.peek();
      if (open?.id === id && open.statusId !== statusId && !record.failing.peek()) void state.load(id);
    }
    if (!record.waiting.list.peek().length && !record.isUnderWay()) state.counts.set(news.counts);
    const run = state.run.peek();
    if (run.isCompleted !== news.isCompleted) state.run.set({ ...run, isCompleted: news.isCompleted });
    if (!changed.length) return;
    fresh.set(new Set([...fresh.peek(), ...changed]));
    setTimeout(() => fresh.set(new Set([...fresh.peek()].filter((id) => !changed.includes(id)))), 2500);
  };

  const source = new EventSource(address(`${state.base}/live`, { viewer }));
  source.onopen = () => {
    online.set(true);
    untracked(tell);
  };
  source.addEventListener('presence', (event) => people.set(JSON.parse(event.data).people));
  source.addEventListener('tests', (event) => takeTests(JSON.parse(event.data)));
  onCleanup(() => source.close());
  let wait = 0;
  effect(() => {
    state.testId();
    // Somebody who leafs through the list stops nowhere.
    clearTimeout(wait);
    wait = window.setTimeout(() => source.readyState === EventSource.OPEN && untracked(tell), 400);
  });
  onCleanup(() => clearTimeout(wait));
  /** Everybody else, each once. */
  const others = () => [...new Map(people().filter((one) => one.id !== boot().user.id).map((one) => [one.id, one])).values()];
  return { others, fresh, at: (/** @type {number | null} */ testId) => others().filter((one) => one.testId === testId && testId !== null) };
}
