/* Sends a dropped file at once, refuses one that is too large, prints a result, waits for a receipt. */
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

/* A receipt that is being made: the page is loaded anew once it is there. */
async function lookAgain() {
  const page = await fetch(location.href).then((answer) => answer.text(), () => 'data-waiting');
  if (page.includes('data-waiting')) {
    setTimeout(lookAgain, 2000);
  } else {
    location.reload();
  }
}

if (document.querySelector('[data-waiting]')) {
  setTimeout(lookAgain, 1000);
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
