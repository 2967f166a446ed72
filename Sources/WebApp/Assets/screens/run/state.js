// @ts-check
// What the panes of a run share: the tests, the chosen one, the verdicts.
import { api } from '../../core/api.js';
import { isAbort } from '../../core/errors.js';
import { boot, allStatuses, priorities, statusNamed } from '../../core/facts.js';
import { parseFilter, writeFilter } from '../../core/filter.js';
import { batch, computed, effect, onCleanup, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { pathTo, treeNodes, totalsBelow } from '../../lists/tree.js';
import { windowed } from '../../lists/window.js';

/** Columns of a row, see docs/web-contract.md. */
export const TEST = { id: 0, case: 1, title: 2, status: 3, priority: 4, assignee: 5, folder: 6, elapsed: 7 };
const FILTER_TERMS = ['status', 'assignee', 'priority'];

/** @typedef {ReturnType<typeof runState>} RunState */

/** @param {import('../../core/router.js').Context} context @param {{ setup: any, run: any, etag: string | null, tree: any }} data */
export function runState(context, data) {
  const project = context.params.project;
  const base = `/app/api/runs/${data.run.id}`;
  const untested = statusNamed('untested')?.id ?? 0;
  const number = (/** @type {string} */ name) => Number(context.query().get(name)) || null;
  const run = signal(data.run);
  const etag = signal(data.etag);
  const counts = signal(/** @type {import('../../core/facts.js').Counts} */ (data.run.counts));
  const folders = signal(treeNodes(data.tree.folders));
  const folder = computed(() => number('folder'));
  const testId = computed(() => number('test'));
  const filterText = computed(() => context.query().get('q') ?? '');
  const filter = computed(() => parseFilter(filterText(), FILTER_TERMS));
  const detail = signal(/** @type {any} */ (null));

  const query = () => {
    const { status, assignee, priority } = filter().terms;
    return { folder: folder(), deep: folder() !== null, search: filter().text, priority, status: status?.map((key) => statusNamed(key)?.id ?? key), assignee: assignee?.[0] };
  };
  const list = windowed({
    fetch: (offset, limit, abort) => api.get(`${base}/tests`, { query: { ...untracked(query), offset: offset || null, limit }, signal: abort }),
    onPage: (page) => page.counts && counts.set(page.counts),
  });
  effect(() => {
    query();
    untracked(() => void list.reload());
  });
  onCleanup(list.stop);

  let flight = new AbortController();
  const load = async (/** @type {number} */ id) => {
    flight.abort();
    flight = new AbortController();
    const here = flight;
    try {
      const answer = await api.get(`${base}/tests/${id}`, { signal: here.signal });
      if (here.signal.aborted) return;
      detail.set(answer);
      // The next one is most likely the next that is asked for.
      const below = list.peek(untracked(index) + 1);
      if (below) void api.prefetch(`${base}/tests/${below[TEST.id]}`);
    } catch (error) {
      if (!isAbort(error) && !here.signal.aborted) batch(() => (detail.set(null), showError(error)));
    }
  };
  effect(() => {
    const id = testId();
    untracked(() => (id === null ? detail.set(null) : detail.peek()?.id !== id && void load(id)));
  });
  onCleanup(() => flight.abort());
  const index = computed(() => {
    list.generation();
    list.loaded();
    return list.find((row) => row[TEST.id] === testId());
  });
  const select = (/** @type {number | null} */ id) => context.setQuery({ test: id });
  // A run that is opened without a test opens at its first untested one.
  let isOpening = testId() === null;
  effect(() => {
    if (!isOpening || !list.ready() || !list.total()) return;
    isOpening = false;
    const first = Math.max(0, list.find((row) => row[TEST.status] === untested));
    untracked(() => testId() === null && select(list.peek(first)?.[TEST.id] ?? null));
  });

  /** The next test without a verdict, around the end once. */
  const goToNextUntested = async () => {
    const [from, total] = [index(), list.total()];
    try {
      for (let step = 1; step <= total; step++) {
        const at = (from + step) % total;
        const row = list.peek(at) ?? await list.fetched(at);
        if (row && row[TEST.status] === untested && row[TEST.id] !== testId()) return select(row[TEST.id]);
      }
      toast(filterText() || folder() ? t('Every test shown here has a result.') : t('Every test has a result. The run can be finished.'));
    } catch (error) {
      showError(error);
    }
  };

  return {
    /** What is on its way to the server and belongs to this run. @type {Set<Promise<any>>} */
    pending: new Set(),
    context, project, base, setup: data.setup, run, etag, counts, folders, folder, testId, filter, filterText, detail, list, index, select, load, untested, goToNextUntested,
    nodes: computed(() => {
      const totals = totalsBelow(folders());
      return [{ id: 0, parentId: null, name: t('All tests'), order: -1e9, count: run().total }, ...folders().map((node) => ({ ...node, count: totals.get(node.id) ?? 0 }))];
    }),
    path: (/** @type {any} */ id) => pathTo(folders(), id),
    mayRecord: computed(() => run().can.record && !run().isCompleted),
    setFilter: (/** @type {import('../../core/filter.js').Filter} */ next) => context.setQuery({ q: writeFilter(next) }),
    step(/** @type {number} */ by) {
      const next = Math.max(0, Math.min(list.total() - 1, index() + by));
      const row = list.peek(next);
      if (row) select(row[TEST.id]);
    },
    terms: () => [
      { name: 'status', label: t('Status'), options: () => allStatuses().map(({ key, name }) => ({ value: key, label: t(name) })) },
      { name: 'assignee', label: t('Assigned'), options: () => [{ value: 'me', label: t('me') }, { value: 'none', label: t('nobody') }, ...data.setup.people.filter((/** @type {any} */ person) => person.id !== boot().user.id).map((/** @type {any} */ person) => ({ value: String(person.id), label: person.name }))] },
      { name: 'priority', label: t('Priority'), options: () => priorities().map(({ value, name }) => ({ value, label: name })) },
    ],
  };
}
