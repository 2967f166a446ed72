// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { address, api, configureApi, online } from '../../Sources/WebApp/Assets/core/api.js';
import { ApiError, OfflineError, errorText } from '../../Sources/WebApp/Assets/core/errors.js';
import { mutate } from '../../Sources/WebApp/Assets/core/mutate.js';
import { toasts, undoLatest } from '../../Sources/WebApp/Assets/core/toasts.js';

/** @type {{ url: string, options: any }[]} */ let calls = [];
/** @param {...(Response | Error)} answers the last one is given again */
function answerWith(...answers) {
  calls = [];
  let at = 0;
  globalThis.fetch = /** @type {any} */ (async (/** @type {string} */ url, /** @type {any} */ options) => {
    calls.push({ url, options });
    const answer = answers[Math.min(at++, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer.clone();
  });
}
const json = (/** @type {any} */ body, /** @type {number} */ status = 200, /** @type {Record<string, string>} */ headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
configureApi({ csrf: 'token', pause: async () => {} });

test('an address sorts its parameters and leaves empty ones out', () => {
  assert.equal(address('/x', { b: 2, a: 'ä b', list: [1, 2], none: null, empty: '', off: false, on: true, nothing: [] }), '/x?a=%C3%A4%20b&b=2&list=1%2C2&on=1');
  assert.equal(address('/x', {}), '/x');
});

test('what the page brought along is used once', async () => {
  configureApi({ csrf: 'token', responses: { '/a?x=1': { etag: '"3"', body: { here: true } } } });
  answerWith(json({ here: false }));
  assert.deepEqual(await api.getVersioned('/a', { query: { x: 1 } }), { etag: '"3"', body: { here: true } });
  assert.deepEqual(await api.get('/a', { query: { x: 1 } }), { here: false });
  assert.equal(calls.length, 1);
});

test('changes carry the token, the version and a repeat key', async () => {
  answerWith(json({}));
  await api.put('/a', { b: 1 }, { etag: '"7"' });
  await api.post('/a', { b: 1 });
  assert.equal(calls[0].options.headers.get('X-CSRF-Token'), 'token');
  assert.equal(calls[0].options.headers.get('If-Match'), '"7"');
  assert.match(calls[1].options.headers.get('Idempotency-Key'), /^[0-9a-f-]{36}$/);
  assert.equal(calls[1].options.body, '{"b":1}');
});

test('a lost connection is tried again with the same key, then named', async () => {
  answerWith(new TypeError('network'), json({ fine: true }));
  assert.deepEqual(await api.post('/a'), { fine: true });
  assert.equal(calls[0].options.headers.get('Idempotency-Key'), calls[1].options.headers.get('Idempotency-Key'));
  answerWith(new TypeError('network'));
  await assert.rejects(api.get('/a'), OfflineError);
  assert.equal(calls.length, 3);
  assert.equal(online(), false);
  answerWith(json({}));
  await api.get('/a');
  assert.equal(online(), true);
});

test('a busy server is asked again, a refusal is not', async () => {
  answerWith(json({}, 503), json({ fine: true }));
  assert.deepEqual(await api.get('/a'), { fine: true });
  answerWith(json({ error: { code: 'invalid', message: 'no', issues: [{ field: 'title', message: 'must not be empty' }] }, requestId: 'r1' }, 422));
  await assert.rejects(api.get('/a'), (error) => error instanceof ApiError && error.isInvalid && error.issue('title') === 'must not be empty' && error.requestId === 'r1');
  assert.equal(calls.length, 1);
});

test('a stale version brings the present one', async () => {
  answerWith(json({ error: { code: 'stale', message: 'changed' }, current: { title: 'theirs' } }, 412, { ETag: '"9"' }));
  await assert.rejects(api.put('/a', {}, { etag: '"8"' }), (error) => error instanceof ApiError && error.isStale && error.current.title === 'theirs' && error.etag === '"9"');
});

test('an answer that is no JSON is still an error with a sentence', async () => {
  answerWith(new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'Content-Type': 'text/html', 'X-Request-Id': 'r2' } }));
  await assert.rejects(api.get('/a'), (error) => errorText(error).includes('r2') && !errorText(error).includes('<h1>'));
});

test('a change shows at once and is taken back when it is refused', async () => {
  let shown = 'old';
  /** @type {(error: Error) => void} */ let refuse = () => {};
  const done = mutate({
    apply: () => ((shown = 'new'), () => (shown = 'old')),
    send: () => new Promise((_, reject) => (refuse = reject)),
  });
  assert.equal(shown, 'new');
  refuse(new ApiError(409, { message: 'the run is finished' }));
  assert.equal(await done, undefined);
  assert.equal(shown, 'old');
  assert.equal(toasts().at(-1)?.text, 'the run is finished');
});

test('undo takes the latest change back, once', async () => {
  /** @type {string[]} */ const log = [];
  await mutate({ apply: () => (log.push('apply'), () => log.push('restore')), send: async () => 5, undo: async (answer) => log.push(`undo ${answer}`), message: 'Done' });
  assert.equal(undoLatest(), true);
  await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual(log, ['apply', 'restore', 'undo 5']);
  assert.equal(undoLatest(), false);
});
