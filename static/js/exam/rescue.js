/* The buttons that save waiting answers to a file, and what the candidate is told about it. */
import { download, isPossible, seal } from './recovery.js';

export class Rescue {
  constructor(attempt, outbox, key) {
    this.attempt = attempt;
    this.outbox = outbox;
    this.key = key;
    this.dialog = document.getElementById('saved-file');
    this.buttons = [...document.querySelectorAll('[data-save-file]')];
    for (const button of this.buttons) button.addEventListener('click', () => this.save());
    this.offer(0);
  }

  /* So many answers wait: there is something to save, or not. */
  offer(count) {
    for (const button of this.buttons) button.hidden = count === 0 || !isPossible(this.key);
  }

  async save() {
    const changes = await this.outbox.waiting();
    const count = new Set(changes.map(({ item }) => item)).size;
    download(this.attempt, await seal(this.attempt, changes, this.key));
    this.dialog.querySelector('[data-file-count]').textContent = count;
    this.dialog.showModal();
  }
}
