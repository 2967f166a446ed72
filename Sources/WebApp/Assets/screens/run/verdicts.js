// @ts-check
// Recording results: a key, the row changes at once, the server is told, `z` takes it back.
import { api } from '../../core/api.js';
import { movedCounts, statusNamed, statusOf } from '../../core/facts.js';
import { mutate } from '../../core/mutate.js';
import { batch, effect, onCleanup, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { verdictOf } from '../../editing/steps.js';
import { waitingVerdicts } from './waiting.js';
import { TEST } from './state.js';

/** @typedef {ReturnType<typeof recorder>} Recorder */
/** @typedef {{ statusId: number, comment?: string }} StepMark */

/** @param {import('./state.js').RunState} state */
export function recorder(state) {
  /** Marks of steps that go with the next verdict. */
  const marks = signal(/** @type {ReadonlyMap<number, StepMark>} */ (new Map()));
  const stepFocus = signal(/** @type {number | null} */ (null));
  const comment = signal('');
  /** The failure that is being described, by result id. */
  const failing = signal(/** @type {{ testId: number, resultId: number | null } | null} */ (null));
  const seconds = signal(0);
  const isTicking = signal(true);

  effect(() => {
    state.testId();
    untracked(() => batch(() => {
      marks.set(new Map());
      stepFocus.set(null);
      comment.set('');
      failing.set(null);
      seconds.set(0);
      isTicking.set(true);
    }));
  });
  const clock = setInterval(() => {
    // A tab in the background is nobody at work.
    if (isTicking.peek() && !document.hidden && state.testId() !== null) seconds.update((n) => n + 1);
  }, 1000);
  onCleanup(() => clearInterval(clock));

  const setRow = (/** @type {number} */ testId, /** @type {number} */ statusId) => {
    const at = state.list.find((row) => row[TEST.id] === testId);
    if (at >= 0) state.list.update(at, (row) => row.with(TEST.status, statusId));
    const now = state.detail.peek();
    if (now?.id === testId) state.detail.set({ ...now, statusId });
  };
  const addResult = (/** @type {number} */ testId, /** @type {any} */ result) => {
    const now = state.detail.peek();
    if (now?.id === testId) state.detail.set({ ...now, results: [result, ...now.results] });
  };
  const dropResult = (/** @type {number} */ testId, /** @type {number} */ resultId) => {
    const now = state.detail.peek();
    if (now?.id === testId) state.detail.set({ ...now, results: now.results.filter((/** @type {any} */ one) => one.id !== resultId) });
  };

  /** How many verdicts of a test are on their way. @type {Map<number, number>} */
  const underWay = new Map();
  const waiting = waitingVerdicts(state.base, {
    sent: (answer, body) => batch(() => {
      state.counts.set(waiting.list.peek().reduce((counts, one) => movedCounts(counts, state.untested, one.body.statusId), answer.counts));
      addResult(body.testId, answer.result);
    }),
    refused: () => void state.list.reload(),
  });
  // What waits from before is shown as soon as its row is here.
  effect(() => {
    state.list.loaded();
    untracked(() => {
      for (const { body } of waiting.list.peek()) {
        const row = state.list.peek(state.list.find((one) => one[TEST.id] === body.testId));
        if (row && row[TEST.status] !== body.statusId) setRow(body.testId, body.statusId);
      }
    });
  });

  /** @template T @param {Promise<T>} work */
  const track = (work) => {
    state.pending.add(work);
    void work.finally(() => state.pending.delete(work));
    return work;
  };

  // Keys may be faster than the network: the verdict goes to the test that is chosen, whether its detail is here or not.
  const chosen = () => untracked(() => {
    const [id, test] = [state.testId(), state.detail()];
    if (test?.id === id) return test;
    const row = id === null ? undefined : state.list.peek(state.index());
    return row ? { id, caseId: row[TEST.case], statusId: row[TEST.status], steps: [], results: [], assignee: null } : null;
  });

  /** @param {string} key of the status @param {'next' | 'stay'} [then] */
  const record = (key, then = key === 'failed' ? 'stay' : 'next') => {
    const status = statusNamed(key);
    const test = chosen();
    if (!status || !test || !untracked(state.mayRecord)) return;
    const before = { statusId: test.statusId, counts: state.counts.peek() };
    const steps = [...marks.peek()].map(([stepId, mark]) => ({ stepId, ...mark }));
    const body = { testId: test.id, statusId: status.id, comment: comment.peek().trim() || undefined, elapsed: seconds.peek() || undefined, steps };
    const sent = track(mutate({
      apply: () => {
        setRow(test.id, status.id);
        state.counts.set(movedCounts(before.counts, before.statusId, status.id));
        return () => {
          setRow(test.id, before.statusId);
          state.counts.set(movedCounts(state.counts.peek(), status.id, before.statusId));
        };
      },
      send: async () => {
        underWay.set(test.id, (underWay.get(test.id) ?? 0) + 1);
        try {
          return await waiting.send(body);
        } finally {
          const left = (underWay.get(test.id) ?? 1) - 1;
          if (left) underWay.set(test.id, left);
          else underWay.delete(test.id);
        }
      },
      done: ({ answer }) => {
        if (!answer) {
          if (failing.peek()?.testId === test.id) failing.set(null);
          toast(t('T{id} {status}: kept here until the server is back', { id: String(test.caseId), status: t(status.name).toLocaleLowerCase() }));
          return;
        }
        state.counts.set(answer.counts);
        addResult(test.id, answer.result);
        if (failing.peek()?.testId === test.id) failing.set({ testId: test.id, resultId: answer.result.id });
      },
      undo: async ({ key: sentKey, answer }) => {
        if (!answer && waiting.drop(sentKey)) return state.select(test.id);
        if (!answer) throw new Error(t('The verdict was sent meanwhile. Give another one instead.'));
        const { test: now, counts } = await api.delete(`/app/api/results/${answer.result.id}`);
        batch(() => {
          setRow(test.id, now.statusId);
          dropResult(test.id, answer.result.id);
          state.counts.set(counts);
          failing.set(null);
          state.select(test.id);
        });
      },
      message: `T${test.caseId} ${t(status.name).toLocaleLowerCase()}`,
      refused: () => {
        failing.set(null);
        return false;
      },
    }));
    if (status.failure && then === 'stay') failing.set({ testId: test.id, resultId: null });
    else if (then === 'next') void state.goToNextUntested();
    return sent;
  };

  /** @param {string} key */
  const markStep = (key) => {
    const [test, at, status] = [chosen(), stepFocus.peek(), statusNamed(key)];
    const step = at === null ? null : test?.steps[at];
    if (!step || !status || at === null) return;
    batch(() => {
      marks.set(new Map(marks.peek()).set(step.id, { statusId: status.id }));
      stepFocus.set(at + 1 < test.steps.length ? at + 1 : null);
    });
  };

  return {
    marks, stepFocus, comment, failing, seconds, isTicking, record, markStep, waiting,
    /** Gives up all verdicts that wait. */
    dropWaiting() {
      for (const { key } of waiting.list.peek()) waiting.drop(key);
      void state.list.reload();
    },
    /** Whether a verdict of this test, or of any, is on its way. @param {number} [testId] */
    isUnderWay: (testId) => (testId === undefined ? underWay.size > 0 : underWay.has(testId)),
    /** With a step in focus the key is for the step, otherwise for the test. @param {string} key */
    press: (key) => (stepFocus.peek() === null ? void record(key) : markStep(key)),
    /** What the marked steps say about the whole. */
    suggestion: () => {
      const steps = state.detail()?.steps ?? [];
      return marks().size ? verdictOf(steps.map((/** @type {any} */ step) => { const mark = marks().get(step.id); return mark ? statusOf(mark.statusId).key : null; })) : null;
    },
    /** Puts the comment to a result that is there already. @param {number} resultId @param {Record<string, any>} change */
    async describe(resultId, change) {
      try {
        const { body } = await api.put(`/app/api/results/${resultId}`, change);
        const now = state.detail.peek();
        if (now) state.detail.set({ ...now, results: now.results.map((/** @type {any} */ one) => (one.id === resultId ? body.result : one)) });
        comment.set('');
        return true;
      } catch (error) {
        showError(error);
        return false;
      }
    },
    /** @param {{ id: string, name: string } | null} person */
    async assign(person) {
      const test = state.detail.peek();
      if (!test) return;
      const set = (/** @type {any} */ to) => {
        const now = state.detail.peek();
        if (now?.id === test.id) state.detail.set({ ...now, assignee: to });
        const at = state.list.find((row) => row[TEST.id] === test.id);
        if (at >= 0) state.list.update(at, (row) => row.with(TEST.assignee, to?.id ?? null));
      };
      await mutate({
        apply: () => (set(person), () => set(test.assignee)),
        send: () => api.put(`${state.base}/tests/${test.id}`, { assigneeId: person?.id ?? null }),
        undo: () => api.put(`${state.base}/tests/${test.id}`, { assigneeId: test.assignee?.id ?? null }),
        message: person ? t('T{id} is for {name}', { id: String(test.caseId), name: person.name }) : t('T{id} is for nobody', { id: String(test.caseId) }),
      });
    },
    toggleTimer() {
      isTicking.update((on) => !on);
      toast(isTicking.peek() ? t('Timer runs') : t('Timer stands still'), { seconds: 2 });
    },
  };
}
