// @ts-check
// Tabs that show one panel (ARIA Authoring Practices, tabs with automatic activation).
import { h } from '../core/dom.js';
import { define, emit, uniqueId } from '../core/element.js';

// tabs: [{id, label, count?, content()}] · selected: id · event: pick {id}
define('tab-set', { props: { tabs: [], selected: null, label: '' } }, (el) => {
  const id = uniqueId('tabs');
  const chosen = () => el.tabs.find((/** @type {any} */ tab) => tab.id === el.selected) ?? el.tabs[0];
  const pick = (/** @type {any} */ tab) => {
    el.selected = tab.id;
    emit(el, 'pick', { id: tab.id });
  };
  const move = (/** @type {KeyboardEvent} */ event) => {
    const at = el.tabs.indexOf(chosen());
    /** @type {Record<string, number>} */
    const targets = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: el.tabs.length - 1 };
    if (!(event.key in targets)) return;
    event.preventDefault();
    const tab = el.tabs[(targets[event.key] + el.tabs.length) % el.tabs.length];
    pick(tab);
    document.getElementById(`${id}-${tab.id}`)?.focus();
  };
  return [
    h('div.tabs', { role: 'tablist', 'aria-label': () => el.label, onkeydown: move }, () => el.tabs.map((/** @type {any} */ tab) => h('button', {
      type: 'button', role: 'tab', id: `${id}-${tab.id}`, 'aria-controls': `${id}-panel`, 'aria-selected': () => String(chosen() === tab),
      tabindex: () => (chosen() === tab ? '0' : '-1'), onclick: () => pick(tab),
    }, tab.label, tab.count != null && h('span.count', null, tab.count)))),
    h('div.tab-panel', { role: 'tabpanel', id: `${id}-panel`, tabindex: '0', 'aria-labelledby': () => (chosen() ? `${id}-${chosen().id}` : null) },
      () => chosen()?.content()),
  ];
});
