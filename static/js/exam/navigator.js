/* Moving between questions, the map of the paper, flags, and what is still open. */

export class Navigator {
  constructor(questions, words) {
    this.questions = questions;
    this.words = words;
    this.position = document.querySelector('[data-pos]');
    this.previous = document.querySelector('[data-prev]');
    this.next = document.querySelector('[data-next]');
    this.current = 0;
    this.previous.addEventListener('click', () => this.go(this.current - 1));
    this.next.addEventListener('click', () => this.go(this.current + 1));
    document.addEventListener('click', (event) => {
      const link = event.target.closest('a[data-n]');
      if (!link) return;
      event.preventDefault();
      link.closest('dialog')?.close();
      this.go(this.questions.findIndex(({ dataset }) => dataset.n === link.dataset.n));
    });
    this.#countOpen();
    for (const button of document.querySelectorAll('[data-next-open]')) {
      button.addEventListener('click', () => {
        button.closest('dialog')?.close();
        this.goToOpen();
      });
    }
    addEventListener('hashchange', () => this.go(this.#hash()));
    this.go(this.#hash(), false);
  }

  go(index, focus = true) {
    const from = this.question;
    this.current = Math.max(0, Math.min(this.questions.length - 1, index));
    keepReading(from, this.question);
    this.questions.forEach((question, number) => { question.hidden = number !== this.current; });
    for (const link of document.querySelectorAll('[data-qnav] a')) {
      if (link.dataset.n === this.question.dataset.n) link.setAttribute('aria-current', 'step');
      else link.removeAttribute('aria-current');
    }
    this.position.textContent = `${this.question.dataset.n} / ${this.position.dataset.total}`;
    this.previous.disabled = this.current === 0;
    this.next.disabled = this.current === this.questions.length - 1;
    document.dispatchEvent(new CustomEvent('exam:moved'));
    if (!focus) return;
    history.replaceState(null, '', `#${this.question.dataset.item}`);
    scrollTo(0, 0);
    this.question.querySelector('[data-heading]').focus({ preventScroll: true });
  }

  /* The next question that is not answered, from the first one again after the last. */
  goToOpen() {
    const after = [...this.questions.slice(this.current + 1), ...this.questions.slice(0, this.current)];
    const next = after.find((question) => !question.hasAttribute('data-answered'));
    if (next) this.go(this.questions.indexOf(next));
  }

  get question() {
    return this.questions[this.current];
  }

  /* Show in the map what is answered and what is flagged, in shape and in words. */
  mark(question, isAnswered) {
    question.toggleAttribute('data-answered', isAnswered);
    for (const link of this.#links(question)) link.classList.toggle('answered', isAnswered);
    this.#label(question);
    this.#countOpen();
  }

  flag(question, on) {
    const button = question.querySelector('[data-flag]');
    button.setAttribute('aria-pressed', String(on));
    button.querySelector('[data-flag-text]').textContent = on ? this.words.flagged : this.words.flag;
    for (const link of this.#links(question)) link.classList.toggle('flagged', on);
    this.#label(question);
  }

  isFlagged(question) {
    return question.querySelector('[data-flag]').getAttribute('aria-pressed') === 'true';
  }

  get flagged() {
    return this.questions.filter((question) => this.isFlagged(question)).map(({ dataset }) => dataset.item);
  }

  /* Before handing in: how many are answered and how many not sent, and links to those that are not or are flagged. */
  summarise(dialog, unsent) {
    const flagged = this.questions.filter((question) => this.isFlagged(question));
    const counts = { answered: this.questions.length - this.#open.length, empty: this.#open.length, flagged: flagged.length, unsent };
    for (const [name, count] of Object.entries(counts)) dialog.querySelector(`[data-count="${name}"]`).textContent = count;
    dialog.querySelector('[data-finish-unsent]').hidden = unsent === 0;
    this.list(dialog.querySelector('[data-finish-empty]'), this.#open);
    this.list(dialog.querySelector('[data-finish-flagged]'), flagged);
  }

  get #open() {
    return this.questions.filter((question) => !question.hasAttribute('data-answered'));
  }

  #countOpen() {
    const { length } = this.#open;
    for (const place of document.querySelectorAll('[data-open-count]')) place.textContent = length;
    for (const button of document.querySelectorAll('[data-next-open]')) button.hidden = length === 0;
  }

  /* Links to some questions; the box is hidden where there are none. */
  list(box, questions) {
    box.hidden = questions.length === 0;
    box.querySelector('ul').replaceChildren(...questions.map(({ dataset }) => {
      const link = document.createElement('a');
      link.href = `#${dataset.item}`;
      link.dataset.n = dataset.n;
      link.textContent = dataset.n;
      link.setAttribute('aria-label', this.words.question.replace('{n}', dataset.n));
      const row = document.createElement('li');
      row.append(link);
      return row;
    }));
  }

  #links(question) {
    return [...document.querySelectorAll(`[data-qnav] a[data-n="${question.dataset.n}"]`)];
  }

  #label(question) {
    for (const link of this.#links(question)) {
      const parts = [this.words.question.replace('{n}', question.dataset.n)];
      parts.push(link.classList.contains('answered') ? this.words.answered : this.words.not_answered);
      if (link.classList.contains('flagged')) parts.push(this.words.flagged);
      link.setAttribute('aria-label', parts.join(', '));
    }
  }

  #hash() {
    const index = this.questions.findIndex((question) => `#${question.dataset.item}` === location.hash);
    return index < 0 ? this.current : index;
  }
}

/* Two questions of one case show the same documents: stay at the same place in the same one. */
function keepReading(from, to) {
  if (!from.dataset.case || from === to || from.dataset.case !== to.dataset.case) return;
  const [before, after] = [from, to].map((question) => question.querySelector('.case__doc'));
  const tabs = [...before.querySelectorAll('[role=tab]')];
  const chosen = tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
  after.querySelectorAll('[role=tab]')[chosen]?.click();
  const { scrollTop } = before;
  requestAnimationFrame(() => { after.scrollTop = scrollTop; });
}
