/* Opens a dialog from its openers; focus returns to the opener by itself. */
export function bind(dialog) {
  for (const opener of document.querySelectorAll(`[data-dialog="${CSS.escape(dialog.id)}"]`)) {
    opener.addEventListener('click', (event) => {
      event.preventDefault();
      dialog.showModal();
    });
  }
  dialog.addEventListener('click', (event) => {
    const closer = event.target.closest('[data-close]');
    if (event.target !== dialog && !closer) return;
    if (closer) event.preventDefault();
    dialog.close();
  });
  if (dialog.matches(':target')) dialog.showModal();
}
