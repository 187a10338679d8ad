/* Flags on questions: kept on this device until the server has them. */
import { recall, remember } from './memory.js';

export class Flags {
  constructor(protocol, attempt) {
    this.protocol = protocol;
    this.place = `exam-flags-${attempt}`;
  }

  /* Flags that an earlier visit could not send; null if there are none. */
  get waiting() {
    return recall(this.place);
  }

  set waiting(items) {
    remember(this.place, items);
  }

  async send(items) {
    this.waiting = items;
    const { status } = await this.protocol.post('flags', { flags: items });
    if (status === 200 && String(this.waiting) === String(items)) this.waiting = null;
  }

  /* Try again what could not be sent. */
  async flush() {
    if (this.waiting) await this.send(this.waiting);
  }
}
