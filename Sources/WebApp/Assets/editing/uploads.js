// @ts-check
// Files on their way to the server: progress, and patience. What failed stays here, over a reload too, until it is sent or given up.
import { address, csrfToken, idempotencyKey, online } from '../core/api.js';
import { ApiError, OfflineError, errorText } from '../core/errors.js';
import { each, h } from '../core/dom.js';
import { fileSize, percent } from '../core/format.js';
import { mutate } from '../core/mutate.js';
import { effect, onCleanup, signal, untracked } from '../core/signals.js';
import { t } from '../core/strings.js';
import { api } from '../core/api.js';
import { icon } from '../elements/icons.js';
import { iconButton } from '../elements/parts.js';
import { attachmentTiles } from './file-drop.js';

/** @typedef {import('./file-drop.js').Attachment} Attachment */
/** @typedef {{ key: string, place: string, file: File, share: import('../core/signals.js').Signal<number>, problem: import('../core/signals.js').Signal<string>,
 *   isOffline: boolean, request: XMLHttpRequest | null }} Upload */

const uploads = signal(/** @type {readonly Upload[]} */ ([]));
/** Who is told about a new attachment of a place such as `case:12`. @type {Map<string, (made: Attachment) => void>} */
const listeners = new Map();
const NAME = 'assay-uploads';

/** The files that wait in this browser. @param {'readonly' | 'readwrite'} mode @param {(store: IDBObjectStore) => IDBRequest | void} act @returns {Promise<any>} */
function shelf(mode, act) {
  return new Promise((done) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('files', { keyPath: 'key' });
    // Without a shelf the files wait as long as the page lives.
    opening.onerror = () => done(null);
    opening.onsuccess = () => {
      const change = opening.result.transaction('files', mode);
      const asked = act(change.objectStore('files'));
      change.oncomplete = () => (opening.result.close(), done(asked?.result ?? null));
      change.onabort = change.onerror = () => (opening.result.close(), done(null));
    };
  });
}

/** @param {string} place such as `case:12` @param {Iterable<File>} files */
export function upload(place, files) {
  for (const file of files) start({ key: idempotencyKey(), place, file, share: signal(0), problem: signal(''), isOffline: false, request: null });
}

/** @param {Upload} item */
function start(item) {
  if (!uploads.peek().includes(item)) uploads.set([...uploads.peek(), item]);
  item.problem.set('');
  item.isOffline = false;
  void carry(item);
}

/** @param {Upload} item */
async function carry(item) {
  try {
    const made = await send(item);
    give(item);
    listeners.get(item.place)?.(made);
  } catch (error) {
    if (!uploads.peek().includes(item)) return;
    item.isOffline = error instanceof OfflineError || (error instanceof ApiError && error.status >= 500);
    item.problem.set(error instanceof OfflineError ? t('Waits for the server.') : errorText(error));
    void shelf('readwrite', (store) => store.put({ key: item.key, place: item.place, file: item.file }));
    if (item.isOffline) setTimeout(() => item.problem.peek() && uploads.peek().includes(item) && start(item), 8000);
  }
}

/** @param {Upload} item @returns {Promise<Attachment>} */
function send(item) {
  const [owner, id] = item.place.split(':');
  const name = item.file.name || t('screenshot.png');
  return new Promise((done, refuse) => {
    // The only way that tells how far an upload is.
    const request = new XMLHttpRequest();
    item.request = request;
    request.open('POST', address('/app/api/attachments', { [owner]: id, name }));
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('X-CSRF-Token', csrfToken());
    request.setRequestHeader('Idempotency-Key', item.key);
    request.setRequestHeader('Content-Type', item.file.type || 'application/octet-stream');
    request.upload.onprogress = (event) => event.lengthComputable && item.share.set(event.loaded / event.total);
    request.onerror = () => refuse(new OfflineError());
    request.onload = () => {
      let body = null;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // Not from our server: the status says enough.
      }
      if (request.status === 201 && body) done(body);
      else refuse(new ApiError(request.status, body?.error ?? {}, { requestId: body?.requestId ?? '' }));
    };
    request.send(item.file);
  });
}

/** Done, or no longer wanted. @param {Upload} item */
function give(item) {
  uploads.set(uploads.peek().filter((other) => other !== item));
  void shelf('readwrite', (store) => store.delete(item.key));
}

/** @param {Upload} item */
function cancel(item) {
  give(item);
  item.request?.abort();
}

let isRestored = false;
async function restore() {
  if (isRestored) return;
  isRestored = true;
  for (const { key, place, file } of await shelf('readonly', (store) => store.getAll()) ?? []) {
    if (!uploads.peek().some((item) => item.key === key)) start({ key, place, file, share: signal(0), problem: signal(''), isOffline: false, request: null });
  }
  effect(() => {
    if (online()) for (const item of uploads.peek()) if (item.isOffline && item.problem.peek()) untracked(() => start(item));
  });
}

/** The files of something and those on their way to it.
 * @param {{ place: string, files: () => Attachment[], change: (next: (files: Attachment[]) => Attachment[]) => void, can: boolean }} settings */
export function attachmentBox({ place, files, change, can }) {
  listeners.set(place, (made) => change((now) => [...now.filter((old) => old.id !== made.id), made]));
  onCleanup(() => listeners.delete(place));
  void restore();
  const remove = (/** @type {Attachment} */ file) => void mutate({
    apply: () => {
      change((now) => now.filter((one) => one.id !== file.id));
      return () => change((now) => (now.some((one) => one.id === file.id) ? now : [...now, file]));
    },
    send: () => api.delete(`/app/api/attachments/${file.id}`),
    undo: () => api.post(`/app/api/attachments/${file.id}/restore`),
    message: t('{name} removed', { name: file.name }),
  });
  const own = () => uploads().filter((item) => item.place === place);
  return h('div.files', { hidden: () => files().length + own().length === 0 }, attachmentTiles(files, can ? { remove } : {}),
    h('ul.uploads', { hidden: () => own().length === 0, 'aria-label': t('Uploads') }, each(own, (item) => item.key, (row) => uploadRow(row.peek()))));
}

/** @param {Upload} item */
function uploadRow(item) {
  return h('li', { class: () => ['upload', item.problem() && 'failed'] }, icon('clip', 'small'), h('span.grow.ellipsis', { title: item.file.name }, item.file.name),
    () => (item.problem()
      ? [h('span.problem', { role: 'status' }, item.problem()), iconButton(t('Send {name} again', { name: item.file.name }), 'again', { onclick: () => start(item) })]
      : [h('progress', { max: 1, value: item.share, 'aria-label': t('Sending {name}', { name: item.file.name }) }), h('small.muted.nowrap', null, percent(item.share(), 1), ' · ', fileSize(item.file.size))]),
    iconButton(t('Give up {name}', { name: item.file.name }), 'close', { onclick: () => cancel(item) }));
}
