/* Every question in the exam's other language beside the one it is sat in; fetched when first asked for. */

export class Languages {
  #pieces = null;
  #undo = [];

  constructor(room, buttons, memory, words) {
    this.room = room;
    this.buttons = buttons;
    this.memory = memory;
    this.words = words;
    for (const button of buttons) button.addEventListener('click', () => this.toggle());
    if (buttons.length && memory.value.other) this.toggle();
  }

  get isOn() {
    return this.#undo.length > 0;
  }

  async toggle() {
    if (!this.buttons.length) return;
    if (this.isOn) this.#hide();
    else {
      this.#pieces ??= await this.#fetch();
      if (!this.#pieces) return this.room.status.say(this.words.other_away);
      this.#show();
      this.room.status.say(this.#undo.length ? this.words.other_on : this.words.other_none);
    }
    this.memory.put({ other: this.isOn });
    for (const button of this.buttons) button.setAttribute('aria-pressed', String(this.isOn));
    return null;
  }

  /* The browser reads the page itself: no text becomes markup here, as the page's policy demands. */
  #fetch() {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open('GET', `${this.room.protocol.url}/other-language`);
      request.responseType = 'document';
      request.timeout = 20000;
      request.onloadend = () => resolve(request.status === 200 ? request.response : null);
      request.send();
    });
  }

  #show() {
    this.language = this.#pieces.documentElement.lang;
    for (const section of this.#pieces.querySelectorAll('[data-of]')) {
      const question = this.room.byItem.get(section.dataset.of);
      if (question) this.#translate(question, section);
      if (question?.dataset.case) this.#translateCase(question.dataset.case, section);
    }
  }

  #translate(question, section) {
    const each = (name, put) => {
      for (const piece of section.querySelectorAll(`[data-${name}]`)) put(piece, CSS.escape(piece.dataset[name]));
    };
    const find = (selector) => question.querySelector(`[data-answer] ${selector}`);
    each('stem', (piece) => this.#append(find('.qtext'), piece));
    each('options', (piece, id) => this.#append(find(`.opts input[value="${id}"] ~ .opt__text`), piece));
    each('left', (piece, id) => this.#append(find(`[data-part="${id}"]`)?.labels[0], piece));
    each('right', (piece, id) => this.#join(question.querySelectorAll(`.match option[value="${id}"]`), piece));
    each('steps', (piece, id) => this.#append(find(`[data-order] > [data-id="${id}"] .order__t`), piece));
    each('rows', (piece, id) => this.#append(find(`[data-row-head="${id}"]`), piece));
    each('columns', (piece, id) => this.#append(find(`[data-column="${id}"]`), piece));
    each('areas', (piece, id) => this.#append(find(`.opts input[value="${id}"] ~ .opt__text`), piece));
    each('pieces', (piece, id) => this.#join(question.querySelectorAll(`.cloze option[value="${id}"]`), piece));
    each('text', (piece) => this.#append(find('.cloze'), piece));
    each('choices', (piece, id) => {
      const gap = CSS.escape(piece.dataset.gap);
      this.#join(question.querySelectorAll(`[data-part="${gap}"] option[value="${id}"]`), piece);
    });
  }

  /* The documents stand beside each question of the case. */
  #translateCase(name, section) {
    for (const question of this.room.questions.filter(({ dataset }) => dataset.case === name)) {
      const [title] = section.querySelectorAll('[data-title]');
      if (title) this.#append(question.querySelector('.case__doc h2'), title);
      for (const piece of section.querySelectorAll('[data-document]')) {
        this.#append(question.querySelectorAll('.case__p')[piece.dataset.document], piece);
      }
    }
  }

  /* A block below the text, or a line of its own where only phrases may stand. */
  #append(place, piece) {
    if (!place) return;
    const isPhrase = !piece.querySelector('p, ul, ol, table, pre, blockquote, figure');
    const box = document.createElement(isPhrase ? 'span' : 'div');
    box.className = 'other';
    box.lang = this.language;
    box.append(...[...piece.childNodes].map((node) => document.importNode(node, true)));
    place.append(box);
    this.#undo.push(() => box.remove());
  }

  #join(options, piece) {
    for (const option of options) {
      const before = option.textContent;
      option.textContent = `${before} / ${piece.textContent.trim()}`;
      this.#undo.push(() => { option.textContent = before; });
    }
  }

  #hide() {
    for (const undo of this.#undo.splice(0)) undo();
  }
}
