/* Device check in the lobby: can answers be kept, how far is the server, how far is the clock off. */
import { keep, settle } from './outbox.js';

const card = document.querySelector('[data-device-check]');
const words = JSON.parse(card.dataset.words);
const TOLERATED_SECONDS = 2;

function show(check, good, text) {
  const row = card.querySelector(`[data-check=${check}]`);
  row.querySelector('[data-detail]').textContent = text;
  const verdict = row.querySelector('[data-verdict]');
  verdict.textContent = good ? words.ready : words.look;
  verdict.classList.add(good ? 'badge--ok' : 'badge--warn');
}

async function storage() {
  const probe = { attempt: 'device-check', client: 'check', seq: 0, item: 'check', base: 0, response: 1, at: '' };
  try {
    await keep(probe);
    await settle(probe);
    show('storage', true, words.storage_ok);
  } catch {
    show('storage', false, words.storage_bad);
  }
}

async function line() {
  try {
    await fetch(card.dataset.url, { cache: 'no-store' });
    const began = performance.now();
    const reply = await fetch(card.dataset.url, { cache: 'no-store' });
    const taken = Math.round(performance.now() - began);
    show('line', reply.ok, words.line_ok.replace('{ms}', taken));
    const off = Math.round((Date.now() - Date.parse(reply.headers.get('Date'))) / 1000);
    const close = !(Math.abs(off) > TOLERATED_SECONDS);
    show('clock', true, close ? words.clock_ok : words.clock_off.replace('{s}', Math.abs(off)));
  } catch {
    show('line', false, words.line_bad);
    show('clock', false, words.line_bad);
  }
}

card.hidden = false;
storage();
line();
