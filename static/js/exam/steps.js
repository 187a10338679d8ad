/* Papers in stretches: the clock of a section, and going on for good once everything is sent. */
const AGAIN_MS = 2000;
const ANNOUNCE_MINUTES = [5, 1];
const SHOWN_ANYWAY_SECONDS = 300;
const LOW_SECONDS = 120;
const ARRIVED = '?step=';

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

export class Steps {
  #wanted = false;
  #running = false;
  #gap = null;
  #before = Infinity;

  /* The steps of a room, or nothing where the whole paper lies open. */
  static of(room) {
    const root = document.querySelector('[data-steps]');
    return root ? new Steps(room, root) : null;
  }

  constructor(room, root) {
    this.room = room;
    this.step = Number(root.dataset.step);
    this.isLast = 'last' in root.dataset;
    this.isLastSection = 'lastSection' in root.dataset;
    this.leavesSection = 'leavesSection' in root.dataset;
    this.words = JSON.parse(root.dataset.words);
    this.isOver = false;
    this.box = document.querySelector('[data-section-timer]');
    this.ask = document.getElementById('go-on');
    this.dialog = document.getElementById('going-on');
    this.button = document.querySelector('[data-go-on]');
    this.stay = this.dialog.querySelector('[data-stay]');
    this.onward = this.dialog.querySelector('[data-over-on]');
    this.#ends(root.dataset.ends, room.bar.dataset.deadline);
    this.#bind();
    this.#place();
    this.timer = setInterval(() => this.#tick(), 1000);
    if (location.search.startsWith(ARRIVED)) room.paper.question.querySelector('[data-heading]').focus();
  }

  /* Take the server's word: another window may have gone on, a section may have got more time. */
  take({ step, section_ends: ends, deadline }) {
    if (step !== this.step) return this.#arrive(step);
    this.#ends(ends, deadline);
    if (this.isOver && this.left > 0) this.#reopen();
    return this.#tick();
  }

  /* Both clocks stand still and move together, so the section's is the exam's less what follows it. */
  get left() {
    return this.#gap === null ? Infinity : Math.max(0, this.room.clock.left - this.#gap);
  }

  spoken() {
    const exam = this.room.clock.spoken();
    return this.#gap === null ? exam : `${this.#spoken()}. ${exam}`;
  }

  #spoken() {
    const minutes = Math.ceil(this.left / 60);
    return (minutes === 1 ? this.words.minute_left : this.words.minutes_left).replace('{n}', minutes);
  }

  #ends(ends, deadline) {
    this.#gap = ends ? Math.round((Date.parse(deadline) - Date.parse(ends)) / 1000) : null;
  }

  #bind() {
    this.button?.addEventListener('click', () => this.#confirm());
    this.ask.querySelector('[data-go-on-now]').addEventListener('click', () => this.go());
    this.stay.addEventListener('click', () => this.#withdraw());
    this.onward.addEventListener('click', () => {
      if (!this.isLastSection) return this.go();
      this.dialog.close();
      return this.room.ending.handIn();
    });
    this.dialog.addEventListener('close', () => {
      const isEnding = document.getElementById('handing-in').open;
      if ((this.#wanted || this.isOver) && !isEnding) this.dialog.showModal();
    });
    document.addEventListener('exam:moved', () => this.#place());
    // before the room's own keys move on: at the end of a step, forward means leaving it
    addEventListener('keydown', (event) => {
      const isForward = event.altKey && event.code === 'ArrowRight' && this.button && !this.button.hidden;
      if (!isForward || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#confirm();
    }, { capture: true });
  }

  /* Behind the last open question the way leads on. */
  #place() {
    const { paper } = this.room;
    const isAtEnd = paper.current === paper.questions.length - 1;
    if (!this.button) return;
    this.button.hidden = !isAtEnd;
    paper.next.hidden = isAtEnd;
  }

  /* Name what is not answered. Between questions of one section nobody is asked about an answered one. */
  #confirm() {
    const empty = this.room.questions.filter((question) => !question.hasAttribute('data-answered'));
    if (!empty.length && !this.leavesSection) return this.go();
    const text = empty.length ? this.words.empty.replace('{n}', empty.length) : this.words.all;
    this.ask.querySelector('[data-go-on-text]').textContent = text;
    this.room.paper.list(this.ask.querySelector('[data-go-on-empty]'), empty);
    return this.ask.showModal();
  }

  /* First every answer, then the step; the next one is loaded anew. */
  async go() {
    this.#wanted = true;
    this.room.lock(true, 'step');
    this.ask.close();
    this.#tell(this.words.going);
    this.stay.hidden = this.isOver;
    this.onward.hidden = true;
    if (!this.dialog.open) this.dialog.showModal();
    if (this.#running) return;
    this.#running = true;
    while (this.#wanted && !await this.#tried()) await pause(AGAIN_MS);
    this.#running = false;
  }

  async #tried() {
    if (!await this.#sent() || !this.#wanted) return false;
    const { status, body } = await this.room.protocol.post('step', { from: this.step });
    if (status === 200 && Number.isInteger(body?.step)) return this.#arrive(body.step);
    if (status === 409 && body?.reason === 'closed') this.room.leave();
    else if (status === 409 && body?.reason) this.room.sender.halt(body.reason);
    else if (status === 401) this.room.sender.halt('sign-in');
    else if (status === 400) this.room.sender.halt('token');
    else this.#tell(this.words.waits);
    return false;
  }

  async #sent() {
    const { outbox, recorder, sender } = this.room;
    await recorder.written();
    await sender.flush();
    const isBlocked = sender.stopped !== null;
    const isDone = !isBlocked && !(await outbox.waiting()).length;
    if (!isDone && !isBlocked) this.#tell(this.words.waits);
    return isDone;
  }

  #arrive(step) {
    this.#wanted = false;
    clearInterval(this.timer);
    this.room.move(`${this.room.protocol.url}/${ARRIVED}${step}`);
    return true;
  }

  #withdraw() {
    this.#wanted = false;
    this.dialog.close();
    this.room.lock(false, 'step');
  }

  #tick() {
    const { clock } = this.room;
    if (this.#gap === null || !this.box || clock.held) return;
    const { left } = this;
    this.box.hidden = clock.isHidden && left > SHOWN_ANYWAY_SECONDS;
    this.box.dataset.level = left <= 60 ? 'last' : left <= LOW_SECONDS ? 'low' : '';
    this.box.querySelector('[data-section-text]').textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    if (ANNOUNCE_MINUTES.some((minutes) => left <= minutes * 60 && this.#before > minutes * 60 && this.#before < Infinity)) {
      this.room.status.say(this.#spoken());
    }
    this.#before = left;
    if (left === 0 && clock.left > 0 && !this.isOver) this.#over();
  }

  /* The section is closed; what was typed in time is on its way. The candidate goes on when ready. */
  async #over() {
    this.isOver = true;
    this.room.lock(true, 'section');
    this.ask.close();
    this.#tell(this.words.over);
    this.stay.hidden = true;
    this.onward.hidden = this.#wanted;
    const next = this.dialog.querySelector('[data-going-next]');
    if (next) next.hidden = false;
    if (!this.dialog.open) this.dialog.showModal();
    await this.#sent();
    if (!this.#wanted) this.#tell(this.words.over);
  }

  #reopen() {
    this.isOver = false;
    this.room.lock(false, 'section');
    if (!this.#wanted) this.dialog.close();
  }

  #tell(text) {
    const box = this.dialog.querySelector('[data-going-text]');
    if (box.textContent !== text) box.textContent = text;
  }
}
