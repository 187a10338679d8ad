/* Asks before a form with consequences is sent. */
export function bind(form) {
  let sure = false;
  form.addEventListener('submit', (event) => {
    if (sure) return;
    event.preventDefault();
    const { submitter } = event;
    ask(form.dataset.confirm, () => {
      sure = true;
      form.requestSubmit(submitter);
      sure = false;
    });
  });
}

function ask(question, proceed) {
  const dialog = document.getElementById('confirm-dialog').content.cloneNode(true).firstElementChild;
  dialog.querySelector('[data-question]').textContent = question;
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
  dialog.querySelector('[data-yes]').addEventListener('click', () => {
    dialog.close();
    proceed();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
