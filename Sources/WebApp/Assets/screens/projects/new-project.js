// @ts-check
// The form that makes a project.
import { api } from '../../core/api.js';
import { ApiError } from '../../core/errors.js';
import { h } from '../../core/dom.js';
import { navigate } from '../../core/router.js';
import { signal } from '../../core/signals.js';
import { t } from '../../core/strings.js';
import { showError } from '../../core/toasts.js';
import { dialogForm, openDialog } from '../../elements/dialog.js';
import { textInput } from '../../elements/form.js';
import { projectUrl } from '../../shell/routes.js';

export async function newProjectDialog() {
  const values = { name: '', key: '', note: '' };
  const problem = signal(/** @type {ApiError | null} */ (null));
  const busy = signal(false);
  const project = await openDialog({
    title: t('New project'), class: 'small',
    content: (close) => dialogForm(h('div.fields', null,
      textInput({ label: t('Name'), autofocus: true, maxlength: 255, error: () => problem()?.issue('name') ?? '', oninput: (/** @type {any} */ event) => (values.name = event.target.value) }),
      textInput({ label: t('Key'), maxlength: 12, hint: t('Short, for addresses, such as SHOP. May stay empty.'), error: () => problem()?.issue('key') ?? '', oninput: (/** @type {any} */ event) => (values.key = event.target.value) }),
      textInput({ label: t('Description'), oninput: (/** @type {any} */ event) => (values.note = event.target.value) })), {
      submit: t('Create project'), busy, cancel: () => close(),
      send: async () => {
        busy.set(true);
        try {
          close(await api.post('/app/api/projects', { name: values.name.trim(), key: values.key.trim() || undefined, note: values.note.trim() || undefined }));
        } catch (error) {
          if (error instanceof ApiError && error.isInvalid) problem.set(error);
          else showError(error);
          busy.set(false);
        }
      },
    }),
  });
  if (project) navigate(projectUrl(/** @type {any} */ (project).key));
}
