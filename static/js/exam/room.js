/* The exam room: every change is kept on this device first, then sent, and called saved only by the server. */
import { lock, read, write } from './answers.js';
import { Clock } from './clock.js';
import { bindKeys, Navigator } from './navigator.js';
import { keep, waiting } from './outbox.js';
import { Sender } from './sender.js';
import { Status } from './status.js';

const TYPING_PAUSE_MS = 800;
const POLL_MS = 10000;

const bar = document.querySelector('[data-exam]');
const words = JSON.parse(bar.dataset.words);
const questions = [...document.querySelectorAll('[data-q]')];
const byItem = new Map(questions.map((question) => [question.dataset.item, question]));
const versions = JSON.parse(bar.dataset.versions);
const session = {
  attempt: bar.dataset.attempt,
  url: bar.dataset.url,
  csrf: document.querySelector('meta[name=csrf-token]').content,
  token: bar.dataset.token || null,
};
const client = crypto.randomUUID();
let seq = 0;

document.documentElement.dataset.room = '';
const status = new Status(bar, words);
const navigator = new Navigator(questions, words);
const sender = new Sender(session, {
  saved: (record, answer) => {
    versions[record.item] = Math.max(versions[record.item] ?? 0, answer.version);
    status.saved(byItem.get(record.item), answer.saved_at);
    clock.move(answer.deadline);
  },
  superseded: (record, answer) => {
    versions[record.item] = answer.version;
    write(byItem.get(record.item), answer.response);
    navigator.mark(byItem.get(record.item), answer.response !== null);
    status.note(byItem.get(record.item), words.superseded);
    status.say(words.superseded);
  },
  refused: (record, message) => status.note(byItem.get(record.item), `${words.not_saved} ${message}`),
  stopped: (reason) => stop(reason),
  waiting: (records, reason) => status.queue(records, byItem, reason),
});
const clock = new Clock(bar, words, (text) => status.say(text), timeOver);
clock.set(bar.dataset.serverTime, bar.dataset.deadline);
clock.start();

const writes = new Set();

/* Keep a change on this device, then let it be sent. */
async function record(question) {
  const item = question.dataset.item;
  const response = read(question);
  navigator.mark(question, response !== null);
  status.kept(question);
  const change = {
    attempt: session.attempt, client, seq: seq++, item, base: versions[item] ?? 0, response, at: new Date().toISOString(),
  };
  const writing = keep(change);
  writes.add(writing);
  try {
    await writing;
  } catch {
    status.note(question, words.no_storage);
  } finally {
    writes.delete(writing);
  }
  sender.flush();
}

const pending = new Map();
function later(question) {
  clearTimeout(pending.get(question));
  status.kept(question);
  pending.set(question, setTimeout(() => now(question), TYPING_PAUSE_MS));
}
function now(question) {
  if (!pending.has(question)) return;
  clearTimeout(pending.get(question));
  pending.delete(question);
  record(question);
}
function nowAll() {
  for (const question of [...pending.keys()]) now(question);
}

for (const question of questions) {
  question.addEventListener('change', (event) => {
    if (!event.target.closest('[data-answer]')) return;
    const list = event.target.closest('[data-order]');
    if (list) list.dataset.touched = '';
    if (tooMany(question, event.target)) return;
    pending.delete(question);
    record(question);
  });
  question.addEventListener('input', (event) => {
    if (event.target.matches('textarea, input[type=text], input:not([type])')) later(question);
  });
  question.addEventListener('focusout', () => now(question));
  question.querySelector('[data-flag]').addEventListener('click', () => {
    navigator.flag(question, !navigator.isFlagged(question));
    sendFlags();
  });
}

/* On a phone a case shows either its documents or its question. */
for (const button of document.querySelectorAll('[data-case-show]')) {
  button.addEventListener('click', () => {
    const box = button.closest('[data-case]');
    box.dataset.show = button.dataset.caseShow;
    for (const other of box.querySelectorAll('[data-case-show]')) {
      other.setAttribute('aria-pressed', String(other === button));
    }
  });
}

/* "Choose two" holds a third tick back with a sentence instead of unticking another. */
function tooMany(question, control) {
  const limit = Number(question.querySelector('[data-limit]')?.dataset.limit);
  if (!limit || !control.checked || (read(question) ?? []).length <= limit) return false;
  control.checked = false;
  status.note(question, words.choose_at_most.replace('{n}', limit));
  return true;
}

const post = (path, body) => fetch(`${session.url}/${path}`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': session.csrf },
  body: JSON.stringify(body ?? {}),
});

async function sendFlags() {
  const flags = questions.filter((question) => navigator.isFlagged(question)).map((question) => question.dataset.item);
  await post('flags', { flags }).catch(() => undefined);
}

/* Sending cannot go on until something is done about it. */
function stop(reason) {
  if (reason === 'closed' || reason === 'late-kept' || reason === 'unknown') leave();
  else if (reason === 'token') renew();
  else if (reason === 'sign-in') document.getElementById('sign-in-again').showModal();
  else if (reason === 'read-only') {
    lock(questions, true);
    document.getElementById('elsewhere').showModal();
  }
}

/* A new right to answer: after signing in again, or to continue on this device. */
async function renew(takeOver = false) {
  try {
    let reply = await (await fetch(`${session.url}/paper`, { headers: { Accept: 'application/json' } })).json();
    session.csrf = reply.csrf ?? session.csrf;
    if (!reply.token && takeOver) reply = await (await post('lease')).json();
    if (!reply.token) return stop('read-only');
    session.token = reply.token;
    lock(questions, false);
    document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
    await sender.resume();
  } catch {
    status.say(words.still_away);
  }
}
document.querySelector('[data-signed-in]').addEventListener('click', () => renew(true));
document.querySelector('[data-take-over]').addEventListener('click', () => renew(true));

async function poll() {
  try {
    const reply = await fetch(`${session.url}/state`, { headers: { Accept: 'application/json' } });
    if (!reply.ok || !reply.headers.get('Content-Type')?.startsWith('application/json')) return;
    const state = await reply.json();
    clock.set(state.server_time, state.deadline);
    if (state.state === 'closed') leave();
    else sender.flush();
  } catch { /* the outbox keeps trying; the banner says so */ }
}
setInterval(poll, POLL_MS);

function leave() {
  clock.stop();
  removeEventListener('beforeunload', warn);
  location.assign(`${session.url}/result`);
}

/* Hand in: first everything that waits, then the attempt itself; offline it waits for the line. */
async function handIn() {
  nowAll();
  await Promise.allSettled([...writes]);
  status.handingIn();
  await sender.flush();
  if ((await waiting(session.attempt)).length && !clock.isOver) {
    status.say(words.hand_in_waits);
    setTimeout(handIn, 2000);
    return;
  }
  const reply = await post('submission').catch(() => null);
  if (reply?.ok) leave();
  else setTimeout(handIn, 2000);
}

function timeOver() {
  nowAll();
  lock(questions, true);
  status.say(words.time_over);
  handIn();
}

document.querySelector('[data-finish]').addEventListener('click', () => {
  const empty = questions.filter((question) => !navigator.isAnswered(question)).length;
  const flagged = questions.filter((question) => navigator.isFlagged(question)).length;
  document.querySelector('[data-finish-text]').textContent = words.summary
    .replace('{answered}', questions.length - empty).replace('{total}', questions.length)
    .replace('{empty}', empty).replace('{flagged}', flagged);
  document.querySelector('[data-finish-time]').textContent = clock.spoken();
  document.getElementById('finish').showModal();
});
document.querySelector('[data-hand-in]').addEventListener('click', (event) => {
  event.preventDefault();
  lock(questions, true);
  document.getElementById('finish').close();
  handIn();
});

function warn(event) {
  if (pending.size || writes.size || status.unsent) event.preventDefault();
}
addEventListener('beforeunload', warn);
addEventListener('pagehide', nowAll);
document.addEventListener('exam:moved', nowAll);
document.addEventListener('visibilitychange', () => { if (document.hidden) nowAll(); });
addEventListener('online', () => sender.resume());
addEventListener('offline', () => sender.flush());
bindKeys(navigator, () => status.say(clock.spoken()));

/* Answers of an earlier visit that never arrived are shown and sent without being asked for. */
for (const record of await waiting(session.attempt)) {
  const question = byItem.get(record.item);
  if (!question) continue;
  write(question, record.response);
  navigator.mark(question, record.response !== null);
  status.kept(question);
}
if (session.token) sender.flush();
else stop('read-only');
document.documentElement.dataset.roomReady = '';
