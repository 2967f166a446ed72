// @ts-check
// One case as it stands, with its small changes in place.
import { h, switchOn } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { priorities } from '../../core/facts.js';
import { ago, date, dateTime, duration } from '../../core/format.js';
import { mutate } from '../../core/mutate.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { customEntries, customTexts } from '../../editing/custom-fields.js';
import { pastedFiles } from '../../editing/file-drop.js';
import { markdown } from '../../editing/markdown.js';
import { attachmentBox, upload } from '../../editing/uploads.js';
import { selectInput } from '../../elements/form.js';
import { menuButton } from '../../elements/menu.js';
import { button, emptyState, iconButton, propertyList, skeleton, statusBadge, timeText } from '../../elements/parts.js';
import { casesUrl, runUrl } from '../../shell/routes.js';
import { deleteMarked, moveMarked, runMarked } from './bulk.js';
import { caseEditor } from './editor.js';
import { versionList } from './versions.js';
import '../../editing/inline-edit.js';
import '../../elements/tabs.js';

/** @param {readonly { action: string, expected: string }[]} steps */
export function stepList(steps) {
  return h('ol.steps', null, steps.map((step, index) => h('li.step', null, h('span.no', null, index + 1),
    h('div', null, h('div.prose.tight', null, markdown(step.action)), step.expected && h('div.prose.tight.expected', null, markdown(step.expected))))));
}

/** Changes one field of the shown case at once. @param {import('./state.js').Repository} state @param {Record<string, any>} values */
export async function changeCase(state, values) {
  const before = state.detail.peek();
  if (!before) return;
  await mutate({
    apply: () => {
      state.detail.set({ ...before, value: { ...before.value, ...values } });
      return () => state.detail.set(before);
    },
    send: () => api.put(`/app/api/cases/${before.value.id}`, values, { etag: before.etag }),
    done: (answer) => {
      if (state.caseId() === answer.body.id) state.detail.set({ value: answer.body, etag: answer.etag });
      state.showRow(answer.body);
    },
    refused: (error) => {
      if (!(error instanceof ApiError && error.isStale)) return false;
      state.detail.set({ value: error.current, etag: error.etag });
      toast(t('Somebody changed this case a moment ago. Look at it, then change it again.'), { tone: 'error' });
      return true;
    },
  });
}

/** @param {import('./state.js').Repository} state @param {() => any} value */
function header(state, value) {
  const { id, can } = value();
  const copy = () => navigator.clipboard?.writeText(new URL(casesUrl(state.project, { case: id }), location.href).href).then(() => toast(t('Link copied')));
  const duplicate = async () => {
    const { title, folder, description, preconditions, expected, priority, automation, stateId, estimate, tags, fields, steps } = value();
    try {
      const made = await api.post(`${state.base}/cases`, {
        title: t('{title} (copy)', { title }), folderId: folder.id, description, preconditions, expected, priority, automation, stateId, estimate, tags, fields,
        steps: steps.map((/** @type {any} */ step) => ({ action: step.action, expected: step.expected })),
      });
      await state.list.reload();
      state.select(made.id);
    } catch (error) {
      showError(error);
    }
  };
  return h('div.detail-top', null,
    h('span.muted.ellipsis', null, h('span.mono', null, `T${id}`), ' · ', () => value().folder.path.join(' / ')), h('span.grow'),
    can.edit && button(t('Edit'), { icon: 'edit', keys: 'e', onclick: () => state.mode.set('edit') }),
    menuButton(t('More for this case'), () => [
      { label: t('Copy link'), icon: 'link', run: copy },
      state.can.createRuns && { label: t('Run this case'), icon: 'play', run: () => runMarked(state, [id]) },
      can.edit && { label: t('Duplicate'), icon: 'copy', run: duplicate },
      can.edit && { label: t('Move…'), icon: 'move', keys: 'm', run: () => moveMarked(state, [id]) },
      can.delete && 'line',
      can.delete && { label: t('Delete'), icon: 'trash', danger: true, run: () => deleteMarked(state, [id]) },
    ]));
}

/** @param {import('./state.js').Repository} state @param {() => any} value */
function properties(state, value) {
  const { can } = value();
  const choice = (/** @type {string} */ label, /** @type {string} */ field, /** @type {any[]} */ options, /** @type {(text: string) => any} */ read) => selectInput({
    label, bare: true, class: 'input slim', options, value: () => value()[field], onchange: (/** @type {any} */ event) => changeCase(state, { [field]: read(event.target.value) }),
  });
  const priorityOptions = priorities().map(({ value: one, name }) => ({ value: one, label: name }));
  const stateOptions = state.setup.states.map((/** @type {any} */ one) => ({ value: one.id, label: one.name }));
  const word = (/** @type {any[]} */ options, /** @type {any} */ one) => options.find((option) => option.value === one)?.label ?? '–';
  return propertyList([
    [t('Priority'), can.edit ? choice(t('Priority'), 'priority', priorityOptions, String) : word(priorityOptions, value().priority)],
    [t('State'), can.edit ? choice(t('State'), 'stateId', stateOptions, Number) : word(stateOptions, value().stateId)],
    [t('Estimate'), () => duration(value().estimate ?? value().forecast)],
    [t('Type'), () => ({ MANUAL: t('Manual'), AUTOMATED: t('Automated'), SEMI_AUTOMATED: t('Partly automated') })[/** @type {string} */ (value().automation)]],
    [t('Tags'), () => (value().tags.length ? value().tags.map((/** @type {string} */ tag) => h('span.badge', null, tag)) : '–')],
    ...customEntries(state.setup.fields, value().fields),
  ]);
}

/** @param {import('./state.js').Repository} state @param {() => any} value */
function content(state, value) {
  const part = (/** @type {string} */ label, /** @type {string} */ text) => text && h('section.part', null, h('h3', null, label), h('div.prose', null, markdown(text)));
  const { description, preconditions, steps, expected, automation, className } = value();
  return [
    description && h('div.prose', null, markdown(description)), part(t('Before you begin'), preconditions),
    steps.length ? stepList(steps) : automation === 'AUTOMATED' ? h('p.muted', null, t('Automated; its steps are in the code.'), className && [' ', h('code.mono', null, className)]) : !description && !expected && emptyState({ icon: 'cases', title: t('No steps yet') }),
    part(t('Expected result'), expected), customTexts(state.setup.fields, value().fields),
  ];
}

/** @param {import('./state.js').Repository} state @param {() => any} value */
function results(state, value) {
  if (!value().results.length) return emptyState({ icon: 'play', title: t('Never run') });
  return h('ul.lines', null, value().results.map((/** @type {any} */ result) => h('li.line', null, statusBadge(result.statusId),
    h('a.link.grow', { href: runUrl(state.project, result.run.id) }, result.run.name),
    h('span.muted', null, [result.by, result.elapsed != null && duration(result.elapsed)].filter(Boolean).join(' · ')), h('small.muted', null, timeText(result.at, ago(result.at), dateTime(result.at))))));
}

/** @param {import('./state.js').Repository} state @param {() => any} value */
function caseView(state, value) {
  const { id, can } = value();
  const place = `case:${id}`;
  const change = (/** @type {(files: any[]) => any[]} */ next) => {
    const now = state.detail.peek();
    if (now && now.value.id === id) state.detail.set({ ...now, value: { ...now.value, attachments: next(now.value.attachments) } });
  };
  return h('article.detail', {
    'aria-label': () => value().title,
    onpaste: (/** @type {ClipboardEvent} */ event) => {
      const files = pastedFiles(event);
      if (files.length && can.edit) upload(place, files);
    },
  },
  header(state, value),
  h('inline-edit', { value: () => value().title, label: t('Title'), fixed: !can.edit, as: 'h2', onsave: (/** @type {CustomEvent} */ event) => changeCase(state, { title: event.detail.value }) }),
  properties(state, value),
  h('tab-set', {
    label: t('Case'), tabs: [
      { id: 'steps', label: t('Steps'), content: () => h('div.stack', null, () => content(state, value),
        attachmentBox({ place, files: () => value().attachments, change, can: can.edit }), can.edit && h('file-drop', { onfiles: (/** @type {CustomEvent} */ event) => upload(place, event.detail.files) })) },
      { id: 'results', label: t('Results'), content: () => results(state, value) },
      { id: 'history', label: t('History'), content: () => versionList(state, value) },
    ],
  }),
  h('p.small.muted', null, () => t('Version {n}, changed {when} by {name}', { n: value().version, when: ago(value().updatedAt), name: value().updatedBy ?? value().createdBy }), ' · ',
    () => t('written {when} by {name}', { when: date(value().createdAt), name: value().createdBy })));
}

/** @param {import('./state.js').Repository} state @param {number} id */
function openCase(state, id) {
  let last = state.detail.peek()?.value;
  // The last answer about this case stays readable while the pane turns to another one.
  return caseView(state, () => {
    const now = state.detail()?.value;
    if (now?.id === id) last = now;
    return last;
  });
}

/** @param {import('./state.js').Repository} state @param {{ back: () => void }} panes */
export function detailPane(state, panes) {
  const what = () => {
    if (state.mode() === 'new') return 'new';
    if (state.caseId() === null) return 'none';
    if (state.missing()) return 'missing';
    const id = state.detail()?.value.id;
    return id === state.caseId() ? `${state.mode()} ${id}` : 'waiting';
  };
  const body = (/** @type {string} */ key) => {
    switch (key) {
      case 'new': return caseEditor(state, null);
      case 'none': return emptyState({ icon: 'cases', title: t('No case chosen'), text: t('Choose one with j and k, or write a new one with n.') });
      case 'missing': return emptyState({ icon: 'search', title: t('This case does not exist any more') });
      case 'waiting': return skeleton(6);
      default: return key.startsWith('edit') ? caseEditor(state, state.detail.peek()) : openCase(state, Number(key.split(' ')[1]));
    }
  };
  return h('section.pane-column', null,
    h('div.only-one.pane-back', null, iconButton(t('Back to the list'), 'back', { onclick: panes.back })),
    h('div.pane-scroll', { tabindex: '0', role: 'region', 'aria-label': t('Case') }, switchOn(what, body)));
}
