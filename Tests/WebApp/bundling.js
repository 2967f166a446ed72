// @ts-check
// Joins the source modules the way the server does at its start (docs/web-contract.md, section 10), so that tests can hold the
// modules to the shape that this needs.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ASSETS = join(dirname(fileURLToPath(import.meta.url)), '../../Sources/WebApp/Assets');
const IMPORT = /^import (?:\{([^}]*)\} from )?'(\.[^']+)';$/;
const EXPORT = /^export (?:async )?(?:function|const|let|class) ([A-Za-z_$][\w$]*)/;
const DECLARATION = /^(?:export )?(?:async )?(?:function|const|let|class) (?:\{([^}]*)\}|\[([^\]]*)\]|([A-Za-z_$][\w$]*))((?:, [A-Za-z_$][\w$]*(?= =| *$|,|;))*)/;

/** The bundle that a source file belongs to. @param {string} path */
export function bundleOf(path) {
  const [folder, name] = path.split('/');
  if (folder === 'screens') return `screen-${name}.js`;
  return ['core', 'elements', 'shell'].includes(folder) ? 'app.js' : `${folder}.js`;
}

/** @param {string} path */
export function source(path) {
  return readFileSync(join(ASSETS, path), 'utf8');
}

/** Every module, by path; the one that starts everything comes last. */
export function modules() {
  const files = /** @type {string[]} */ (readdirSync(ASSETS, { recursive: true })).map((file) => file.replaceAll('\\', '/'));
  const paths = files.filter((file) => file.endsWith('.js')).sort();
  return [...paths.filter((path) => path !== 'shell/main.js'), 'shell/main.js'];
}

export function bundleNames() {
  return [...new Set(modules().map(bundleOf))];
}

/** Source files of a bundle, each after what it imports, and what the bundle takes from others. @param {string} name */
export function collect(name) {
  /** @type {string[]} */ const order = [];
  /** @type {Set<string>} */ const seen = new Set();
  /** @type {Map<string, Set<string>>} */ const foreign = new Map();
  /** @type {string[]} */ const cycles = [];
  const walk = (/** @type {string} */ path, /** @type {string[]} */ trail) => {
    if (trail.includes(path)) cycles.push([...trail, path].join(' > '));
    if (seen.has(path)) return;
    seen.add(path);
    for (const line of source(path).split('\n')) {
      const found = IMPORT.exec(line);
      if (!found) continue;
      const target = normalize(join(dirname(path), found[2]));
      if (bundleOf(target) === name) {
        walk(target, [...trail, path]);
      } else {
        const names = foreign.get(bundleOf(target)) ?? new Set();
        for (const part of (found[1] ?? '').split(',')) if (part.trim()) names.add(part.trim());
        foreign.set(bundleOf(target), names);
      }
    }
    order.push(path);
  };
  for (const path of modules()) if (bundleOf(path) === name) walk(path, []);
  return { order, foreign, cycles };
}

/** Without indentation, comments that have a line of their own, and types within a line. @param {string} text */
export function shortened(text) {
  const lines = [];
  let inComment = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (inComment) {
      if (line.endsWith('*/')) inComment = false;
    } else if (line.startsWith('/*') && !line.includes('*/')) {
      inComment = true;
    } else if (line && !line.startsWith('//') && !(line.startsWith('/*') && line.endsWith('*/'))) {
      lines.push(line.replace(/\/\*\* @type .*? \*\/ ?/g, ''));
    }
  }
  return lines.join('\n');
}

/** @param {string} name */
export function bundle(name) {
  const { order, foreign } = collect(name);
  const parts = [];
  const exported = [];
  for (const [file, names] of foreign) parts.push(`import { ${[...names].sort().join(', ')} } from './${file}';`);
  for (const path of order) {
    const kept = [];
    for (const line of source(path).split('\n')) {
      if (IMPORT.test(line)) continue;
      const found = EXPORT.exec(line)?.[1];
      if (found) exported.push(found);
      kept.push(line.replace(/^export /, '').replace(/import\('(\.[^']+)'\)/g, (_, target) => `import('./${bundleOf(normalize(join(dirname(path), target)))}')`));
    }
    parts.push(shortened(kept.join('\n')));
  }
  parts.push(`export { ${exported.sort().join(', ')} };`);
  return parts.join('\n') + '\n';
}

/** Names that a file declares at its top level. @param {string} path */
export function topLevelNames(path) {
  const names = [];
  for (const line of source(path).split('\n')) {
    // A leading JSDoc type stands before some declarations.
    const found = DECLARATION.exec(line.replace(/^\/\*\*[^]*?\*\/ /, ''));
    if (!found) continue;
    for (const part of `${found[1] ?? ''},${found[2] ?? ''},${found[3] ?? ''}${found[4] ?? ''}`.split(',')) {
      const name = part.trim().split(':').at(-1)?.trim().split(' ')[0];
      if (name) names.push(name);
    }
  }
  return names;
}

export function styleSheet() {
  const files = source('css/order.txt').split('\n').filter(Boolean);
  return files.map((file) => shortened(source(`css/${file}`))).join('\n');
}
