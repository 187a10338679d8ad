/* Sends a dropped file at once, refuses one that is too large before it travels, prints a result. */
for (const form of document.querySelectorAll('[data-verify-file]')) {
  const input = form.querySelector('input[type=file]');
  input.addEventListener('change', () => {
    const [file] = input.files;
    const tooLarge = file && file.size > Number(form.dataset.largest);
    input.setCustomValidity(tooLarge ? form.dataset.tooLarge : '');
    if (tooLarge) {
      input.reportValidity();
    } else if (file) {
      form.querySelector('.drop').classList.add('is-checking');
      form.requestSubmit();
    }
  });
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
