/* Sends what an invigilator decides without leaving the console, and says what came of it. */

export class Acts {
  constructor(form, done) {
    this.form = form;
    this.done = done;
    this.said = form.querySelector('[data-said]');
    form.addEventListener('submit', (event) => this.#send(event));
    for (const opener of form.querySelectorAll('[data-dialog]')) {
      opener.addEventListener('click', () => this.#sayForWhom(document.getElementById(opener.dataset.dialog)));
    }
    for (const field of document.querySelectorAll('dialog input[form=act]')) {
      field.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        field.closest('dialog').querySelector('button[form=act]').click();
      });
    }
  }

  /* What is about to happen, and to how many: the choice lies behind the dialog. */
  #sayForWhom(dialog) {
    const [{ textContent, value }] = this.form.elements.scope.selectedOptions;
    const isTicked = value === this.form.elements.scope.options[0].value;
    const ticked = this.form.querySelectorAll('input[name=pick]:checked').length;
    const line = dialog.querySelector('[data-for-whom]');
    line.hidden = false;
    line.firstElementChild.textContent = isTicked ? `${textContent}: ${ticked}` : textContent;
  }

  async #send(event) {
    const { submitter } = event;
    event.preventDefault();
    if (!submitter || submitter.hasAttribute('data-default')) return;
    const dialog = submitter.closest('dialog');
    submitter.disabled = true;
    const { ok, message } = await this.#ask(submitter);
    submitter.disabled = false;
    const refused = dialog?.querySelector('[data-refused]');
    if (refused) {
      refused.hidden = ok;
      refused.textContent = ok ? '' : message;
    }
    if (!ok && dialog) return;
    if (ok && dialog) {
      for (const field of dialog.querySelectorAll('textarea, input')) field.value = '';
      dialog.close();
    }
    this.said.textContent = message;
    if (ok) await this.done();
  }

  async #ask(submitter) {
    try {
      const reply = await fetch(submitter.formAction, {
        method: 'POST',
        body: new FormData(this.form),
        headers: { Accept: 'application/json' },
        redirect: 'error',
      });
      const { message } = await reply.json();
      return { ok: reply.ok, message: message ?? this.form.dataset.failed };
    } catch {
      return { ok: false, message: this.form.dataset.failed };
    }
  }
}
