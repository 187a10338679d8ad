/* Device check in the lobby: can answers be kept, how far is the server, how far is the clock off. */
import { Outbox } from './outbox.js';

const card = document.querySelector('[data-device-check]');
const words = JSON.parse(card.dataset.words);
const TOLERATED_SECONDS = 2;
const REQUESTS = 5;

function mark(badge, kind, word) {
  badge.classList.toggle('badge--ok', kind === 'ok');
  badge.classList.toggle('badge--warn', kind === 'warn');
  badge.querySelector('[data-word]').textContent = word;
}

function show(check, kind, word, text) {
  const row = card.querySelector(`[data-check=${check}]`);
  row.querySelector('[data-detail]').textContent = text;
  mark(row.querySelector('[data-verdict]'), kind, word);
  return kind === 'ok' || word === words.no_action;
}

async function storage() {
  const outbox = new Outbox('device-check');
  const probe = { attempt: 'device-check', client: 'check', seq: 0, item: 'check', base: 0, after: null, response: 1, at: '' };
  const isKept = await outbox.keep(probe);
  for (const change of await outbox.waiting()) await outbox.settle(change);
  return isKept ? show('storage', 'ok', words.ready, words.storage_ok) : show('storage', 'warn', words.look, words.storage_bad);
}

/* One question to the server: how long it took, and how far its clock is ahead of ours. */
async function ask() {
  const began = performance.now();
  const reply = await fetch(card.dataset.url, { cache: 'no-store' });
  await reply.text(); // an answer that nobody reads keeps its connection busy
  const taken = performance.now() - began;
  if (!reply.ok) throw new Error(String(reply.status));
  return { taken, ahead: (Date.parse(reply.headers.get('Date')) - Date.now()) / 1000 };
}

async function line() {
  const replies = [];
  for (let number = 0; number < REQUESTS; number += 1) {
    replies.push(await ask().catch(() => null));
  }
  const good = replies.filter(Boolean);
  if (!good.length) {
    show('clock', '', '', words.line_bad);
    return show('line', 'warn', words.look, words.line_bad);
  }
  const fastest = Math.round(Math.min(...good.map((reply) => reply.taken)));
  const isGood = good.length === replies.length;
  clock(good[0].ahead);
  return show('line', isGood ? 'ok' : 'warn', isGood ? words.ready : words.look, words.line_ok
    .replace('{ms}', fastest).replace('{lost}', replies.length - good.length).replace('{all}', replies.length));
}

function clock(ahead) {
  const off = Math.round(Math.abs(ahead));
  if (!(off > TOLERATED_SECONDS)) return show('clock', 'ok', words.ready, words.clock_ok);
  const text = ahead > 0 ? words.clock_behind : words.clock_ahead;
  return show('clock', 'warn', words.no_action, text.replace('{s}', off));
}

/* The check is done: the next step is to agree to the rules. */
function moveOn() {
  const steps = [...document.querySelectorAll('.stepper li')];
  if (!steps[1]?.hasAttribute('aria-current')) return;
  steps[1].removeAttribute('aria-current');
  steps[1].className = 'is-done';
  steps[1].firstElementChild.append(Object.assign(document.createElement('span'), { className: 'visually-hidden', textContent: words.done }));
  steps[2].setAttribute('aria-current', 'step');
}

async function run() {
  for (const check of ['storage', 'line', 'clock']) show(check, '', '', words.checking);
  const results = await Promise.all([storage(), line()]);
  const bad = results.filter((isGood) => !isGood).length;
  const summary = card.querySelector('[data-summary] [data-verdict]');
  mark(summary, bad ? 'warn' : 'ok', bad ? words.to_look.replace('{n}', bad) : words.all_ready);
  if (!bad) moveOn();
}

addEventListener('keydown', (event) => {
  if (/^[1-8]$/.test(event.key) && !event.target.matches('input:not([type=checkbox]), textarea, select')) {
    show('keyboard', 'ok', words.works, words.key.replaceAll('{key}', event.key));
  }
});
card.querySelector('[data-again]').addEventListener('click', run);
card.hidden = false;
run();
