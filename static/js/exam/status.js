/* What is saved, in words: one line for the whole paper, one for each question, a banner when something is amiss. */

export class Status {
  #trouble = null;
  #isBare = false;
  #isAway = false;
  #before = new Map();

  constructor(bar, words) {
    this.words = words;
    this.box = bar.querySelector('[data-save]');
    this.text = bar.querySelector('[data-save-text]');
    this.banner = bar.querySelector('[data-banner]');
    this.live = document.querySelector('[data-live]');
    this.time = new Intl.DateTimeFormat(document.documentElement.lang, {
      timeZone: bar.dataset.zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
    });
    this.unsent = 0;
    this.banner.querySelector('[data-banner-open]').addEventListener('click', () => this.#open());
  }

  /* Say something to those who listen to the page. */
  say(text) {
    this.live.textContent = text;
  }

  note(question, text, isProblem = false) {
    if (!question) return; // of a section that was left
    const line = question.querySelector('[data-saved]');
    line.textContent = text;
    line.classList.toggle('savedline--problem', isProblem);
  }

  /* Somebody is at it: what the line said before is no longer true, unless nothing comes of it. */
  editing(question) {
    const line = question.querySelector('[data-saved]');
    if (!this.#before.has(question)) this.#before.set(question, [line.textContent, line.className]);
    this.note(question, this.words.saving);
    this.#show('saving', this.words.saving);
  }

  unchanged(question) {
    const [text, classes] = this.#before.get(question) ?? [];
    if (text === undefined) return;
    const line = question.querySelector('[data-saved]');
    line.textContent = text;
    line.className = classes;
    this.#before.delete(question);
  }

  /* An answer is kept on this device, or only this page holds it. */
  kept(question, isOnDisk = true) {
    this.#before.delete(question);
    this.note(question, isOnDisk ? this.words.kept : this.words.no_storage, !isOnDisk);
    if (!isOnDisk) this.bare();
    this.#show('saving', this.words.saving);
  }

  /* This device keeps nothing: say so once and for all. */
  bare() {
    if (this.#isBare) return;
    this.#isBare = true;
    if (this.#trouble === null) this.#line(this.#isAway, this.unsent);
  }

  saved(question, at) {
    this.note(question, this.words.saved_at.replace('{time}', this.time.format(new Date(at))));
  }

  refused(question, message) {
    this.note(question, `${this.words.not_saved} ${message}`, true);
  }

  /* How many questions wait, whether nobody answers the calls, and whether something is being typed. */
  rest(changes, isAway, isBusy) {
    const count = new Set(changes.map((change) => change.item)).size;
    this.unsent = count;
    if (count) this.#show('offline', this.words.to_send.replace('{n}', count));
    else if (isBusy) this.#show('saving', this.words.saving);
    else this.#show('saved', this.words.all_saved);
    if (this.#trouble === null) this.#line(isAway || !navigator.onLine, count);
  }

  /* Answering cannot go on here until a dialog is answered; null when it can again. */
  trouble(dialog, text) {
    this.#trouble = dialog;
    this.banner.hidden = dialog === null;
    this.banner.querySelector('[data-banner-open]').hidden = dialog === null;
    if (dialog === null) return;
    this.#fill(text, '');
    this.#open();
  }

  #open() {
    if (this.#trouble && !this.#trouble.open) this.#trouble.showModal();
  }

  #line(isAway, count) {
    this.#isAway = isAway;
    this.banner.hidden = !isAway && !this.#isBare;
    const { words } = this;
    if (!isAway) return this.#isBare ? this.#fill(words.bare, words.bare_more) : undefined;
    const safe = this.#isBare ? words.bare_away : { 0: words.safe_later, 1: words.safe_one }[count] ?? words.safe_many.replace('{n}', count);
    return this.#fill(navigator.onLine ? words.server_away : words.offline, safe);
  }

  #fill(heading, text) {
    const put = (part, words) => { if (part.textContent !== words) part.textContent = words; };
    put(this.banner.querySelector('[data-banner-heading]'), heading);
    put(this.banner.querySelector('[data-banner-text]'), text);
  }

  #show(state, text) {
    this.box.dataset.state = state;
    if (this.text.textContent !== text) this.text.textContent = text;
  }
}
