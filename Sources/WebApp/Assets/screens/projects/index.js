// @ts-check
// All projects that the reader may see.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { boot, sumOf } from '../../core/facts.js';
import { ago } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { computed, signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { avatar, button, emptyState, timeText } from '../../elements/parts.js';
import { countsText, passRate, stackedBar } from '../../elements/stacked-bar.js';
import { casesUrl, projectUrl } from '../../shell/routes.js';
import { newProjectDialog } from './new-project.js';

/** @typedef {{ id: number, key: string, name: string, note: string, isCompleted: boolean, cases: number, automated: number, activeRuns: number,
 *   runs: number, counts: import('../../core/facts.js').Counts, lastAt: number | null }} Project */

/** @param {() => Project} project */
function projectCard(project) {
  const { key, name, note, cases, activeRuns, counts, lastAt } = project();
  return h('li.card.project', null,
    h('div.card-head', null, avatar({ id: key, name }), h('h2', null, h('a.cover', { href: projectUrl(key) }, name)), h('span.badge', null, key)),
    note && h('p.muted.clamp', null, note),
    h('span.grow'),
    sumOf(counts)
      ? h('div.card-bar', null, stackedBar(counts), h('p.small', null, h('b', null, passRate(counts)), ' ', h('span.muted', null, t('passed in open runs'), h('span.sr', null, `: ${countsText(counts)}`))))
      : h('p.small.muted', null, t('No open run')),
    h('p.card-foot', null,
      h('a', { href: casesUrl(key) }, t('{n} case|{n} cases', { n: cases })),
      h('a', { href: `${projectUrl(key)}/runs` }, t('{n} open run|{n} open runs', { n: activeRuns })),
      h('span.grow'), timeText(lastAt, lastAt ? ago(lastAt) : t('no results yet'))));
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  load: (context) => api.get('/app/api/projects', { signal: context.signal }),
  view(_, data) {
    const projects = signal(/** @type {Project[]} */ (data.projects));
    const typed = signal('');
    const shown = computed(() => {
      const wanted = typed().trim().toLowerCase();
      return projects().filter((project) => `${project.name} ${project.key} ${project.note}`.toLowerCase().includes(wanted));
    });
    const mayCreate = Boolean(boot().can?.createProject);
    const create = () => newProjectDialog();
    commands(t('Projects'), [{ label: t('New project'), keys: 'n', icon: 'plus', when: () => mayCreate, run: create }]);
    const newButton = () => button(t('New project'), { kind: 'primary', icon: 'plus', onclick: create });
    return {
      title: t('Projects'), wide: false,
      actions: mayCreate && newButton(),
      main: h('div.page-body', null,
        projects.peek().length > 8 && h('input.input.page-filter', { type: 'search', placeholder: t('Filter projects'), 'aria-label': t('Filter projects'), oninput: (/** @type {any} */ event) => typed.set(event.target.value) }),
        h('ul.cards', null, each(shown, (project) => project.id, (project) => projectCard(project))),
        () => (projects().length ? shown().length === 0 && emptyState({ icon: 'search', title: t('No project fits “{text}”', { text: typed() }) }) : emptyState({
          icon: 'home', title: t('No project yet'),
          text: mayCreate ? t('A project holds the cases and runs of one product.') : t('Ask somebody who administers a project to give you access.'),
          actions: mayCreate && newButton(),
        }))),
    };
  },
};
