/* Sends waiting answers in order, one at a time, for ever. Only the server's own word counts as saved. */
import { settle, waiting } from './outbox.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15000;
const GIVE_UP_MS = 20000;

export class Sender {
  /* `session` holds attempt, url, csrf, token; `on` gets saved, superseded, refused, stopped, waiting. */
  constructor(session, on) {
    this.session = session;
    this.on = on;
    this.pause = FIRST_PAUSE_MS;
    this.timer = null;
    this.running = false;
    this.again = false;
    this.stopped = null;
  }

  /* Send whatever waits. Safe to call at any time and as often as one likes. */
  async flush() {
    if (this.running) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.running = true;
    try {
      do {
        this.again = false;
        await this.#alone(() => this.#sendAll());
      } while (this.again && !this.timer);
    } finally {
      this.running = false;
    }
  }

  /* Try again now: the line, the right to answer or the session is back. */
  resume() {
    this.stopped = null;
    this.pause = FIRST_PAUSE_MS;
    return this.flush();
  }

  /* Two windows of one browser share the outbox: only one of them sends at a time. */
  #alone(work) {
    if (!navigator.locks) return work();
    return navigator.locks.request(`probity-${this.session.attempt}`, work);
  }

  async #sendAll() {
    this.timer = null;
    for (const record of await waiting(this.session.attempt)) {
      if (this.stopped) break;
      const fresh = (await waiting(this.session.attempt)).find(
        (other) => other.client === record.client && other.seq === record.seq,
      );
      if (fresh && !(await this.#send(fresh))) break;
    }
    this.on.waiting(await waiting(this.session.attempt), this.stopped);
  }

  async #send(record) {
    const answer = await this.#post(record);
    if (answer.status === 200 && answer.body?.seq === record.seq && Number.isInteger(answer.body.version)) {
      this.pause = FIRST_PAUSE_MS;
      await settle(record, answer.body.version);
      this.on.saved(record, answer.body);
      return true;
    }
    return this.#handle(record, answer);
  }

  async #handle(record, { status, body }) {
    const reason = body?.reason;
    if (status === 409 && reason === 'superseded') {
      await settle(record, body.version);
      this.on.superseded(record, body);
      return true;
    }
    if (status === 422 || status === 413) {
      await settle(record);
      this.on.refused(record, body?.message ?? '');
      return true;
    }
    if (status === 409 && reason === 'late-kept') {
      await settle(record);
      this.#stop('late-kept');
      return true;
    }
    if (status === 409 || status === 404) return this.#stop(reason ?? 'closed');
    if (status === 401) return this.#stop('sign-in');
    if (status === 400 && reason === 'csrf') return this.#stop('token');
    this.#later();
    return false;
  }

  #stop(reason) {
    this.stopped = reason;
    this.on.stopped(reason);
    return false;
  }

  #later() {
    const jitter = 0.75 + Math.random() / 2;
    this.timer = setTimeout(() => { this.timer = null; this.flush(); }, this.pause * jitter);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  async #post({ client, seq, item, base, response, at }) {
    const { url, csrf, token } = this.session;
    try {
      const reply = await fetch(`${url}/responses`, {
        method: 'POST',
        keepalive: true,
        redirect: 'error',
        credentials: 'same-origin',
        signal: AbortSignal.timeout(GIVE_UP_MS),
        headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrf, 'X-Attempt-Token': token ?? '' },
        body: JSON.stringify({ client, seq, item, base, response, at }),
      });
      const isJson = reply.headers.get('Content-Type')?.startsWith('application/json');
      return { status: reply.status, body: isJson ? await reply.json() : null };
    } catch {
      return { status: 0, body: null };
    }
  }
}
