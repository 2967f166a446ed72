// @ts-check
// Theme and density: on the page at once, on the server for the next one.
import { api } from '../core/api.js';
import { boot } from '../core/facts.js';
import { signal } from '../core/signals.js';
import { showError } from '../core/toasts.js';

/** @typedef {'light' | 'dark' | 'system'} Theme */
/** @typedef {'compact' | 'default' | 'comfortable'} Density */

export const appearance = signal({ theme: 'system', density: 'default' });

export function startAppearance() {
  const { theme = 'system', density = 'default' } = boot().preferences ?? {};
  appearance.set({ theme, density });
}

/** @param {Partial<{ theme: Theme, density: Density }>} change */
export async function setAppearance(change) {
  const before = appearance.peek();
  apply({ ...before, ...change });
  try {
    const { etag } = await api.getVersioned('/app/api/profile');
    await api.put('/app/api/profile', change, { etag });
  } catch (error) {
    apply(before);
    showError(error);
  }
}

/** @param {{ theme: string, density: string }} look */
function apply(look) {
  appearance.set(look);
  document.documentElement.dataset.theme = look.theme;
  document.documentElement.dataset.density = look.density;
  // Lists measure their rows when the window changes; a new density is such a change for them.
  window.dispatchEvent(new Event('resize'));
}

export function isDark() {
  const { theme } = appearance();
  return theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}
