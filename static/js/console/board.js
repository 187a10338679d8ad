/* The rows of the console: only what has changed is touched, so focus, ticks and place stay. */

export class Board {
  #known = new Map();

  constructor(form, words) {
    this.form = form;
    this.words = words;
    this.rows = [...form.querySelectorAll('[data-seat]')];
    this.byId = new Map(this.rows.map((row) => [Number(row.dataset.seat), row]));
    this.badges = document.querySelector('[data-badges]').content;
    this.all = form.querySelector('[data-pick-all]');
    this.shown = form.querySelector('[data-shown]');
    this.time = new Intl.DateTimeFormat(document.documentElement.lang, {
      timeZone: form.dataset.zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
    });
    this.filter = { state: '', room: null, words: [] };
    this.all.addEventListener('change', () => this.#tickAll());
    form.addEventListener('change', (event) => { if (event.target.name === 'pick') this.#count(); });
  }

  /* Bring rows up to date with what the server says of each seat. */
  take({ seats, counts }, now) {
    for (const seat of seats) {
      const row = this.byId.get(seat.id);
      const facts = JSON.stringify(seat);
      if (!row || this.#known.get(seat.id) === facts) continue;
      this.#known.set(seat.id, facts);
      row.seat = seat;
      this.#patch(row, seat);
    }
    for (const [state, count] of Object.entries(counts)) {
      const place = document.querySelector(`[data-count="${state}"]`);
      if (place) put(place, String(count));
    }
    this.tick(now);
    this.refilter();
  }

  /* Time goes by without anything else changing. */
  tick(now) {
    for (const row of this.rows) {
      if (!row.seat) continue;
      const { deadline, left } = row.seat;
      const seconds = deadline ? Math.max(0, Math.round((Date.parse(deadline) - now) / 1000)) : left;
      const text = seconds === null ? this.words.none : this.words.minutes.replace('{n}', Math.ceil(seconds / 60));
      put(cell(row, 'left'), text);
    }
  }

  /* Show the rows that fit; whoever is ticked or has the focus stays in sight. */
  refilter() {
    const { state, room, words } = this.filter;
    let shown = 0;
    for (const row of this.rows) {
      const text = [...row.querySelectorAll('[data-find]')].map((part) => part.textContent).join(' ').toLowerCase();
      const fits = (!state || row.dataset.state === state) && (room === null || row.dataset.room === room)
        && words.every((word) => text.includes(word));
      row.hidden = !fits && !box(row).checked && !row.contains(document.activeElement);
      if (!row.hidden) shown += 1;
    }
    put(this.shown, this.words.shown.replace('{n}', shown));
    this.#count();
  }

  #patch(row, seat) {
    const { words } = this;
    row.dataset.state = seat.state;
    const badge = cell(row, 'badge');
    if (badge.firstElementChild?.dataset.badge !== seat.state) {
      badge.replaceChildren(this.badges.querySelector(`[data-badge="${seat.state}"]`).cloneNode(true));
    }
    const since = seat.since && (seat.state === 'lost' ? words.since : words.silent).replace('{time}', this.time.format(new Date(seat.since)));
    put(cell(row, 'note'), since || (seat.waiting ? words.unsent.replace('{n}', seat.waiting) : ''));
    put(cell(row, 'question'), String(seat.question ?? words.none));
    const answered = words.of.replace('{n}', seat.answered).replace('{total}', seat.questions);
    put(cell(row, 'answered'), seat.questions ? answered : words.none);
    const runs = ['lost', 'unsent', 'paused', 'break', 'working'].includes(seat.state);
    row.querySelector('[data-end]').hidden = !runs;
  }

  #tickAll() {
    for (const row of this.rows) if (!row.hidden) box(row).checked = this.all.checked;
    this.refilter();
  }

  #count() {
    const visible = this.rows.filter((row) => !row.hidden);
    const ticked = visible.filter((row) => box(row).checked).length;
    this.all.checked = ticked > 0 && ticked === visible.length;
    this.all.indeterminate = ticked > 0 && ticked < visible.length;
    for (const row of this.rows) row.classList.toggle('is-selected', box(row).checked);
  }
}

const box = (row) => row.querySelector('input[name=pick]');
const cell = (row, name) => row.querySelector(`[data-cell="${name}"]`);

function put(part, text) {
  if (part.textContent.trim() !== text) part.textContent = text;
}
