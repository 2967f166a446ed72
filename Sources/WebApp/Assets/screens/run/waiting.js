// @ts-check
// Verdicts that the server has not heard yet: kept in this browser until it has, over reloads of the page and restarts of the server.
import { api, idempotencyKey, online } from '../../core/api.js';
import { OfflineError } from '../../core/errors.js';
import { remember, remembered } from '../../core/preferences.js';
import { effect, onCleanup, signal, untracked } from '../../core/signals.js';
import { showError } from '../../core/toasts.js';

/** @typedef {{ key: string, body: { testId: number, statusId: number, [more: string]: any } }} Verdict */

/** @param {string} base of the run @param {{ sent: (answer: any, body: Verdict['body']) => void, refused: (body: Verdict['body']) => void }} listeners */
export function waitingVerdicts(base, { sent, refused }) {
  const storage = `waiting${base}`;
  const list = signal(/** @type {readonly Verdict[]} */ (remembered(storage, [])));
  let isSending = false;
  const keep = (/** @type {readonly Verdict[]} */ next) => {
    list.set(next);
    remember(storage, next.length ? next : null);
  };

  const flush = async () => {
    if (isSending) return;
    isSending = true;
    try {
      for (let first; (first = list.peek()[0]); ) {
        const { key, body } = first;
        try {
          const answer = await api.post(`${base}/results`, body, { key });
          keep(list.peek().filter((one) => one.key !== key));
          sent(answer, body);
        } catch (error) {
          if (error instanceof OfflineError) return;
          keep(list.peek().filter((one) => one.key !== key));
          refused(body);
          showError(error);
        }
      }
    } finally {
      isSending = false;
    }
  };
  effect(() => {
    if (online()) untracked(() => void flush());
  });
  const timer = setInterval(() => list.peek().length && void flush(), 5000);
  onCleanup(() => clearInterval(timer));
  addEventListener('online', flush);
  onCleanup(() => removeEventListener('online', flush));

  return {
    list, flush,
    has: (/** @type {number} */ testId) => list.peek().some((one) => one.body.testId === testId),
    /** Sends a verdict, or keeps it for later; nothing is answered then. @param {Verdict['body']} body @returns {Promise<{ key: string, answer: any }>} */
    async send(body) {
      const key = idempotencyKey();
      // Verdicts go in the order in which they were given.
      if (list.peek().length) {
        keep([...list.peek(), { key, body }]);
        void flush();
        return { key, answer: null };
      }
      try {
        return { key, answer: await api.post(`${base}/results`, body, { key }) };
      } catch (error) {
        if (!(error instanceof OfflineError)) throw error;
        keep([...list.peek(), { key, body }]);
        return { key, answer: null };
      }
    },
    /** Takes back what was not sent; false when it was. @param {string} key */
    drop(key) {
      if (!list.peek().some((one) => one.key === key)) return false;
      keep(list.peek().filter((one) => one.key !== key));
      return true;
    },
  };
}
