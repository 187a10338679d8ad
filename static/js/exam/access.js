/* The right to answer: renewed when the session ended, taken over when another device held it. */
const LEAST_BETWEEN_MS = 5000;

export class Access {
  #last = -LEAST_BETWEEN_MS;

  /* `room` is asked to lock (isLocked), resume () and leave (). */
  constructor(protocol, status, words, room) {
    this.protocol = protocol;
    this.status = status;
    this.words = words;
    this.room = room;
    this.signIn = document.getElementById('sign-in-again');
    this.elsewhere = document.getElementById('elsewhere');
    this.signIn.querySelector('[data-signed-in]').addEventListener('click', () => this.renew(true));
    this.elsewhere.querySelector('[data-take-over]').addEventListener('click', () => this.renew(true));
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.signIn.open) this.renew(true);
    });
  }

  /* Sending stopped for this reason. */
  lost(reason) {
    if (reason === 'token') this.#again();
    else if (reason === 'sign-in') this.status.trouble(this.signIn, this.words.signed_out);
    else if (reason === 'read-only') {
      this.room.lock(true);
      this.status.trouble(this.elsewhere, this.words.elsewhere);
    } else this.room.leave();
  }

  /* Fetch what is needed to send again; with `takeOver` every other device becomes read-only. */
  async renew(takeOver = false) {
    this.#last = performance.now();
    let { status, body } = await this.protocol.get('paper');
    if (status === 409) return this.room.leave();
    if (status === 200 && body.csrf) {
      this.protocol.right.csrf = body.csrf;
      if (!body.token && takeOver) ({ status, body } = await this.protocol.post('lease'));
    }
    if (status !== 200) return this.#failed(status);
    if (!body.token) return this.lost('read-only');
    this.protocol.right.token = body.token;
    for (const dialog of [this.signIn, this.elsewhere]) dialog.close();
    this.status.trouble(null);
    this.room.lock(false);
    return this.room.resume();
  }

  /* Once at a time: a token that is refused as soon as it is given must not become a storm. */
  #again() {
    const wait = this.#last + LEAST_BETWEEN_MS - performance.now();
    setTimeout(() => this.renew(), Math.max(0, wait));
  }

  #failed(status) {
    const text = { 401: this.words.not_signed_in, 403: this.words.other_account, 404: this.words.other_account }[status];
    for (const line of document.querySelectorAll('dialog[open] [data-dialog-note]')) {
      line.textContent = text ?? this.words.still_away;
    }
    if (status === 401 && !this.signIn.open) this.lost('sign-in');
    else if (!text) setTimeout(() => { if (this.protocol.right.token) this.room.resume(); }, LEAST_BETWEEN_MS);
  }
}
