// @ts-check
import { h } from '../../core/dom.js';
import { allStatuses } from '../../core/facts.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { attachmentTiles } from '../../editing/file-drop.js';
import { checkbox, segmented, selectInput, textInput, field } from '../../elements/form.js';
import { avatar, banner, button, emptyState, iconButton, propertyList, skeleton, statusBadge, statusMark } from '../../elements/parts.js';
import '../../editing/combo-box.js';
import '../../editing/inline-edit.js';
import '../../editing/markdown-field.js';
import '../../editing/steps-editor.js';

/** @param {(title: string, ...content: any[]) => any} guide */
export function controls(guide) {
  const choice = signal('default');
  const tags = ['smoke', 'payment', 'flaky', 'needs review'].map((tag) => ({ value: tag, label: tag }));
  const people = ['Ada Winter', 'Bo Lindqvist', 'Chidi Okafor'].map((name, index) => ({ id: `u-${index}`, name }));
  return [
    guide(t('Buttons'), h('div.chips', null, button(t('Primary'), { kind: 'primary' }), button(t('Plain')), button(t('With a key'), { icon: 'play', keys: 'r' }), button(t('Quiet'), { kind: 'quiet' }),
      button(t('Danger'), { kind: 'danger', icon: 'trash' }), button(t('Off'), { disabled: true }), iconButton(t('Only an icon'), 'edit'), button(t('A link'), { kind: 'link', href: '/styleguide' }))),
    guide(t('Fields'), h('div.fields.two', null,
      textInput({ label: t('Text'), placeholder: t('Placeholder'), hint: t('A hint below.') }), textInput({ label: t('With a problem'), value: 'x', error: () => t('must be longer') }), textInput({ label: t('Off'), disabled: true, value: t('not now') }),
      selectInput({ label: t('One of several'), options: ['High', 'Medium', 'Low'].map((name) => ({ value: name, label: name })), value: 'Medium' }),
      field({ label: t('Several values') }, ({ id, describedBy }) => h('combo-box', { fieldId: id, describedBy, multiple: true, allowNew: true, options: tags, values: ['smoke', 'flaky'], placeholder: t('Add a tag') })),
      field({ label: t('One value with search') }, ({ id, describedBy }) => h('combo-box', { fieldId: id, describedBy, options: tags, values: [], placeholder: t('Choose') })),
      h('div.field', null, h('span', null, t('Density')), segmented({ label: t('Density'), value: choice, onpick: choice.set, options: ['compact', 'default', 'comfortable'].map((name) => ({ value: name, label: name })) })),
      h('div', null, checkbox({ label: t('A box'), hint: t('with a hint'), checked: () => true, onchange: () => {} }), checkbox({ label: t('An empty box'), checked: () => false, onchange: () => {} })))),
    guide(t('Edit in place'), h('inline-edit', { value: t('Click or Enter to change this'), label: t('Title'), as: 'h3' })),
    guide(t('Text field'), field({ label: t('Description') }, ({ id }) => h('markdown-field', { fieldId: id, value: '**Markdown** with a toolbar', rows: 3 }))),
    guide(t('Steps editor'), h('steps-editor', { label: t('Steps'), value: [{ action: 'Put two items into the basket', expected: 'The badge shows 2' }, { action: 'Reload', expected: '' }] })),
    guide(t('Files'), attachmentTiles(() => [{ id: 1, name: 'server.log', type: 'text/plain', size: 1200, url: '/styleguide' }], { remove: () => {} }), h('ul.uploads', null, h('li.upload', null, h('span.grow', null, 'video.mp4'), h('progress', { max: 1, value: 0.4, 'aria-label': t('Sending {name}', { name: 'video.mp4' }) }), h('small.muted', null, '40 %')), h('li.upload.failed', null, h('span.grow', null, 'screenshot.png'), h('span.problem', null, t('Waits for the server.')))), h('file-drop', {})),
    guide(t('Progress'), h('progress', { max: 1, value: 0.6, 'aria-label': t('Time box') }), h('progress.over', { max: 1, value: 1, 'aria-label': t('over the time box') })),
    guide(t('Statuses'), h('p.chips', null, allStatuses().map((status) => statusBadge(status.id))), h('p.chips', null, allStatuses().map((status) => statusMark(status.id)))),
    guide(t('Chips, badges, people'), h('p.chips', null, h('button.chip', { type: 'button' }, t('Status: any')), h('button.chip', { type: 'button', 'aria-pressed': 'true' }, t('Assigned: me')), h('span.badge', null, 'smoke'), h('span.avatars', null, people.map(avatar))),
      propertyList([[t('Priority'), 'High'], [t('Estimate'), '3 min'], [t('Tags'), h('span.badge', null, 'smoke')]])),
    guide(t('Messages'), banner('info', t('Something to know.')), banner('warning', t('Something to mind.')), banner('error', t('Something went wrong. Request req-77'))),
    guide(t('Nothing here'), emptyState({ icon: 'inbox', title: t('No case yet'), text: t('Says what to do next.'), actions: button(t('Write a case'), { icon: 'plus' }) }), skeleton(3)),
  ];
}
