/* What is saved, in words: one line for the whole paper, one for each question. */

export class Status {
  constructor(bar, words) {
    this.words = words;
    this.box = bar.querySelector('[data-save]');
    this.text = bar.querySelector('[data-save-text]');
    this.banner = bar.querySelector('[data-offline]');
    this.queued = bar.querySelector('[data-queue-text]');
    this.live = document.querySelector('[data-live]');
    this.unsent = 0;
  }

  /* Say something to everybody, screen readers included. */
  say(text) {
    this.live.textContent = text;
  }

  note(question, text) {
    question.querySelector('[data-saved]').textContent = text;
  }

  kept(question) {
    this.note(question, this.words.kept);
    this.#show('saving', this.words.saving);
  }

  saved(question, at) {
    const time = new Date(at).toLocaleTimeString([], { hour12: false });
    this.note(question, this.words.saved_at.replace('{time}', time));
  }

  handingIn() {
    this.#show('saving', this.words.handing_in);
  }

  /* Tell how many answers wait and whether the line is away. */
  queue(records, byItem, reason) {
    this.unsent = records.length;
    for (const record of records) {
      const question = byItem.get(record.item);
      if (question) this.note(question, this.words.kept);
    }
    this.banner.hidden = !records.length || reason !== null;
    if (!records.length) {
      this.#show('saved', this.words.all_saved);
      return;
    }
    const count = this.words.to_send.replace('{n}', records.length);
    this.queued.textContent = count;
    this.#show('offline', count);
  }

  #show(state, text) {
    this.box.dataset.state = state;
    this.text.textContent = text;
  }
}
