// @ts-check
// What can go wrong between page and server, by type, so that screens can answer each in its own way.
import { t } from './strings.js';

/** @typedef {{ field: string, message: string }} FieldIssue */

export class ApiError extends Error {
  /** @param {number} status @param {{ code?: string, message?: string, issues?: FieldIssue[] }} error
   * @param {{ requestId?: string, current?: any, etag?: string | null, retryAfter?: number }} [more] */
  constructor(status, error, more = {}) {
    super(error.message || t('The server refused the request.'));
    this.name = 'ApiError';
    this.status = status;
    this.code = error.code || '';
    this.issues = error.issues || [];
    this.requestId = more.requestId || '';
    /** The thing as it is now, when ours was out of date. */
    this.current = more.current;
    this.etag = more.etag ?? null;
    this.retryAfter = more.retryAfter || 0;
  }

  get isStale() { return this.status === 412; }
  get isMissing() { return this.status === 404; }
  get isSignedOut() { return this.status === 401; }
  get isInvalid() { return this.status === 422; }

  /** The message for one field, or none. @param {string} field */
  issue(field) {
    return this.issues.find((issue) => issue.field === field)?.message ?? '';
  }
}

/** No answer arrived at all. */
export class OfflineError extends Error {
  constructor() {
    super(t('The server cannot be reached. Nothing you typed is lost.'));
    this.name = 'OfflineError';
  }
}

/** Whether the caller itself gave up. @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** A sentence for a person, with the request's id when an operator could look for it. @param {unknown} error */
export function errorText(error) {
  if (error instanceof ApiError && error.status >= 500) {
    return t('Something went wrong on the server.') + (error.requestId ? ' ' + t('Request {id}', { id: error.requestId }) : '');
  }
  if (error instanceof ApiError && error.issues.length) {
    return error.issues.map((issue) => (issue.field ? `${issue.field}: ${issue.message}` : issue.message)).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
