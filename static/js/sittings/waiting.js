/* Waiting room in the lobby: counts down by the server's clock, looks again, and starts by itself. */
const card = document.querySelector('[data-waiting]');
const words = card ? JSON.parse(card.dataset.words) : {};
const LOOK_MS = 5000;
const LOOK_SPREAD_MS = 3000;

let done = false;

/* How far the server's clock is ahead of this device, from the page and then from each answer. */
let ahead = card ? Date.parse(card.dataset.now) - performance.timeOrigin - answeredAt() : 0;

function answeredAt() {
  const [entry] = performance.getEntriesByType('navigation');
  return entry ? entry.responseStart : performance.now();
}

/* Never the device's own clock, which may be set while we wait. */
function serverNow() {
  return performance.timeOrigin + performance.now() + ahead;
}

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function left(ms) {
  const all = Math.max(0, Math.ceil(ms / 1000));
  const [d, h, m, s] = [Math.floor(all / 86400), Math.floor(all / 3600) % 24, Math.floor(all / 60) % 60, all % 60];
  const pattern = d ? words.days : h ? words.hours : m ? words.minutes : words.seconds;
  return fill(words.in, { time: fill(pattern, { d, h, m, s }) });
}

/* Everything ticked: start. Otherwise say that one may, and lead to what is missing. */
function begin() {
  const form = document.querySelector('[data-start]');
  if (form?.checkValidity()) {
    form.requestSubmit();
    return;
  }
  done = true;
  card.querySelector('h2')?.remove();
  card.querySelector('[data-news]').textContent = words.let_in;
  form?.querySelector('input:invalid')?.focus();
}

function countDown(opens, held) {
  const line = card.querySelector('[data-countdown]');
  const timer = setInterval(() => {
    const wait = opens - serverNow();
    if (wait > 0) {
      line.textContent = left(wait);
      return;
    }
    line.textContent = words.opening;
    if (wait > -held) return;
    clearInterval(timer);
    if (card.dataset.door) location.reload(); // the invigilator has not let us in yet
    else begin();
  }, 250);
}

async function look(first) {
  const asked = performance.now();
  const reply = await fetch(card.dataset.standing, { headers: { Accept: 'application/json' }, cache: 'no-store' });
  if (!reply.ok) return;
  const state = await reply.json();
  const half = (performance.now() - asked) / 2;
  ahead = Date.parse(state.server_time) + half - performance.timeOrigin - performance.now();
  if (card.dataset.opens || state.reason === first) return;
  if (state.reason === null) begin();
  else location.reload();
}

function watch() {
  const first = card.dataset.opens ? 'window' : 'not-authorised';
  const again = () => setTimeout(() => {
    if (!done) look(first).catch(() => {}).finally(again);
  }, LOOK_MS + Math.random() * LOOK_SPREAD_MS);
  again();
}

if (card) {
  if (card.dataset.opens) countDown(Date.parse(card.dataset.opens), Number(card.dataset.held));
  watch();
}
