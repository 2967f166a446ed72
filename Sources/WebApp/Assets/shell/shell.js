// @ts-check
// The frame around every screen: rail, title bar, search, messages.
import { h, replace } from '../core/dom.js';
import { online } from '../core/api.js';
import { boot } from '../core/facts.js';
import { commands } from '../core/keys.js';
import { remember, remembered } from '../core/preferences.js';
import { current, navigate, reloadScreen, travelling } from '../core/router.js';
import { computed, effect } from '../core/signals.js';
import { t } from '../core/strings.js';
import { undoLatest } from '../core/toasts.js';
import { icon } from '../elements/icons.js';
import { menuButton } from '../elements/menu.js';
import { avatar, iconButton, keyHint } from '../elements/parts.js';
import { isDark, setAppearance } from './appearance.js';
import { errorScreen } from './error-screen.js';
import { casesUrl, projectUrl } from './routes.js';

const lastProject = () => remembered('project', null);
const project = computed(() => current().params.project ?? lastProject());

function signOut() {
  const form = h('form', { method: 'post', action: '/signout', hidden: true }, h('input', { name: 'csrf', value: boot().csrf }));
  document.body.append(form);
  form.submit();
}

/** Whether the rail lies at the bottom, with room for little. */
const isNarrow = () => matchMedia('(max-width: 46rem)').matches;

function toggleTheme() {
  void setAppearance({ theme: isDark() ? 'light' : 'dark' });
}

const palette = async () => {
  // What is typed while the palette is on its way belongs into it, not to the keys of the page.
  let typed = '';
  const keep = (/** @type {KeyboardEvent} */ event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) typed += event.key;
  };
  addEventListener('keydown', keep, true);
  try {
    const { openPalette } = await import('../palette/command-palette.js');
    removeEventListener('keydown', keep, true);
    await openPalette({ project: () => current.peek().params.project, typed });
  } finally {
    removeEventListener('keydown', keep, true);
  }
};
const showKeys = async () => (await import('../palette/keys-overlay.js')).showAllKeys();

function places() {
  const key = project();
  /** @type {{ name: string[], label: string, icon: string, href: string, keys: string, isExtra?: boolean }[]} */
  const links = [{ name: ['projects'], label: t('Projects'), icon: 'home', href: '/', keys: 'g p' }];
  if (key) {
    links.push(
      { name: ['overview'], label: t('Overview'), icon: 'overview', href: projectUrl(key), keys: 'g o' },
      { name: ['cases'], label: t('Cases'), icon: 'cases', href: casesUrl(key), keys: 'g c' },
      { name: ['runs', 'run', 'report'], label: t('Runs'), icon: 'play', href: `${projectUrl(key)}/runs`, keys: 'g r' },
      { name: ['sessions', 'session'], label: t('Sessions'), icon: 'compass', href: `${projectUrl(key)}/sessions`, keys: 'g s', isExtra: true },
      { name: ['issues'], label: t('Issues'), icon: 'bang', href: `${projectUrl(key)}/issues`, keys: 'g i', isExtra: true },
      { name: ['requirements'], label: t('Requirements'), icon: 'list', href: `${projectUrl(key)}/requirements`, keys: 'g q', isExtra: true },
      { name: ['milestones', 'milestone'], label: t('Milestones'), icon: 'flag', href: `${projectUrl(key)}/milestones`, keys: 'g m', isExtra: true },
    );
  }
  return links;
}

function rail() {
  const user = boot().user;
  return h('nav.rail', { 'aria-label': t('Main') },
    () => places().map((place) => h('a.rail-link', {
      class: place.isExtra ? 'rail-extra' : null, href: place.href, title: place.label, 'aria-current': () => (place.name.includes(current().route?.name ?? '') ? 'page' : null),
    }, icon(place.icon), h('span.rail-word', null, place.label))),
    h('span.grow'),
    h('span.rail-extra', null, iconButton(t('Keys'), 'keyboard', { keys: '?', onclick: showKeys })),
    menuButton(t('Your account'), () => [
      ...places().filter((place) => place.isExtra && isNarrow()).map((place) => ({ label: place.label, icon: place.icon, run: () => navigate(place.href) })),
      boot().user.access === 'ADMIN' && { label: t('Administration'), icon: 'shield', keys: 'g a', run: () => navigate('/admin') },
      { label: t('Profile'), icon: 'user', keys: 'g u', run: () => navigate('/profile') },
      { label: isDark() ? t('Light theme') : t('Dark theme'), icon: isDark() ? 'sun' : 'moon', run: toggleTheme },
      { label: t('Keys'), icon: 'keyboard', keys: '?', run: showKeys },
      'line',
      { label: t('Sign out'), icon: 'logout', run: signOut },
    ], { face: h('span.rail-user', null, avatar(user), h('span.sr', null, t('Your account'))), kind: 'quiet', align: 'start' }));
}

/** @param {string | (() => string) | undefined} title */
const textOf = (title) => (typeof title === 'function' ? title() : title ?? '');

function titleBar() {
  const crumbs = () => current().view?.crumbs ?? [];
  return h('header.top', null,
    h('div.top-title', null,
      () => (crumbs().length ? h('nav.crumbs', { 'aria-label': t('Where you are') }, crumbs().map((crumb) => [h('a', { href: crumb.href }, crumb.label), h('span', { 'aria-hidden': 'true' }, ' / ')])) : null),
      h('h1', { tabindex: '-1' }, () => textOf(current().view?.title) || t('Assay'))),
    h('button.search', { type: 'button', onclick: palette, 'aria-label': t('Search or jump to'), 'aria-keyshortcuts': 'Control+K Meta+K' },
      icon('search'), h('span.search-word', null, t('Search or jump to…')), keyHint('mod+k')),
    h('div.top-actions', null, () => current().view?.actions),
    h('div.progress', { hidden: () => !travelling(), role: 'progressbar', 'aria-label': t('Loading') }));
}

function globalCommands() {
  commands(t('Everywhere'), [
    { label: t('Search or jump to'), keys: 'mod+k', icon: 'search', typing: true, quiet: true, run: palette },
    { label: t('All keys'), keys: '?', icon: 'keyboard', run: showKeys },
    { label: t('Undo the latest change'), keys: 'z', icon: 'back', quiet: true, run: undoLatest },
    { label: t('Go to projects'), keys: 'g p', icon: 'home', run: () => navigate('/') },
    { label: t('Go to overview'), keys: 'g o', icon: 'overview', when: () => Boolean(project()), run: () => navigate(projectUrl(project())) },
    { label: t('Go to cases'), keys: 'g c', icon: 'cases', when: () => Boolean(project()), run: () => navigate(casesUrl(project())) },
    { label: t('Go to runs'), keys: 'g r', icon: 'play', when: () => Boolean(project()), run: () => navigate(`${projectUrl(project())}/runs`) },
    { label: t('Go to sessions'), keys: 'g s', icon: 'compass', when: () => Boolean(project()), run: () => navigate(`${projectUrl(project())}/sessions`) },
    { label: t('Go to issues'), keys: 'g i', icon: 'bang', when: () => Boolean(project()), run: () => navigate(`${projectUrl(project())}/issues`) },
    { label: t('Go to requirements'), keys: 'g q', icon: 'list', when: () => Boolean(project()), run: () => navigate(`${projectUrl(project())}/requirements`) },
    { label: t('Go to milestones'), keys: 'g m', icon: 'flag', when: () => Boolean(project()), run: () => navigate(`${projectUrl(project())}/milestones`) },
    { label: t('Administration'), keys: 'g a', icon: 'shield', when: () => boot().user.access === 'ADMIN', run: () => navigate('/admin') },
    { label: t('Go to my profile'), keys: 'g u', icon: 'user', run: () => navigate('/profile') },
    { label: t('Switch between light and dark'), icon: 'moon', run: toggleTheme },
    { label: t('Sign out'), icon: 'logout', run: signOut },
  ]);
}

export function mountShell() {
  globalCommands();
  effect(() => {
    const key = current().params.project;
    if (key) remember('project', key);
  });
  effect(() => {
    const { view } = current();
    const title = textOf(view?.title);
    const trail = (view?.crumbs ?? []).map((crumb) => crumb.label).reverse();
    document.title = [title, ...trail, 'Assay'].filter(Boolean).join(' · ');
  });
  const main = h('main', { id: 'main', class: () => ['main', current().view?.wide === false && 'page'],
    // A page that only shows something must scroll by key too.
    tabindex: () => (current().view?.wide === false ? '0' : '-1'),
  }, () => {
    const { view, error } = current();
    return error ? errorScreen(error) : view?.main;
  });
  replace(document.body,
    h('a.skip', { href: '#main' }, t('Skip to the content')),
    rail(), titleBar(),
    h('div.offline', { hidden: online, role: 'status' }, icon('warning'), h('span', null, t('The server cannot be reached. What you typed stays here.')),
      h('button.button', { type: 'button', onclick: reloadScreen }, t('Try again'))),
    main, h('toast-stack'));
  setTimeout(() => void import('../palette/command-palette.js'), 1500);
  return main;
}
