// @ts-check
// Requests to the server: typed errors, versions, repeat keys, patience with a lost connection.
import { ApiError, OfflineError, isAbort } from './errors.js';
import { signal } from './signals.js';

/** @typedef {{ signal?: AbortSignal, etag?: string | null, query?: Record<string, any>, key?: string }} Options */
/** @typedef {{ body: any, etag: string | null }} Answer */

/** @type {Record<string, { etag: string | null, body: any }>} */ let prepared = {};
let csrf = '';
let pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));
/** @type {() => void} */ let signedOut = () => {};

/** False while the last request got no answer. */
export const online = signal(true);

/** @param {{ csrf: string, responses?: typeof prepared, onSignedOut?: () => void, pause?: typeof pause }} settings */
export function configureApi(settings) {
  csrf = settings.csrf;
  prepared = settings.responses ?? {};
  signedOut = settings.onSignedOut ?? signedOut;
  pause = settings.pause ?? pause;
}

/** The address with its query: parameters sorted by name, empty ones left out, lists joined by commas.
 * @param {string} path @param {Record<string, any>} [query] */
export function address(path, query) {
  const parts = [];
  for (const name of Object.keys(query ?? {}).sort()) {
    const value = /** @type {any} */ (query)[name];
    if (value == null || value === '' || value === false || (Array.isArray(value) && !value.length)) continue;
    const text = value === true ? '1' : Array.isArray(value) ? value.join(',') : String(value);
    parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(text)}`);
  }
  return parts.length ? `${path}?${parts.join('&')}` : path;
}

/** What shows the server that a request comes from a page of its own. */
export const csrfToken = () => csrf;

/** A key under which the server answers a repeated request without doing it twice. */
export function idempotencyKey() {
  return crypto.randomUUID();
}

/** @param {string} method @param {string} url @param {any} body @param {Options} options @returns {Promise<Answer>} */
async function request(method, url, body, options) {
  const headers = new Headers({ Accept: 'application/json' });
  if (method !== 'GET') headers.set('X-CSRF-Token', csrf);
  if (options.etag) headers.set('If-Match', options.etag);
  if (method === 'POST') headers.set('Idempotency-Key', options.key ?? idempotencyKey());
  const isFile = body instanceof Blob;
  if (body !== undefined) headers.set('Content-Type', isFile ? body.type || 'application/octet-stream' : 'application/json');
  const content = body === undefined || isFile ? body : JSON.stringify(body);
  // A PUT or DELETE may be repeated by nature, a POST because of its key.
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await fetch(url, { method, headers, body: content, signal: options.signal, credentials: 'same-origin' });
      online.set(true);
      if (response.status === 503 && attempt < 2) {
        await pause(400 * 2 ** attempt);
        continue;
      }
      return await answer(response);
    } catch (error) {
      if (error instanceof ApiError || isAbort(error)) throw error;
      if (attempt >= 2) {
        online.set(false);
        throw new OfflineError();
      }
      await pause(400 * 2 ** attempt);
    }
  }
}

/** @param {Response} response @returns {Promise<Answer>} */
async function answer(response) {
  const text = await response.text();
  const isJSON = (response.headers.get('Content-Type') ?? '').includes('json');
  const body = text && isJSON ? JSON.parse(text) : null;
  const etag = response.headers.get('ETag');
  if (response.ok) return { body, etag };
  const error = new ApiError(response.status, body?.error ?? {}, {
    requestId: body?.requestId ?? response.headers.get('X-Request-Id') ?? '', current: body?.current, etag,
    retryAfter: Number(response.headers.get('Retry-After')) || 0,
  });
  if (error.isSignedOut) signedOut();
  throw error;
}

export const api = {
  /** @param {string} path @param {Options} [options] @returns {Promise<any>} */
  async get(path, options = {}) {
    return (await api.getVersioned(path, options)).body;
  },

  /** With the version that a later PUT names. @param {string} path @param {Options} [options] @returns {Promise<Answer>} */
  async getVersioned(path, options = {}) {
    const url = address(path, options.query);
    const ready = prepared[url];
    if (ready) {
      delete prepared[url];
      return ready;
    }
    return request('GET', url, undefined, options);
  },

  /** @param {string} path @param {any} [body] @param {Options} [options] @returns {Promise<any>} */
  async post(path, body = {}, options = {}) {
    return (await request('POST', address(path, options.query), body, options)).body;
  },

  /** @param {string} path @param {any} body @param {Options} [options] @returns {Promise<Answer>} */
  put(path, body, options = {}) {
    return request('PUT', address(path, options.query), body, options);
  },

  /** @param {string} path @param {Options} [options] @returns {Promise<any>} */
  async delete(path, options = {}) {
    return (await request('DELETE', address(path, options.query), undefined, options)).body;
  },

  /** Like `get`, ahead of time and without complaint. @param {string} path @param {Options} [options] */
  async prefetch(path, options = {}) {
    const url = address(path, options.query);
    if (prepared[url]) return;
    try {
      const ready = await request('GET', url, undefined, options);
      prepared[url] = ready;
      setTimeout(() => {
        if (prepared[url] === ready) delete prepared[url];
      }, 5000);
    } catch {
      // The real request will say what is wrong.
    }
  },
};
