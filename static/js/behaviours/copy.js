/* Copies a text and says so; the text itself always stands on the page. */
import { toast } from './toast.js';

export function bind(button) {
  button.addEventListener('click', async (event) => {
    if (!navigator.clipboard) return; // a link then leads to what it would copy
    event.preventDefault();
    await navigator.clipboard.writeText(button.dataset.copy);
    if (button.dataset.copied) toast(button.dataset.copied);
  });
}
