/* Tools that stand beside the question: opened by a button or a key, closed by Escape, focus goes back. */

export class Pane {
  #opener = null;

  #told;

  /* `told` hears whether the pane stands open. */
  constructor(name, told = () => {}) {
    this.#told = told;
    this.box = document.getElementById(`pane-${name}`);
    this.buttons = [...document.querySelectorAll(`[data-pane="${name}"]`)];
    for (const button of this.buttons) {
      button.setAttribute('aria-expanded', 'false');
      button.addEventListener('click', () => this.toggle(button));
    }
    this.box.querySelector('[data-pane-close]').addEventListener('click', () => this.close());
    this.box.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.close();
    });
  }

  /* From inside the pane its key closes it; from elsewhere it opens it, or leads into it. */
  toggle(opener = document.activeElement) {
    if (!this.box.hidden && (this.box.contains(document.activeElement) || this.buttons.includes(opener))) this.close();
    else this.open(opener);
  }

  open(opener) {
    opener?.closest('dialog')?.close();
    this.#opener = opener;
    this.#show(true);
    this.box.querySelector('[data-first]').focus();
  }

  close() {
    const hadFocus = this.box.contains(document.activeElement);
    this.#show(false);
    const isSeen = this.#opener?.checkVisibility?.() ?? true;
    if (hadFocus) (isSeen && this.#opener?.isConnected ? this.#opener : document.querySelector('[data-q]:not([hidden]) [data-heading]')).focus();
  }

  #show(isOpen) {
    this.box.hidden = !isOpen;
    this.#told(isOpen);
    for (const button of this.buttons) button.setAttribute('aria-expanded', String(isOpen));
    document.documentElement.toggleAttribute('data-pane-open', Boolean(document.querySelector('.pane:not(.pane--documents):not([hidden])')));
  }
}
