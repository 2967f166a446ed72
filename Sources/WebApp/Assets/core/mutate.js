// @ts-check
// Changes that show at once and are taken back quietly when the server refuses them.
import { showError, toast } from './toasts.js';
import { t } from './strings.js';
import { batch } from './signals.js';

/** @template T @typedef {object} Mutation
 * @property {() => (() => void) | void} apply shows the change; returns how to take it back
 * @property {() => Promise<T>} send
 * @property {(answer: T) => void} [done] with the server's answer
 * @property {(answer: T) => Promise<any>} [undo] what undo asks the server; without it there is no undo
 * @property {() => void} [undone] after a successful undo
 * @property {string} [message] of the toast
 * @property {(error: unknown) => boolean} [refused] true when the screen dealt with the error itself */

/** @template T @param {Mutation<T>} mutation @returns {Promise<T | undefined>} the answer, or nothing when it was refused */
export async function mutate(mutation) {
  const restore = batch(() => mutation.apply());
  const sent = mutation.send();
  const undo = mutation.undo;
  const closeToast = mutation.message
    ? toast(mutation.message, undo ? {
      action: t('Undo'), key: 'Z',
      run: async () => {
        try {
          const answer = await sent;
          batch(() => restore?.());
          await undo(answer);
          mutation.undone?.();
        } catch (error) {
          showError(error);
        }
      },
    } : {})
    : () => {};
  try {
    const answer = await sent;
    batch(() => mutation.done?.(answer));
    return answer;
  } catch (error) {
    closeToast();
    batch(() => restore?.());
    if (!mutation.refused?.(error)) showError(error);
    return undefined;
  }
}
