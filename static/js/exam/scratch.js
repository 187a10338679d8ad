/* Notes and struck options: on this device at once, soon after on the server, so that another device has them. */
import { recall, remember } from './memory.js';

const PAUSE_MS = 1500;
const LONGEST_NOTES = 20000;
const FRESH = { version: 0, notes: '', struck: {} };

export const placeOf = (attempt) => `exam-scratch-${attempt}`;

/* Two devices wrote: keep both notes, and for each question the strikes that are newer here. */
function merged(server, mine) {
  const notes = server.notes.includes(mine.notes) ? server.notes
    : mine.notes.includes(server.notes) ? mine.notes
      : `${server.notes}\n\n${mine.notes}`;
  return { version: server.version, notes: notes.slice(0, LONGEST_NOTES), struck: { ...server.struck, ...mine.struck } };
}

export class Scratch {
  #timer = null;
  #sending = false;

  /* `known` is what the page was drawn with; `changed ()` hears that something came from elsewhere,
     `said (state)` that the notes are 'kept' here or 'saved' on the server. */
  constructor(protocol, attempt, known, { changed, said }) {
    this.protocol = protocol;
    this.place = placeOf(attempt);
    this.changed = changed;
    this.said = said;
    this.value = { ...FRESH, ...known };
    const waiting = recall(this.place);
    if (!waiting) return;
    const isOlder = waiting.version < this.value.version;
    this.value = isOlder ? merged(this.value, waiting) : { ...FRESH, ...waiting };
    this.isWaiting = true;
  }

  struck(item) {
    return this.value.struck[item] ?? [];
  }

  edit(changes) {
    this.value = { ...this.value, ...changes };
    this.isWaiting = true;
    remember(this.place, this.value);
    this.said('kept');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), PAUSE_MS);
  }

  strike(item, options) {
    this.edit({ struck: { ...this.value.struck, [item]: options } });
  }

  /* Send what waits. */
  async flush() {
    clearTimeout(this.#timer);
    if (!this.isWaiting || this.#sending) return;
    this.#sending = true;
    const sent = this.value;
    const { version, notes, struck } = sent;
    const { status, body } = await this.protocol.post('scratch', { notes, struck, base: version });
    this.#sending = false;
    if (status === 200) this.#arrived(sent, body.version);
    else if (status === 409 && body.reason === 'superseded') {
      this.#take(merged(body, this.value));
      this.flush();
    }
  }

  /* The server has this version; fetch it if it is newer and nothing waits here. */
  async heard(version) {
    if (this.isWaiting) return this.flush();
    if (!(version > this.value.version)) return null;
    const { status, body } = await this.protocol.get('scratch');
    if (status === 200 && !this.isWaiting) this.#take(body);
    return null;
  }

  forget() {
    clearTimeout(this.#timer);
    remember(this.place, null);
  }

  #arrived(sent, version) {
    const isAll = sent === this.value;
    this.value = { ...this.value, version };
    this.isWaiting = !isAll;
    remember(this.place, isAll ? null : this.value);
    if (isAll) this.said('saved');
    else this.flush();
  }

  #take({ version, notes, struck }) {
    this.value = { version, notes, struck };
    this.changed();
  }
}
