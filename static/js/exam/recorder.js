/* Turns what a question holds into changes, each resting on the version it was typed over. */
const TYPING_PAUSE_MS = 800;
const LONGEST_TYPING_MS = 2000;

export class Recorder {
  #seq = 0;
  #tips = new Map();
  #open = new Map();
  #shown = new Map();
  #writes = new Set();

  /* `versions` are the server's, by item; `on` is told: kept (item, isOnDisk), unchanged (item). */
  constructor(outbox, client, versions, on) {
    this.outbox = outbox;
    this.client = client;
    this.versions = versions;
    this.on = on;
  }

  /* The response is now this; while somebody types, it waits for a pause, but not for long. */
  change(item, response, isTyping) {
    const { timer: before, since = performance.now() } = this.#open.get(item) ?? {};
    clearTimeout(before);
    const left = Math.max(0, since + LONGEST_TYPING_MS - performance.now());
    const timer = isTyping ? setTimeout(() => this.#take(item), Math.min(TYPING_PAUSE_MS, left)) : 0;
    this.#open.set(item, { response, timer, since });
    if (!isTyping) this.#take(item);
  }

  /* What is being typed counts now: the question loses focus, or the page goes away. */
  takeAll() {
    for (const item of [...this.#open.keys()]) this.#take(item);
  }

  /* Resolves when everything taken so far is kept. */
  async written() {
    this.takeAll();
    await Promise.all(this.#writes);
  }

  get isBusy() {
    return this.#open.size > 0 || this.#writes.size > 0;
  }

  /* Tell whether something of this question is on its way. */
  holds(item) {
    return this.#tips.has(item) || this.#open.has(item);
  }

  /* A question holds this without anybody having typed it here. */
  shows(item, response) {
    this.#shown.set(item, JSON.stringify(response ?? null));
  }

  /* A change that a closed window left behind: what is typed next replaces it. */
  adopt(change) {
    this.#tips.set(change.item, [change.client, change.seq]);
    this.shows(change.item, change.response);
  }

  /* The server confirmed a change. To be called before anything is awaited: what is taken next rests on it. */
  saved(change, version) {
    this.versions[change.item] = Math.max(this.versions[change.item] ?? 0, version);
    this.dropped(change);
  }

  /* A change needs no more sending. */
  dropped({ item, client, seq }) {
    const tip = this.#tips.get(item);
    if (tip && tip[0] === client && tip[1] === seq) this.#tips.delete(item);
  }

  /* The server holds something newer. What is half typed is kept for the record before it gives way. */
  replaced(item, version, response) {
    this.#take(item);
    this.#tips.delete(item);
    this.versions[item] = version;
    this.shows(item, response);
  }

  #take(item) {
    if (!this.#open.has(item)) return;
    const { response, timer } = this.#open.get(item);
    clearTimeout(timer);
    this.#open.delete(item);
    if (this.#shown.get(item) === JSON.stringify(response)) {
      this.on.unchanged(item);
      return;
    }
    this.shows(item, response);
    const writing = this.#keep(item, response).finally(() => this.#writes.delete(writing));
    this.#writes.add(writing);
  }

  async #keep(item, response) {
    const change = {
      attempt: this.outbox.attempt,
      client: this.client,
      seq: this.#seq,
      item,
      base: this.versions[item] ?? 0,
      after: this.#tips.get(item) ?? null,
      response,
      at: new Date().toISOString(),
    };
    this.#seq += 1;
    this.#tips.set(item, [change.client, change.seq]);
    this.on.kept(item, await this.outbox.keep(change));
  }
}
