// @ts-check
// Folders with a box each; a checked folder brings what is below it.
import { h } from '../../core/dom.js';
import { number } from '../../core/format.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { childrenByParent, totalsBelow, treeNodes, unfolded } from '../../lists/tree.js';

// More boxes than that nobody reads; the field above finds the others.
const MOST = 300;

/** How many cases the folders hold together, each once. @param {any[][]} rows @param {ReadonlySet<number>} chosen */
export function folderTotals(rows, chosen) {
  const nodes = treeNodes(rows);
  const totals = totalsBelow(nodes);
  const parents = new Map(nodes.map((node) => [node.id, node.parentId]));
  let sum = 0;
  for (const id of chosen) if (!coveredBy(id, chosen, parents)) sum += totals.get(id) ?? 0;
  return sum;
}

/** Whether a folder above is chosen too. @param {number} id @param {ReadonlySet<number>} chosen @param {Map<number, any>} parents */
function coveredBy(id, chosen, parents) {
  let steps = 0;
  for (let above = parents.get(id); above != null && steps++ < 64; above = parents.get(above)) if (chosen.has(above)) return true;
  return false;
}

/** @param {any[][]} rows @param {import('../../core/signals.js').Signal<ReadonlySet<number>>} chosen */
export function folderChecks(rows, chosen) {
  const nodes = treeNodes(rows);
  const totals = totalsBelow(nodes);
  const parents = new Map(nodes.map((node) => [node.id, node.parentId]));
  const all = unfolded(childrenByParent(nodes), new Set(nodes.map((node) => node.id)));
  const typed = signal('');
  const toggle = (/** @type {number} */ id) => {
    const next = new Set(chosen.peek());
    if (!next.delete(id)) next.add(id);
    chosen.set(next);
  };
  return h('div.folder-checks', null,
    all.length > 12 && h('input.input', { type: 'search', placeholder: t('Find a folder'), 'aria-label': t('Find a folder'), oninput: (/** @type {any} */ event) => typed.set(event.target.value.toLowerCase()) }),
    h('ul.boxed', { tabindex: '0', 'aria-label': t('Folders') }, () => all.filter((row) => row.node.name.toLowerCase().includes(typed())).slice(0, MOST).map((row) => h('li', { style: { '--level': typed() ? 0 : row.level - 1 } },
      h('label.check', null, h('input', {
        type: 'checkbox', checked: () => chosen().has(row.node.id) || coveredBy(row.node.id, chosen(), parents), disabled: () => coveredBy(row.node.id, chosen(), parents),
        onchange: () => toggle(row.node.id),
      }), h('span', null, row.node.name, ' ', h('span.count', null, number(totals.get(row.node.id) ?? 0))))))));
}
