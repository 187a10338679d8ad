/* Moving between questions, the map of the paper, flags, and the keys for it all. */

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
    for (const link of document.querySelectorAll('[data-qnav] a')) {
      link.addEventListener('click', (event) => {
        event.preventDefault();
        link.closest('dialog')?.close();
        this.go(Number(link.dataset.n) - 1);
      });
    }
    addEventListener('hashchange', () => this.go(this.#hash()));
    this.go(this.#hash(), false);
  }

  go(index, focus = true) {
    this.current = Math.max(0, Math.min(this.questions.length - 1, index));
    this.questions.forEach((question, number) => { question.hidden = number !== this.current; });
    for (const link of document.querySelectorAll('[data-qnav] a')) {
      if (Number(link.dataset.n) === this.current + 1) link.setAttribute('aria-current', 'step');
      else link.removeAttribute('aria-current');
    }
    this.position.textContent = `${this.current + 1} / ${this.questions.length}`;
    this.previous.disabled = this.current === 0;
    this.next.disabled = this.current === this.questions.length - 1;
    document.dispatchEvent(new CustomEvent('exam:moved', { detail: this.question }));
    if (!focus) return;
    history.replaceState(null, '', `#${this.question.dataset.item}`);
    scrollTo(0, 0);
    this.question.querySelector('[data-heading]').focus({ preventScroll: true });
  }

  get question() {
    return this.questions[this.current];
  }

  /* Show in the map what is answered and what is flagged, in shape and in words. */
  mark(question, answered) {
    for (const link of this.#links(question)) link.classList.toggle('answered', answered);
    this.#label(question);
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

  isAnswered(question) {
    return this.#links(question)[0].classList.contains('answered');
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
    return index < 0 ? 0 : index;
  }
}

const TYPING = 'textarea, select, input:not([type=radio], [type=checkbox])';

/* Digits choose, Alt with arrows moves, Alt+F flags, Alt+T tells the time; never while typing. */
export function bindKeys(navigator, speakTime) {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
    if (event.altKey) {
      const actions = {
        ArrowRight: () => navigator.go(navigator.current + 1),
        ArrowLeft: () => navigator.go(navigator.current - 1),
        KeyF: () => navigator.question.querySelector('[data-flag]').click(),
        KeyT: speakTime,
      };
      const action = actions[event.code];
      if (action) {
        event.preventDefault();
        action();
      }
    } else if (/^[1-8]$/.test(event.key) && !event.target.matches(TYPING)) {
      navigator.question.querySelectorAll('.opts input')[Number(event.key) - 1]?.click();
    }
  });
}
