// @ts-check
// Two people changed one thing: what each changed since the version that both began with.

/** @typedef {{ field: string, base: any, mine: any, theirs: any }} Clash */

/** @param {any} a @param {any} b */
export function sameValue(a, b) {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/** The fields of `mine` that differ from `base`. @param {Record<string, any>} base @param {Record<string, any>} mine @param {readonly string[]} fields */
export function changedFields(base, mine, fields) {
  /** @type {Record<string, any>} */ const changed = {};
  for (const field of fields) if (!sameValue(base[field], mine[field])) changed[field] = mine[field];
  return changed;
}

/** Takes over what only one side changed; names what both changed differently.
 * @param {Record<string, any>} base @param {Record<string, any>} mine @param {Record<string, any>} theirs @param {readonly string[]} fields
 * @returns {{ merged: Record<string, any>, clashes: Clash[] }} */
export function mergeFields(base, mine, theirs, fields) {
  /** @type {Record<string, any>} */ const merged = {};
  /** @type {Clash[]} */ const clashes = [];
  for (const field of fields) {
    const iChanged = !sameValue(base[field], mine[field]);
    const theyChanged = !sameValue(base[field], theirs[field]);
    merged[field] = iChanged ? mine[field] : theirs[field];
    if (iChanged && theyChanged && !sameValue(mine[field], theirs[field])) {
      clashes.push({ field, base: base[field], mine: mine[field], theirs: theirs[field] });
    }
  }
  return { merged, clashes };
}
