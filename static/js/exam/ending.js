/* Handing in, by the candidate or because time is over: first every answer, then the attempt. */
const AGAIN_MS = 2000;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

export class Ending {
  #wanted = false;
  #running = false;

  /* `room` is asked to lock (isLocked), leave () and poll (); `work` has written (), flush (), waiting (),
     stopped () and halt (reason). */
  constructor(protocol, words, work, room) {
    this.protocol = protocol;
    this.words = words;
    this.work = work;
    this.room = room;
    this.isTimeOver = false;
    this.dialog = document.getElementById('handing-in');
    this.text = this.dialog.querySelector('[data-handing-text]');
    this.back = this.dialog.querySelector('[data-keep-working]');
    this.back.addEventListener('click', () => this.#withdraw());
    this.dialog.addEventListener('close', () => { if (this.#wanted) this.dialog.showModal(); });
  }

  timeOver() {
    this.isTimeOver = true;
    this.back.hidden = true;
    return this.handIn();
  }

  async handIn() {
    this.#wanted = true;
    this.room.lock(true);
    this.#tell(this.isTimeOver ? this.words.time_over : this.words.handing_in);
    for (const dialog of document.querySelectorAll('dialog[open]')) {
      if (dialog !== this.dialog && !dialog.hasAttribute('data-needed')) dialog.close();
    }
    if (!this.dialog.open) this.dialog.showModal();
    if (this.#running) return;
    this.#running = true;
    while (this.#wanted && !await this.#tried()) await pause(AGAIN_MS);
    this.#running = false;
    if (this.#wanted) this.room.leave();
  }

  /* Tell whether the attempt is closed now. Whoever still has answers to send does not close it. */
  async #tried() {
    await this.work.written();
    await this.work.flush();
    const isBlocked = this.work.stopped() !== null;
    if (isBlocked || (await this.work.waiting()).length) {
      if (!isBlocked) this.#tell(this.isTimeOver ? this.words.time_over_waits : this.words.hand_in_waits);
      return false;
    }
    if (!this.#wanted) return false;
    const { status, body } = await this.protocol.post('submission', this.isTimeOver ? { because: 'time-over' } : {});
    if (status === 200 && body.answers_sha256) return true;
    if (status === 401) this.work.halt('sign-in');
    else if (status === 400) this.work.halt('token');
    else if (status === 409) await this.#refused(body?.reason);
    else this.#tell(this.isTimeOver ? this.words.time_over_waits : this.words.hand_in_waits);
    return false;
  }

  /* This room was away, and things have changed: another device answers now, or the end was moved. */
  async #refused(reason) {
    if (reason !== 'read-only') return this.room.poll();
    if (!this.isTimeOver) this.#withdraw();
    return this.work.halt(reason);
  }

  #withdraw() {
    this.#wanted = false;
    this.dialog.close();
    this.room.lock(false);
  }

  #tell(text) {
    if (this.text.textContent !== text) this.text.textContent = text;
  }
}
