// @ts-check
// Every screen and its address.

/** @typedef {import('../core/router.js').Route} Route */

/** @param {string | number} project */
export const projectUrl = (project) => `/p/${encodeURIComponent(project)}`;

/** @param {string | number} project @param {Record<string, string | number>} [query] */
export const casesUrl = (project, query = {}) => {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return `${projectUrl(project)}/cases${text ? `?${text}` : ''}`;
};

/** @param {string | number} project @param {string | number} run */
export const runUrl = (project, run) => `${projectUrl(project)}/runs/${run}`;

const overviewData = (/** @type {Record<string, string>} */ { project }) => [`/app/api/projects/${encodeURIComponent(project)}`];

/** @type {Route[]} */
export const routes = [
  { name: 'projects', path: '/', module: () => import('../screens/projects/index.js'), prefetch: () => ['/app/api/projects'] },
  { name: 'overview', path: '/p/{project}', module: () => import('../screens/overview/index.js'), prefetch: overviewData },
  { name: 'cases', path: '/p/{project}/cases', module: () => import('../screens/cases/index.js') },
  { name: 'runs', path: '/p/{project}/runs', module: () => import('../screens/runs/index.js') },
  { name: 'run', path: '/p/{project}/runs/{run}', module: () => import('../screens/run/index.js'), prefetch: ({ run }) => [`/app/api/runs/${run}`] },
  { name: 'report', path: '/p/{project}/runs/{run}/report', module: () => import('../screens/report/index.js') },
  { name: 'sessions', path: '/p/{project}/sessions', module: () => import('../screens/sessions/index.js') },
  { name: 'session', path: '/p/{project}/sessions/{session}', module: () => import('../screens/session/index.js') },
  { name: 'milestones', path: '/p/{project}/milestones', module: () => import('../screens/milestones/index.js') },
  { name: 'milestone', path: '/p/{project}/milestones/{milestone}', module: () => import('../screens/milestone/index.js') },
  { name: 'issues', path: '/p/{project}/issues', module: () => import('../screens/issues/index.js') },
  { name: 'requirements', path: '/p/{project}/requirements', module: () => import('../screens/requirements/index.js') },
  { name: 'settings', path: '/p/{project}/settings', module: () => import('../screens/settings/index.js') },
  { name: 'admin', path: '/admin', module: () => import('../screens/admin/index.js') },
  { name: 'profile', path: '/profile', module: () => import('../screens/profile/index.js'), prefetch: () => ['/app/api/profile'] },
  { name: 'styleguide', path: '/styleguide', module: () => import('../screens/styleguide/index.js') },
];
