/* What staff tell the candidate while the attempt runs, each once on this device, and the screen of a pause. */
import { recall, remember } from './memory.js';

const POLL_MS = 8000;
const CLOCKS_DIFFER_SECONDS = 2;
const TOLD = new Set(['message', 'extended', 'resumed']);

export class Notices {
  #open = [];

  constructor(room) {
    this.room = room;
    this.name = `probity-told-${room.attempt}`;
    this.seen = new Set(recall(this.name) ?? []);
    this.panel = document.querySelector('[data-notices]');
    this.words = JSON.parse(this.panel.dataset.words);
    this.live = document.querySelector('[data-notices-live]');
    this.screen = document.querySelector('[data-pause]');
    this.ended = document.getElementById('ended');
    this.isWatched = 'watched' in this.panel.dataset;
    this.isPaused = false;
    this.panel.querySelector('[data-notices-read]').addEventListener('click', () => this.#read());
    document.querySelector('#break form')?.addEventListener('submit', (event) => this.#break(event, 'break'));
    this.screen.querySelector('form').addEventListener('submit', (event) => this.#break(event, 'break/end'));
  }

  /* Call again and again, not all candidates at the same moment. */
  every(call) {
    setTimeout(async () => {
      await call();
      this.every(call);
    }, POLL_MS * (0.8 + Math.random() * 0.2));
  }

  /* How things stand, by the server's word; whoever is watched tells in the same breath where they are. */
  async ask() {
    const { outbox, paper, protocol } = this.room;
    if (!this.isWatched) return protocol.get('state');
    const waiting = (await outbox.waiting()).length;
    return protocol.post('presence', { item: paper.question.dataset.item, waiting });
  }

  /* Show what is new in the server's answer. */
  take(body) {
    const fresh = body.notices.filter(({ id, kind, own }) => TOLD.has(kind) && !own && !this.seen.has(id));
    const known = new Set(this.#open.map(({ id }) => id));
    const added = fresh.filter(({ id }) => !known.has(id));
    if (added.length) this.#show([...this.#open, ...added], added);
    if (this.room.clock.left > CLOCKS_DIFFER_SECONDS) this.#reopen();
    this.#pause(body.paused);
  }

  /* Sending was refused because of a pause: ask what is said about it. */
  refused() {
    return this.room.poll();
  }

  /* The attempt is closed. Whoever was ended by staff reads why before the page is left. */
  leave(body) {
    const why = body.notices.findLast(({ kind, id }) => kind === 'ended' && !this.seen.has(id));
    if (!why) return this.room.leave();
    if (this.ended.open) return undefined;
    this.room.lock(true, 'ended');
    this.#pause(null);
    for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
    this.ended.querySelector('[data-ended-why]').textContent = why.text;
    this.ended.addEventListener('close', () => {
      this.#remember([why]);
      this.room.leave();
    });
    return this.ended.showModal();
  }

  #show(open, added) {
    this.#open = open;
    const list = this.panel.querySelector('ul');
    list.replaceChildren(...open.map((notice) => {
      const row = document.createElement('li');
      const heading = document.createElement('strong');
      heading.textContent = this.#heading(notice);
      row.append(heading, ' ', notice.text);
      return row;
    }));
    this.panel.hidden = open.length === 0;
    this.live.textContent = added.map((notice) => `${this.#heading(notice)} ${notice.text}`).join(' ');
  }

  #heading({ kind, seconds }) {
    return this.words[kind].replace('{time}', this.#length(seconds ?? 0));
  }

  #length(seconds) {
    const minutes = Math.floor(seconds / 60);
    const rest = seconds % 60;
    const words = [];
    if (minutes || !rest) words.push((minutes === 1 ? this.words.minute : this.words.minutes).replace('{n}', minutes));
    if (rest) words.push((rest === 1 ? this.words.second : this.words.seconds).replace('{n}', rest));
    return words.join(' ');
  }

  #read() {
    this.#remember(this.#open);
    this.#show([], []);
    this.room.paper.question.querySelector('[data-heading]').focus();
  }

  #remember(notices) {
    for (const { id } of notices) this.seen.add(id);
    remember(this.name, [...this.seen]);
  }

  /* There is time again for somebody whose time was over. */
  #reopen() {
    const { clock, ending } = this.room;
    if (!ending.isTimeOver) return;
    clock.isOver = ending.isTimeOver = false;
    ending.back.hidden = false;
    ending.back.click();
  }

  #pause(pause) {
    if (pause) this.#tellPause(pause);
    if (Boolean(pause) === this.isPaused) return;
    this.isPaused = Boolean(pause);
    const { clock, ending, sender } = this.room;
    this.screen.hidden = !this.isPaused;
    document.documentElement.toggleAttribute('data-paused', this.isPaused);
    this.room.lock(this.isPaused, 'paused');
    clock.hold(this.isPaused ? this.words.clock : null);
    if (this.isPaused) {
      if (!ending.back.hidden) ending.back.click();
      for (const dialog of document.querySelectorAll('dialog[open]:not([data-needed])')) dialog.close();
      this.screen.querySelector('h2').focus();
      return;
    }
    if (sender.stopped === 'paused') sender.resume();
    this.room.paper.question.querySelector('[data-heading]').focus();
  }

  #tellPause({ own, reason, until }) {
    const put = (name, text) => {
      const part = this.screen.querySelector(`[data-pause-${name}]`);
      if (part.textContent !== text) part.textContent = text;
    };
    const time = until && new Date(until).toLocaleTimeString(document.documentElement.lang, {
      timeZone: this.room.bar.dataset.zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    });
    put('heading', own ? this.words.own_break : this.words.paused);
    put('why', reason);
    put('until', own && time ? this.words.until.replace('{time}', time) : '');
    this.screen.querySelector('form').hidden = !own;
  }

  /* Begin or end the break without leaving the page; what was typed last is sent first. */
  async #break(event, path) {
    event.preventDefault();
    event.target.closest('dialog')?.close();
    const { protocol, recorder, sender } = this.room;
    if (path === 'break') {
      recorder.takeAll();
      await recorder.written();
      await sender.flush();
    }
    const { status, body } = await protocol.post(path);
    if (status === 200) this.take(body);
    else if (body?.message) this.live.textContent = body.message;
    await this.room.poll();
  }
}
