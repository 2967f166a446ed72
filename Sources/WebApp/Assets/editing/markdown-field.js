// @ts-check
// A text field that grows, knows a little Markdown and takes pictures by paste.
import { h } from '../core/dom.js';
import { define, emit } from '../core/element.js';
import { markdown } from './markdown.js';
import { effect, signal } from '../core/signals.js';
import { t } from '../core/strings.js';
import { showError } from '../core/toasts.js';
import { isPicture, pastedFiles } from './file-drop.js';
import { iconButton } from '../elements/parts.js';

/** Makes a text area as tall as its text. @param {HTMLTextAreaElement} area */
export function grow(area) {
  if (CSS.supports('field-sizing', 'content')) return;
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight + 2}px`;
}

// value · label or fieldId · rows · placeholder · plain: without toolbar · upload(file): Promise<{name, url, type}>
// events: text {value} on every change, submit on mod+Enter
define('markdown-field', { props: { value: '', label: '', fieldId: '', describedBy: '', rows: 3, placeholder: '', plain: false }, functions: ['upload'] }, (el) => {
  const preview = signal(false);
  const uploading = signal(0);

  const set = (/** @type {string} */ value) => {
    el.value = value;
    emit(el, 'text', { value });
  };
  // Through the browser's own editing, so that its undo knows of it.
  const insert = (/** @type {string} */ text, /** @type {number} */ select = 0) => {
    area.focus();
    if (!document.execCommand('insertText', false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    if (select) area.setSelectionRange(area.selectionEnd - select, area.selectionEnd - select);
    set(area.value);
  };
  const wrap = (/** @type {string} */ mark) => {
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
    insert(mark + chosen + mark, chosen ? 0 : mark.length);
  };
  const list = () => {
    const start = area.value.lastIndexOf('\n', area.selectionStart - 1) + 1;
    area.setSelectionRange(start, area.selectionEnd);
    insert(area.value.slice(start, area.selectionEnd).split('\n').map((line) => `- ${line}`).join('\n'));
  };
  const addFiles = async (/** @type {File[]} */ files) => {
    for (const file of files) {
      uploading.update((n) => n + 1);
      try {
        const stored = await el.upload(file);
        insert(`${isPicture(stored.type) ? '!' : ''}[${stored.name}](${stored.url})`);
      } catch (error) {
        showError(error);
      } finally {
        uploading.update((n) => n - 1);
      }
    }
  };

  /** @type {HTMLTextAreaElement} */
  const area = h('textarea.input.grow', {
    id: () => el.fieldId || null, 'aria-label': () => (el.fieldId ? null : el.label), 'aria-describedby': () => el.describedBy || null,
    rows: () => el.rows, placeholder: () => el.placeholder, value: () => el.value, hidden: preview,
    oninput: () => (set(area.value), grow(area)),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      const mod = event.ctrlKey || event.metaKey;
      if (mod && event.key === 'Enter') {
        event.preventDefault();
        event.stopPropagation();
        emit(el, 'submit');
      } else if (mod && event.key === 'b') {
        event.preventDefault();
        wrap('**');
      } else if (mod && event.key === 'i') {
        event.preventDefault();
        wrap('*');
      }
    },
    onpaste: (/** @type {ClipboardEvent} */ event) => {
      const files = pastedFiles(event);
      if (!files.length || !el.upload) return;
      event.preventDefault();
      void addFiles(files);
    },
  });
  effect(() => {
    void el.value;
    queueMicrotask(() => area.isConnected && grow(area));
  });
  const tools = () => h('div.field-tools', { role: 'toolbar', 'aria-label': t('Formatting') },
    iconButton(t('Bold'), 'bold', { onclick: () => wrap('**'), disabled: preview }),
    iconButton(t('Italic'), 'italic', { onclick: () => wrap('*'), disabled: preview }),
    iconButton(t('Code'), 'code', { onclick: () => wrap('`'), disabled: preview }),
    iconButton(t('List'), 'bullets', { onclick: list, disabled: preview }),
    () => (uploading() ? h('span.muted', { role: 'status' }, t('Uploading…')) : null), h('span.grow'),
    h('button.button.quiet', { type: 'button', 'aria-pressed': () => String(preview()), onclick: () => preview.update((on) => !on) }, t('Preview')));
  return [() => (el.plain ? null : tools()), area,
    () => (preview() ? h('div.prose.preview', { tabindex: '0', role: 'group', 'aria-label': t('Preview') }, markdown(el.value || t('Nothing to show'))) : null)];
});
