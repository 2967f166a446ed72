// @ts-check
// Folder trees from flat rows.

/** @typedef {{ id: any, parentId: any, name: string, count?: number, order?: number }} TreeNode */
/** @typedef {{ node: TreeNode, level: number, position: number, size: number, hasChildren: boolean, isOpen: boolean }} TreeRow */

/** @param {readonly any[][]} rows `[id, parentId, name, order, count, …]` @returns {TreeNode[]} */
export function treeNodes(rows) {
  return rows.map(([id, parentId, name, order, count]) => ({ id, parentId, name, order, count }));
}

/** Children of each node in their order; a node whose parent is not there stands at the top.
 * @param {readonly TreeNode[]} nodes @returns {Map<any, TreeNode[]>} */
export function childrenByParent(nodes) {
  const known = new Set(nodes.map((node) => node.id));
  /** @type {Map<any, TreeNode[]>} */ const children = new Map();
  for (const node of nodes) {
    const parent = known.has(node.parentId) ? node.parentId : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(node);
    else children.set(parent, [node]);
  }
  for (const siblings of children.values()) {
    siblings.sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || a.name.localeCompare(b.name));
  }
  return children;
}

/** The rows that show while the given nodes are open. @param {Map<any, TreeNode[]>} children @param {ReadonlySet<any>} open @returns {TreeRow[]} */
export function unfolded(children, open) {
  /** @type {TreeRow[]} */ const rows = [];
  const walk = (/** @type {any} */ parent, /** @type {number} */ level) => {
    const siblings = children.get(parent) ?? [];
    siblings.forEach((node, index) => {
      const hasChildren = children.has(node.id);
      const isOpen = hasChildren && open.has(node.id);
      rows.push({ node, level, position: index + 1, size: siblings.length, hasChildren, isOpen });
      // A folder that contains itself would never end.
      if (isOpen && level < 64) walk(node.id, level + 1);
    });
  };
  walk(null, 1);
  return rows;
}

/** The counts of every node with those of everything below it. @param {readonly TreeNode[]} nodes @returns {Map<any, number>} */
export function totalsBelow(nodes) {
  const children = childrenByParent(nodes);
  /** @type {Map<any, number>} */ const totals = new Map();
  const sum = (/** @type {TreeNode} */ node, /** @type {number} */ depth) => {
    let total = node.count ?? 0;
    if (depth < 64) for (const child of children.get(node.id) ?? []) total += sum(child, depth + 1);
    totals.set(node.id, total);
    return total;
  };
  for (const top of children.get(null) ?? []) sum(top, 0);
  return totals;
}

/** The ids of a node and everything below it. @param {readonly TreeNode[]} nodes @param {any} id @returns {any[]} */
export function withDescendants(nodes, id) {
  const children = childrenByParent(nodes);
  const ids = [id];
  for (let index = 0; index < ids.length && index < 100_000; index++) {
    for (const child of children.get(ids[index]) ?? []) ids.push(child.id);
  }
  return ids;
}

/** The names from the top down to a node. @param {readonly TreeNode[]} nodes @param {any} id @returns {string[]} */
export function pathTo(nodes, id) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  /** @type {string[]} */ const names = [];
  for (let node = byId.get(id); node && names.length < 64; node = byId.get(node.parentId)) names.unshift(node.name);
  return names;
}
