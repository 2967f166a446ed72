// @ts-check
// One exploratory session: the charter, the clock, notes and findings by keyboard.
import { each, h } from '../../core/dom.js';
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { ago, clock, dateTime, duration } from '../../core/format.js';
import { commands } from '../../core/keys.js';
import { mutate } from '../../core/mutate.js';
import { remember, remembered } from '../../core/preferences.js';
import { guardLeaving, navigate } from '../../core/router.js';
import { batch, effect, onCleanup, signal, untracked } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError, toast } from '../../core/toasts.js';
import { pastedFiles } from '../../editing/file-drop.js';
import { markdown } from '../../editing/markdown.js';
import { attachmentBox, upload } from '../../editing/uploads.js';
import { segmented, selectInput, textInput } from '../../elements/form.js';
import { icon } from '../../elements/icons.js';
import { menuButton } from '../../elements/menu.js';
import { banner, button, emptyState, iconButton, propertyList, timeText } from '../../elements/parts.js';
import { projectUrl } from '../../shell/routes.js';
import { FINDINGS, findingKind, sessionForm } from '../sessions/session-form.js';
import '../../editing/markdown-field.js';

const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'BLOCKER'];

/** @param {string} word */
function severityName(word) {
  /** @type {Record<string, string>} */
  const names = { LOW: t('Low'), MEDIUM: t('Medium'), HIGH: t('High'), CRITICAL: t('Critical'), BLOCKER: t('Blocker') };
  return names[word] ?? word;
}

/** What the parts of the screen share. @param {any} data @param {{ body: any, etag: string | null }} first */
function sessionState(data, first) {
  const session = signal(first.body);
  const etag = signal(first.etag);
  const seconds = signal(0);
  const isTicking = signal(!first.body.isCompleted);
  const take = (/** @type {any} */ body) => {
    session.set(body);
    etag.set(null);
  };
  const timer = setInterval(() => {
    if (isTicking.peek() && session.peek().can.record) seconds.update((n) => n + 1);
  }, 1000);
  onCleanup(() => clearInterval(timer));
  const change = async (/** @type {Record<string, any>} */ values, /** @type {{ message?: string, undo?: Record<string, any> }} */ { message, undo } = {}) => {
    const { id } = session.peek();
    const put = async (/** @type {Record<string, any>} */ body) => {
      const tag = etag.peek() ?? (await api.getVersioned(`/app/api/sessions/${id}`)).etag;
      const answer = await api.put(`/app/api/sessions/${id}`, body, { etag: tag });
      batch(() => (session.set(answer.body), etag.set(answer.etag)));
    };
    const before = session.peek();
    return mutate({
      apply: () => (session.set({ ...before, ...values }), () => session.set(before)), send: () => put(values), undo: undo && (() => put(undo)), message,
      refused: (error) => {
        if (!(error instanceof ApiError && error.isStale)) return false;
        batch(() => (session.set(error.current), etag.set(error.etag)));
        toast(t('Somebody changed this session a moment ago. Look at it, then try again.'), { tone: 'error' });
        return true;
      },
    });
  };
  return { project: data.project, setup: data.setup, session, seconds, isTicking, take, change };
}

/** @param {ReturnType<typeof sessionState>} state */
function composer(state) {
  const { id } = state.session.peek();
  const key = `draft.session.${id}`;
  const draft = remembered(key, {});
  const [type, title, text, severity] = [signal(draft.type ?? 'NOTE'), signal(draft.title ?? ''), signal(draft.text ?? ''), signal('MEDIUM')];
  const files = signal(/** @type {File[]} */ ([]));
  const busy = signal(false);
  effect(() => remember(key, title() || text() ? { type: type(), title: title(), text: text() } : null));
  const isFinding = () => type() !== 'NOTE';
  const focus = () => requestAnimationFrame(() => /** @type {HTMLElement | null} */ (box.querySelector(isFinding() ? 'input.input' : 'textarea'))?.focus());
  const choose = (/** @type {string} */ next) => {
    type.set(next);
    focus();
  };
  const save = async () => {
    const isReady = untracked(isFinding) ? title.peek().trim() : text.peek().trim();
    if (busy.peek() || !isReady) return;
    busy.set(true);
    const findings = untracked(isFinding)
      ? [{ type: type.peek(), title: title.peek().trim(), description: text.peek().trim() || undefined, severity: type.peek() === 'BUG' ? severity.peek() : undefined }] : [];
    try {
      const answer = await api.post(`/app/api/sessions/${id}/notes`, { text: findings.length ? '' : text.peek().trim(), elapsed: state.seconds.peek() || undefined, findings });
      batch(() => (state.take(answer), title.set(''), text.set(''), type.set('NOTE'), state.seconds.set(0)));
      if (files.peek().length) upload(`note:${answer.log[0].id}`, files.peek());
      files.set([]);
      focus();
    } catch (error) {
      showError(error);
    } finally {
      busy.set(false);
    }
  };
  commands(t('Session'), [
    { label: t('Write a note'), keys: 'n', icon: 'comment', run: () => choose('NOTE') },
    ...FINDINGS.map((kind) => ({ label: t('Found: {kind}', { kind: kind.label() }), keys: kind.key, icon: kind.icon, run: () => choose(kind.type) })),
    { label: t('Save the note'), keys: 'mod+enter', typing: true, quiet: true, run: () => void save() },
    { label: t('Leave the field'), keys: 'escape', typing: true, quiet: true, run: () => /** @type {HTMLElement} */ (document.activeElement)?.blur() },
    { label: t('Stop the timer or go on'), keys: 't', icon: 'clock', run: () => state.isTicking.update((on) => !on) },
  ]);
  onCleanup(guardLeaving(() => !files.peek().length));
  const box = h('section.card.composer', {
    'aria-label': t('New note'),
    onpaste: (/** @type {ClipboardEvent} */ event) => {
      const pasted = pastedFiles(event);
      if (!pasted.length) return;
      event.preventDefault();
      files.set([...files.peek(), ...pasted]);
    },
  },
  segmented({ label: t('Kind'), value: type, onpick: choose, options: [{ value: 'NOTE', label: t('Note'), icon: 'comment' }, ...FINDINGS.map((kind) => ({ value: kind.type, label: kind.label(), icon: kind.icon }))] }),
  () => (isFinding() ? textInput({ label: t('Title'), maxlength: 1000, value: title, oninput: (/** @type {any} */ event) => title.set(event.target.value) }) : null),
  h('markdown-field', { label: t('Text'), plain: true, rows: 3, placeholder: () => (isFinding() ? t('How to see it, what you expected') : t('What did you try, what did you see? Paste a screenshot here.')), value: text, ontext: (/** @type {CustomEvent} */ event) => text.set(event.detail.value), onsubmit: () => void save() }),
  h('div.chips', null, () => (type() === 'BUG' ? selectInput({ label: t('Severity'), bare: true, class: 'input slim', value: severity, options: SEVERITIES.map((word) => ({ value: word, label: severityName(word) })), onchange: (event) => severity.set(event.target.value) }) : null),
    () => (files().length ? h('span.muted', { role: 'status' }, t('{n} file goes with it|{n} files go with it', { n: files().length })) : null),
    h('file-drop', { small: true, onfiles: (/** @type {CustomEvent} */ event) => files.set([...files.peek(), ...event.detail.files]) }),
    h('span.grow'), button(t('Save'), { kind: 'primary', keys: 'mod+enter', disabled: busy, onclick: save })));
  return box;
}

/** @param {any} finding @param {string} project */
function findingLine(finding, project) {
  const kind = findingKind(finding.type);
  return h('div.finding', null, h('span', { class: `status tone-${kind.tone}` }, icon(kind.icon, 'small'), h('span.word', null, kind.label())),
    h('div', null, h('b', null, finding.title), finding.severity && h('span.badge', null, severityName(finding.severity)), finding.issue && h('a.badge', { href: `${projectUrl(project)}/issues?issue=${finding.issue.id}` }, icon('link', 'small'), t('Issue {id}', { id: String(finding.issue.id) })),
      finding.description && h('div.prose.tight', null, markdown(finding.description))));
}

/** @param {ReturnType<typeof sessionState>} state @param {() => any} note */
function noteItem(state, note) {
  const { id, canEdit } = note();
  const change = (/** @type {(files: any[]) => any[]} */ next) => {
    const now = state.session.peek();
    state.session.set({ ...now, log: now.log.map((/** @type {any} */ one) => (one.id === id ? { ...one, attachments: next(one.attachments) } : one)) });
  };
  const remove = () => {
    const before = state.session.peek();
    void mutate({
      apply: () => (state.session.set({ ...before, log: before.log.filter((/** @type {any} */ one) => one.id !== id) }), () => state.session.set(before)),
      send: () => api.delete(`/app/api/session-notes/${id}`), done: state.take, undo: async () => state.take(await api.post(`/app/api/session-notes/${id}/restore`)), message: t('Note removed'),
    });
  };
  return h('li.note', null,
    h('div.line', null, h('b', null, note().by), note().elapsed ? h('span.muted', null, duration(note().elapsed)) : null, h('span.grow'), h('small.muted', null, timeText(note().at, ago(note().at), dateTime(note().at))),
      canEdit && state.session.peek().can.record && iconButton(t('Remove the note'), 'trash', { onclick: remove })),
    () => (note().text ? h('div.prose', null, markdown(note().text)) : null), () => note().findings.map((/** @type {any} */ one) => findingLine(one, state.project)),
    attachmentBox({ place: `note:${id}`, files: () => note().attachments, change, can: canEdit }));
}

/** @param {ReturnType<typeof sessionState>} state */
function side(state) {
  const { session } = state;
  const used = () => session().elapsed + (session().can.record ? state.seconds() : 0);
  const all = () => session().log.flatMap((/** @type {any} */ note) => note.findings);
  return h('aside.stack', { 'aria-label': t('About the session') },
    h('section.card', null, h('h2', null, t('Charter')), () => (session().mission ? h('div.prose', null, markdown(session().mission)) : h('p.muted', null, t('No charter was written.'))),
      () => propertyList([[t('Explorer'), session().assignee?.name], [t('Milestone'), session().milestone?.name], [t('Configuration'), session().configuration?.name], [t('Begun'), session().startedAt && dateTime(session().startedAt)]])),
    h('section.card', null, h('h2', null, t('Time')),
      h('p.big-clock', null, h('button.timer', { type: 'button', title: t('Stop or go on (t)'), class: () => (state.isTicking() || !session().can.record ? '' : 'still'), disabled: () => !session().can.record, onclick: () => state.isTicking.update((on) => !on) }, () => clock(used())),
        () => (session().estimate ? h('span.muted', null, t('of {box}', { box: duration(session().estimate) })) : null)),
      () => (session().estimate ? h('progress', { class: used() > session().estimate ? 'over' : '', max: 1, value: Math.min(1, used() / session().estimate), 'aria-label': t('Time box') }) : null),
      () => (session().estimate && used() > session().estimate ? h('p.problem', null, icon('clock', 'small'), t('over the time box')) : null)),
    h('section.card', null, h('h2', null, t('Findings')), () => (all().length ? h('div.stack', null, all().map((/** @type {any} */ one) => findingLine(one, state.project))) : h('p.muted', null, t('Nothing found yet. Bugs become issues of the project.')))));
}

/** @type {import('../../core/router.js').Screen} */
export const screen = {
  async load({ params, signal: abort }) {
    const [setup, session] = await Promise.all([
      api.get(`/app/api/projects/${encodeURIComponent(params.project)}/setup`, { signal: abort }), api.getVersioned(`/app/api/sessions/${params.session}`, { signal: abort }),
    ]);
    return { setup, session };
  },
  view({ params }, { setup, session: first }) {
    const state = sessionState({ project: params.project, setup }, first);
    const { session } = state;
    const edit = async () => {
      const { name, mission, estimate, assignee, milestone, configuration } = session.peek();
      await sessionForm({
        title: t('Edit session'), submit: t('Save'), setup, values: { name, mission, estimate, assigneeId: assignee?.id ?? '', milestoneId: milestone?.id ?? null, configurationId: configuration?.id ?? null },
        send: async (values) => (await state.change(values), true),
      });
    };
    const finish = () => state.change({ isCompleted: true }, { message: t('Session finished'), undo: { isCompleted: false } });
    const remove = async () => {
      try {
        await api.delete(`/app/api/sessions/${session.peek().id}`);
        const { id, name } = session.peek();
        navigate(`${projectUrl(params.project)}/sessions`);
        toast(t('Session “{name}” deleted', { name }), { action: t('Undo'), key: 'Z', run: () => void api.post(`/app/api/sessions/${id}/restore`).then(() => navigate(`${projectUrl(params.project)}/sessions/${id}`), showError) });
      } catch (error) {
        showError(error);
      }
    };
    return {
      title: () => session().name, wide: false,
      crumbs: [{ label: setup.project.name, href: projectUrl(params.project) }, { label: t('Sessions'), href: `${projectUrl(params.project)}/sessions` }],
      actions: [
        () => (session().can.close && !session().isCompleted ? button(t('Finish session'), { kind: 'primary', onclick: finish }) : null),
        menuButton(t('More for this session'), () => [
          session().can.edit && { label: t('Edit…'), icon: 'edit', run: edit },
          session().isCompleted && session().can.close && { label: t('Open again'), icon: 'play', run: () => state.change({ isCompleted: false }, { message: t('Session is open again') }) },
          session().can.delete && 'line', session().can.delete && { label: t('Delete'), icon: 'trash', danger: true, run: remove },
        ]),
      ],
      main: h('div.page-body', null,
        () => (session().isCompleted ? banner('info', t('This session is finished.')) : null),
        h('div.session-grid', null,
          h('div.stack', null, first.body.can.record || !first.body.isCompleted ? h('div', { hidden: () => !session().can.record }, composer(state)) : null,
            h('ol.notes', { 'aria-label': t('Notes') }, each(() => session().log, (note) => note.id, (note) => noteItem(state, note))),
            () => (session().log.length ? null : emptyState({ icon: 'compass', title: t('No note yet'), text: t('n writes a note; b, q, i and r a bug, a question, an idea, a risk.') }))),
          side(state))),
    };
  },
};
