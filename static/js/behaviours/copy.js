/* Copies a text and says so; the text itself always stands on the page. */
import { toast } from './toast.js';

export function bind(button) {
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    if (button.dataset.copied) toast(button.dataset.copied);
  });
}
