// @ts-check
// What every screen knows from the boot data: the statuses, the priorities, who is here.

/** @typedef {'passed' | 'failed' | 'blocked' | 'retest' | 'skipped' | 'untested' | 'progress'} Tone */
/** @typedef {{ id: number, key: string, name: string, success: boolean, failure: boolean, completed: boolean, manual: boolean,
 *   tone: Tone, icon: string }} Status */
/** @typedef {[number, number][]} Counts */

/** @type {Status[]} */ let statuses = [];
/** @type {Map<number, Status>} */ let byId = new Map();
/** @type {{ value: string, name: string }[]} */ let priorityList = [];
/** @type {any} */ let booted = {};

/** @type {Record<string, [Tone, string]>} */
const KNOWN = {
  passed: ['passed', 'tick'], failed: ['failed', 'cross'], blocked: ['blocked', 'warning'], retest: ['retest', 'again'],
  skipped: ['skipped', 'skip'], untested: ['untested', 'ring'], exception: ['failed', 'bang'],
  in_progress: ['progress', 'dotted'], inprogress: ['progress', 'dotted'],
};

/** Colour and icon of a status; made-up ones follow from their flags.
 * @param {{ key: string, success: boolean, failure: boolean, completed: boolean }} status @returns {[Tone, string]} */
export function toneOf(status) {
  const known = KNOWN[status.key.toLowerCase()];
  if (known) return known;
  if (status.success) return ['passed', 'tick'];
  if (status.failure) return ['failed', 'cross'];
  return status.completed ? ['skipped', 'skip'] : ['progress', 'dotted'];
}

/** @param {any} boot */
export function configureFacts(boot) {
  booted = boot;
  statuses = (boot.statuses ?? []).map((/** @type {any} */ status) => {
    const [tone, icon] = toneOf(status);
    return { ...status, tone, icon };
  });
  byId = new Map(statuses.map((status) => [status.id, status]));
  priorityList = boot.priorities ?? [];
}

/** The boot data: user, preferences, rights. */
export function boot() {
  return booted;
}

export function allStatuses() {
  return statuses;
}

/** @type {Status} */
const UNKNOWN = { id: 0, key: 'untested', name: 'Untested', success: false, failure: false, completed: false, manual: false, tone: 'untested', icon: 'ring' };

/** @param {number | null | undefined} id nothing is untested @returns {Status} */
export function statusOf(id) {
  return byId.get(id ?? -1) ?? statusNamed('untested') ?? UNKNOWN;
}

/** @param {string} key @returns {Status | undefined} */
export function statusNamed(key) {
  return statuses.find((status) => status.key === key);
}

export function priorities() {
  return priorityList;
}

/** @param {string | null | undefined} value */
export function priorityName(value) {
  return priorityList.find((priority) => priority.value === value)?.name ?? value ?? '';
}

/** The counts with their statuses, in the order that bars and legends use: worked-off first, untested last.
 * @param {Counts} counts @returns {{ status: Status, n: number }[]} */
export function countsByStatus(counts) {
  const order = ['passed', 'failed', 'blocked', 'retest', 'progress', 'skipped', 'untested'];
  return counts.map(([id, n]) => ({ status: statusOf(id), n })).filter(({ n }) => n > 0)
    .sort((a, b) => order.indexOf(a.status.tone) - order.indexOf(b.status.tone) || a.status.id - b.status.id);
}

/** @param {Counts} counts */
export function sumOf(counts) {
  return counts.reduce((sum, [, n]) => sum + n, 0);
}

/** How many need no further work, and how many of these passed. @param {Counts} counts */
export function progressOf(counts) {
  let [done, passed, failed] = [0, 0, 0];
  for (const [id, n] of counts) {
    const status = statusOf(id);
    if (status.completed || status.success || status.failure) done += n;
    if (status.success) passed += n;
    if (status.failure) failed += n;
  }
  return { total: sumOf(counts), done, passed, failed };
}

/** Counts after one test went from a status to another. @param {Counts} counts @param {number} from @param {number} to @returns {Counts} */
export function movedCounts(counts, from, to) {
  const map = new Map(counts);
  map.set(from, (map.get(from) ?? 0) - 1);
  map.set(to, (map.get(to) ?? 0) + 1);
  return [...map].filter(([, n]) => n > 0);
}
