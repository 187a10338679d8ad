/* The live console: asks every five seconds, brings the rows up to date, filters, acts. */
import { Acts } from './acts.js';
import { Board } from './board.js';

const POLL_MS = 5000;

const form = document.querySelector('[data-console]');
if (form) start();

function start() {
  const words = JSON.parse(form.dataset.words);
  const board = new Board(form, words);
  const updated = form.querySelector('[data-updated]');
  const clock = { server: Date.parse(form.dataset.now), here: performance.now() };
  let tag = '';
  let asOf = clock.server;
  let isAway = false;

  const now = () => clock.server + performance.now() - clock.here;

  async function look() {
    try {
      const reply = await fetch(form.dataset.console, {
        headers: { Accept: 'application/json', ...(tag && { 'If-None-Match': tag }) },
        cache: 'no-store',
        redirect: 'error',
      });
      if (reply.status !== 304 && !reply.ok) throw new Error(String(reply.status));
      clock.server = Date.parse(reply.headers.get('X-Server-Time'));
      clock.here = performance.now();
      asOf = clock.server;
      isAway = false;
      if (reply.status === 304) board.tick(now());
      else take(reply, await reply.json());
    } catch {
      isAway = true;
    }
    show();
  }

  function take(reply, body) {
    tag = reply.headers.get('ETag');
    board.take(body, now());
    form.querySelector('[data-moved]').hidden = body.roster === form.dataset.roster;
  }

  /* Read aloud only when it matters: that the site is away. */
  function show() {
    const text = (isAway ? words.away : words.updated).replace('{time}', board.time.format(new Date(asOf)));
    updated.setAttribute('aria-live', isAway ? 'polite' : 'off');
    if (updated.textContent !== text) updated.textContent = text;
  }

  async function repeat() {
    if (!document.hidden) await look();
    setTimeout(repeat, POLL_MS);
  }

  bindFilter(board);
  new Acts(form, look);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
  repeat();
}

/* Filters by state, room and words without loading the page again; the address keeps them. */
function bindFilter(board) {
  const search = document.querySelector('[data-console-filter]');
  const room = search.querySelector('#room');
  const words = search.querySelector('#q');
  const chips = [...document.querySelectorAll('[data-filter-state]')];
  const chosen = chips.find((chip) => chip.hasAttribute('aria-current'));
  const apply = () => {
    board.filter.room = room.selectedOptions[0]?.hasAttribute('data-any') || room.options.length < 2 ? null : room.value;
    board.filter.words = words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    board.refilter();
  };
  board.filter.state = chosen?.dataset.filterState ?? '';
  for (const chip of chips) {
    chip.addEventListener('click', (event) => {
      event.preventDefault();
      for (const other of chips) other.removeAttribute('aria-current');
      chip.setAttribute('aria-current', 'true');
      board.filter.state = chip.dataset.filterState;
      apply();
    });
  }
  search.addEventListener('submit', (event) => event.preventDefault());
  room.addEventListener('change', apply);
  words.addEventListener('input', apply);
  apply();
}
