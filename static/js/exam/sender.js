/* Sends waiting answers in order, one at a time, for ever. Only the server's own word counts as saved. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15000;

const isReceipt = ({ status, body }, change) =>
  status === 200 && body?.seq === change.seq && Number.isInteger(body.version) && Boolean(body.saved_at);

export class Sender {
  #running = null;
  #again = false;
  #timer = null;
  #pause = FIRST_PAUSE_MS;

  /* `on` is told: saved, superseded, refused, late (change, answer), stopped (reason), rest (changes, isAway). */
  constructor(protocol, outbox, tabs, on) {
    this.protocol = protocol;
    this.outbox = outbox;
    this.tabs = tabs;
    this.on = on;
    this.stopped = null;
  }

  /* Send whatever waits; resolves when nothing does or nothing can be sent now. Call it as often as you like. */
  flush() {
    this.#again = true;
    this.#running ??= this.#run().finally(() => { this.#running = null; });
    return this.#running;
  }

  /* Try again now: the line, the session or the right to answer is back. */
  resume() {
    this.stopped = null;
    this.#pause = FIRST_PAUSE_MS;
    return this.flush();
  }

  async #run() {
    clearTimeout(this.#timer);
    let isAway = false;
    while (this.#again && !isAway) {
      this.#again = false;
      isAway = await this.#sendAll();
    }
    if (isAway) this.#later();
    this.on.rest(await this.#waiting(), isAway);
  }

  async #waiting() {
    return (await this.outbox.waiting()).filter((change) => this.tabs.owns(change));
  }

  async #sendAll() {
    while (this.stopped === null) {
      const [change] = await this.#waiting();
      if (!change) break;
      const { client, seq, item, base, response, at } = change;
      const answer = await this.protocol.post('responses', { client, seq, item, base, response, at });
      if (!await this.#settled(change, answer)) return this.stopped === null;
    }
    return false;
  }

  /* Tell whether the change needs no more sending. */
  async #settled(change, answer) {
    const { status, body } = answer;
    if (isReceipt(answer, change)) {
      this.#pause = FIRST_PAUSE_MS;
      this.on.saved(change, body);
      await this.outbox.settle(change, body.version);
      return true;
    }
    const kind = status === 409 ? body?.reason : status === 422 || status === 413 ? 'refused' : null;
    if (kind === 'superseded' || kind === 'late-kept' || kind === 'refused') {
      await this.outbox.settle(change);
      this.on[{ 'late-kept': 'late' }[kind] ?? kind](change, body);
      return true;
    }
    if (kind) this.halt(kind);
    else if (status === 404) this.halt('unknown');
    else if (status === 401) this.halt('sign-in');
    else if (status === 400 && body?.reason === 'csrf') this.halt('token');
    return false;
  }

  /* Sending makes no sense for this reason until `resume`. */
  halt(reason) {
    this.stopped = reason;
    this.on.stopped(reason);
  }

  #later() {
    const jitter = 0.75 + Math.random() / 2;
    this.#timer = setTimeout(() => this.flush(), this.#pause * jitter);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }
}
