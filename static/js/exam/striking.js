/* Options can be struck out: they stay there to be chosen, and choosing one lifts its strike. */

export class Striking {
  #rows = new Map();

  constructor(questions, scratch, words) {
    this.scratch = scratch;
    this.words = words;
    this.pattern = document.getElementById('strike-button')?.content.firstElementChild;
    for (const question of this.pattern ? questions : []) {
      if (question.querySelector('[data-kind=single], [data-kind=multiple]')) this.#equip(question);
    }
    this.draw();
  }

  /* Strike the option at this place of a question, or lift the strike. */
  toggle(question, place) {
    const row = this.#rows.get(question.dataset.item)?.[place];
    if (row && !row.input.matches(':disabled')) this.#flip(question.dataset.item, row);
  }

  /* Show what is struck. */
  draw() {
    for (const [item, rows] of this.#rows) {
      const struck = this.scratch.struck(item);
      for (const { input, label, button, note } of rows) {
        const isStruck = struck.includes(input.value);
        label.classList.toggle('is-struck', isStruck);
        button.setAttribute('aria-pressed', String(isStruck));
        note.textContent = isStruck ? ` (${this.words.struck})` : '';
      }
    }
  }

  #equip(question) {
    const { item } = question.dataset;
    this.#rows.set(item, [...question.querySelectorAll('.opts > .opt')].map((label) => {
      const [input, text] = [label.querySelector('input'), label.querySelector('.opt__text')];
      const button = this.pattern.cloneNode(true);
      button.setAttribute('aria-label', this.words.strike.replace('{option}', text.textContent.trim()));
      button.querySelector('s').textContent = label.querySelector('.opt__key').textContent;
      const note = Object.assign(document.createElement('span'), { className: 'visually-hidden' });
      text.append(note);
      const line = Object.assign(document.createElement('div'), { className: 'optrow' });
      label.replaceWith(line);
      line.append(label, button);
      const row = { input, label, button, note };
      button.addEventListener('click', () => this.#flip(item, row));
      return row;
    }));
    question.addEventListener('change', ({ target }) => {
      const isStruck = this.scratch.struck(item).includes(target.value);
      if (isStruck && target.checked) this.#set(item, target.value, false);
    });
  }

  #flip(item, { input }) {
    this.#set(item, input.value, !this.scratch.struck(item).includes(input.value));
  }

  #set(item, option, isStruck) {
    const others = this.scratch.struck(item).filter((one) => one !== option);
    this.scratch.strike(item, isStruck ? [...others, option] : others);
    this.draw();
  }
}
