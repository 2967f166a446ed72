// @ts-check
// Filters that are kept, with how many cases each finds now.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { parseFilter } from '../../core/filter.js';
import { number } from '../../core/format.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { checkbox, textInput } from '../../elements/form.js';
import { icon } from '../../elements/icons.js';
import { menuButton } from '../../elements/menu.js';
import { caseQuery, TERMS } from './state.js';

/** @typedef {{ id: number, name: string, isShared: boolean, isOwn: boolean, q: string | null, folder: string | null, sort: string | null }} SavedView */

/** @param {import('./state.js').Repository} state */
export function savedViews(state) {
  const views = signal(/** @type {readonly SavedView[]} */ ([]));
  const counts = signal(/** @type {ReadonlyMap<number, number>} */ (new Map()));
  const count = async (/** @type {SavedView} */ view) => {
    const query = { ...caseQuery(parseFilter(view.q ?? '', TERMS), state.setup), folder: view.folder, deep: Boolean(view.folder), limit: 1 };
    const { total } = await api.get(`${state.base}/cases`, { query });
    counts.set(new Map(counts.peek()).set(view.id, total));
  };
  const take = (/** @type {{ views: SavedView[] }} */ answer) => {
    views.set(answer.views);
    // The numbers are a nicety; a list without them is as good.
    for (const view of answer.views.slice(0, 12)) count(view).catch(() => {});
  };
  api.get(`${state.base}/views`).then(take, showError);
  const isShown = (/** @type {SavedView} */ view) => (view.q ?? '') === state.filterText() && (Number(view.folder) || null) === state.folder() && (view.sort ?? '') === state.sort();
  const show = (/** @type {SavedView} */ view) => state.context.setQuery({ q: view.q, folder: view.folder, sort: view.sort }, 'push');

  const save = async () => {
    const [name, isShared] = [signal(''), signal(false)];
    const busy = signal(false);
    const made = await openDialog({
      title: t('Keep this view'), class: 'small',
      content: (close) => dialogForm(h('div.fields', null,
        textInput({ label: t('Name'), autofocus: true, maxlength: 1000, oninput: (/** @type {any} */ event) => name.set(event.target.value) }),
        checkbox({ label: t('Everybody in the project sees it'), checked: isShared, onchange: isShared.set })), {
        submit: t('Keep it'), busy, cancel: () => close(), disabled: () => !name().trim(),
        send: async () => {
          busy.set(true);
          try {
            const query = state.context.query();
            close(await api.post(`${state.base}/views`, { name: name.peek().trim(), isShared: isShared.peek(), q: query.get('q') ?? '', folder: query.get('folder') ?? '', sort: query.get('sort') ?? '' }));
          } catch (error) {
            busy.set(false);
            showError(error);
          }
        },
      }),
    });
    if (made) take(/** @type {any} */ (made));
  };
  const remove = async (/** @type {SavedView} */ view) => {
    try {
      await api.delete(`/app/api/views/${view.id}`);
      views.set(views.peek().filter((one) => one.id !== view.id));
      toast(t('View “{name}” removed', { name: view.name }), {
        action: t('Undo'), key: 'Z', run: () => void api.post(`${state.base}/views`, { name: view.name, isShared: view.isShared, q: view.q ?? '', folder: view.folder ?? '', sort: view.sort ?? '' }).then(take, showError),
      });
    } catch (error) {
      showError(error);
    }
  };
  const share = (/** @type {SavedView} */ view) => api.put(`/app/api/views/${view.id}`, { isShared: !view.isShared }).then((answer) => take(answer.body), showError);
  const element = h('section.views', { 'aria-label': t('Views'), hidden: () => !views().length }, h('h3', null, t('Views')), h('ul', null, each(views, (view) => view.id, (view) => h('li', null,
    h('button.view-link', { type: 'button', 'aria-current': () => (isShown(view()) ? 'true' : null), onclick: () => show(view.peek()) }, icon('filter', 'small'), h('span.grow.ellipsis', null, () => view().name),
      () => (view().isShared ? h('span.muted', { title: t('shared') }, icon('people', 'small'), h('span.sr', null, t('shared'))) : null), h('span.count', null, () => { const n = counts().get(view().id); return n === undefined ? '' : number(n); })),
    () => (view().isOwn ? menuButton(t('More for the view {name}', { name: view().name }), () => [
      { label: view().isShared ? t('Keep it to me') : t('Share with the project'), icon: 'people', run: () => share(view.peek()) }, { label: t('Remove'), icon: 'trash', danger: true, run: () => remove(view.peek()) }]) : null)))));
  return { element, save };
}
