// @ts-check
// Files by drop, by paste or by choice, and the tiles of what is there.
import { each, h } from '../core/dom.js';
import { define, emit } from '../core/element.js';
import { fileSize } from '../core/format.js';
import { signal } from '../core/signals.js';
import { t } from '../core/strings.js';
import { openDialog } from '../elements/dialog.js';
import { icon } from '../elements/icons.js';
import { button, iconButton } from '../elements/parts.js';

/** @typedef {{ id: string | number, name: string, type: string, size: number, url: string }} Attachment */

// label · event: files {files: File[]}
define('file-drop', { props: { label: '', small: false } }, (el) => {
  const over = signal(false);
  const give = (/** @type {Iterable<File> | null | undefined} */ files) => {
    const list = [...(files ?? [])].filter((file) => file.size > 0);
    if (list.length) emit(el, 'files', { files: list });
  };
  const input = h('input', { type: 'file', multiple: true, hidden: true, onchange: () => (give(input.files), (input.value = '')) });
  el.ondragover = (event) => (event.preventDefault(), over.set(true));
  el.ondragleave = () => over.set(false);
  el.ondrop = (event) => {
    event.preventDefault();
    over.set(false);
    give(event.dataTransfer?.files);
  };
  return h('div', { class: () => ['drop', over() && 'over', el.small && 'small'] }, input,
    button(el.label || t('Add a file'), { icon: 'clip', kind: 'quiet', onclick: () => input.click() }),
    !el.small && h('span.muted', null, t('or drop it here, or paste a picture')));
});

/** The pictures and files of a paste, when there are any. @param {ClipboardEvent} event @returns {File[]} */
export function pastedFiles(event) {
  return [...(event.clipboardData?.files ?? [])];
}

/** @param {string} type */
export function isPicture(type) {
  return ['image/png', 'image/jpeg', 'image/gif', 'image/webp'].includes(type);
}

/** @param {Attachment} file */
function showPicture(file) {
  void openDialog({
    title: file.name, class: 'lightbox',
    content: () => h('div.dialog-body', null, h('img', { src: file.url, alt: file.name }),
      h('p', null, button(t('Download'), { icon: 'download', href: file.url, download: file.name }))),
  });
}

/** @param {() => Attachment[]} files @param {{ remove?: (file: Attachment) => void }} [more] */
export function attachmentTiles(files, { remove } = {}) {
  return h('ul.attachments', { hidden: () => files().length === 0 }, each(files, (file) => file.id, (item) => {
    const file = item.peek();
    return h('li.attachment', null,
      isPicture(file.type)
        ? h('button.thumbnail', { type: 'button', 'aria-label': t('Show {name}', { name: file.name }), onclick: () => showPicture(file) }, h('img', { src: file.url, alt: '', loading: 'lazy' }))
        : h('span.thumbnail', null, icon('clip')),
      h('span.attachment-text', null, h('a', { href: file.url, download: file.name }, file.name), h('small.muted', null, file.size ? fileSize(file.size) : '')),
      remove && iconButton(t('Remove {name}', { name: file.name }), 'close', { onclick: () => remove(file) }));
  }));
}
