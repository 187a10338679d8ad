/* The calculator: a line to type in, keys for a pointer, results that are announced and can be taken up again. */
import { BadSum, evaluate } from './decimal.js';

const MOST_SHOWN = 5;
const SIGN = /^[\d.,%()+\-*/×÷−]$/;

export class Calculator {
  constructor(box, words) {
    this.words = words;
    this.line = box.querySelector('[data-sum]');
    this.result = box.querySelector('[data-result]');
    this.past = box.querySelector('[data-past]');
    box.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#work();
    });
    for (const key of box.querySelectorAll('[data-key]')) key.addEventListener('click', () => this.#put(key.dataset.key));
    box.addEventListener('keydown', (event) => this.#typed(event));
    box.querySelector('[data-back]').addEventListener('click', () => this.#back());
    box.querySelector('[data-empty]').addEventListener('click', () => this.#set(''));
  }

  #work() {
    const sum = this.line.value.trim();
    if (!sum) return;
    try {
      const { text, isExact } = evaluate(sum);
      const shown = `${isExact ? '=' : '≈'} ${text}`;
      this.#tell(shown);
      this.#remember(`${sum} ${shown}`);
      this.#set(text);
    } catch (error) {
      if (!(error instanceof BadSum)) throw error;
      this.#tell(this.words[error.message]);
    }
  }

  /* What is typed while a key of the pad has the focus goes into the line. */
  #typed(event) {
    if (event.target === this.line || event.ctrlKey || event.metaKey || event.altKey || !SIGN.test(event.key)) return;
    event.preventDefault();
    this.#put(event.key);
  }

  #put(text) {
    const { selectionStart, selectionEnd } = this.line;
    this.line.setRangeText(text, selectionStart, selectionEnd, 'end');
  }

  #back() {
    const { selectionStart, selectionEnd } = this.line;
    const from = selectionStart === selectionEnd ? Math.max(0, selectionStart - 1) : selectionStart;
    this.line.setRangeText('', from, selectionEnd, 'end');
  }

  #set(text) {
    this.line.value = text;
    this.line.setSelectionRange(text.length, text.length);
  }

  #tell(text) {
    this.result.textContent = text;
  }

  #remember(text) {
    this.past.prepend(Object.assign(document.createElement('li'), { textContent: text }));
    while (this.past.children.length > MOST_SHOWN) this.past.lastElementChild.remove();
    this.past.hidden = false;
  }
}
