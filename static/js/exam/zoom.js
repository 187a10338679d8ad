/* Larger text for the questions, from 100 to 200 per cent. */
const STEPS = [100, 125, 150, 175, 200];

export class Zoom {
  constructor(memory, words, say) {
    this.memory = memory;
    this.words = words;
    this.say = say;
    this.buttons = [...document.querySelectorAll('[data-zoom-by]')];
    for (const button of this.buttons) button.addEventListener('click', () => this.by(Number(button.dataset.zoomBy)));
    this.#draw();
  }

  get #place() {
    return Math.max(0, STEPS.indexOf(this.memory.value.zoom));
  }

  /* So many steps larger, or smaller. */
  by(steps) {
    const place = Math.max(0, Math.min(STEPS.length - 1, this.#place + steps));
    this.memory.put({ zoom: STEPS[place] });
    this.#draw();
    this.say(this.words.zoom.replace('{n}', STEPS[place]));
  }

  #draw() {
    const size = STEPS[this.#place];
    document.querySelector('.exammain').dataset.zoom = size;
    for (const text of document.querySelectorAll('[data-zoom-text]')) text.textContent = `${size} %`;
    for (const button of this.buttons) {
      const isEnd = size === (Number(button.dataset.zoomBy) > 0 ? STEPS.at(-1) : STEPS[0]);
      button.setAttribute('aria-disabled', String(isEnd));
    }
  }
}
