/* The exam room: every change is kept on this device first, then sent, and called saved only by the server. */
import { fill, read, watch } from '../bank/response.js';
import { Access } from './access.js';
import { Clock } from './clock.js';
import { Ending } from './ending.js';
import { Flags } from './flags.js';
import { bindKeys } from './keys.js';
import { Navigator } from './navigator.js';
import { Outbox } from './outbox.js';
import { Protocol } from './protocol.js';
import { Recorder } from './recorder.js';
import { Sender } from './sender.js';
import { Status } from './status.js';
import { Tabs } from './tabs.js';

const POLL_MS = 10000;

const bar = document.querySelector('[data-exam]');
const words = JSON.parse(bar.dataset.words);
const { attempt, url } = bar.dataset;
const questions = [...document.querySelectorAll('[data-q]')];
const byItem = new Map(questions.map((question) => [question.dataset.item, question]));
const answerOf = (question) => question.querySelector('[data-answer] [data-kind]');
const client = crypto.randomUUID();

document.documentElement.dataset.room = '';
const status = new Status(bar, words);
const paper = new Navigator(questions, words);
const outbox = new Outbox(attempt);
const tabs = new Tabs(client);
const protocol = new Protocol(url, {
  csrf: document.querySelector('meta[name=csrf-token]').content,
  token: bar.dataset.token || null,
});
const flags = new Flags(protocol, attempt);
const recorder = new Recorder(outbox, client, JSON.parse(bar.dataset.versions), {
  kept: (item, isOnDisk) => {
    status.kept(byItem.get(item), isOnDisk);
    sender.flush();
  },
  unchanged: (item) => {
    status.unchanged(byItem.get(item));
    sender.flush();
  },
});

function show(question, response) {
  fill(answerOf(question), response);
  paper.mark(question, response !== null);
}

/* Bring in what the server holds and this window does not. */
function replace(item, version, response) {
  recorder.replaced(item, version, response);
  show(byItem.get(item), response);
}

const sender = new Sender(protocol, outbox, tabs, {
  saved: (change, answer) => {
    recorder.saved(change, answer.version);
    if (!recorder.holds(change.item)) status.saved(byItem.get(change.item), answer.saved_at);
    clock.move(answer.deadline);
  },
  superseded: (change, answer) => {
    replace(change.item, answer.version, answer.response);
    status.note(byItem.get(change.item), words.superseded, true);
    status.say(words.superseded);
  },
  refused: (change, answer) => {
    recorder.dropped(change);
    status.refused(byItem.get(change.item), answer?.message ?? '');
  },
  late: (change) => {
    recorder.dropped(change);
    status.note(byItem.get(change.item), words.late, true);
  },
  stopped: (reason) => access.lost(reason),
  rest: (changes, isAway) => {
    for (const change of changes) status.note(byItem.get(change.item), words.kept);
    status.rest(changes, isAway);
  },
});

const locks = new Set();
function lock(isLocked, reason) {
  if (isLocked) locks.add(reason);
  else locks.delete(reason);
  for (const question of questions) {
    for (const part of [answerOf(question), ...question.querySelectorAll('[data-answer-tool]')]) part.disabled = locks.size > 0;
  }
  document.documentElement.toggleAttribute('data-locked', locks.size > 0);
}

function leave() {
  clock.stop();
  removeEventListener('beforeunload', warn);
  location.assign(`${url}/result`);
}

const access = new Access(protocol, status, words, {
  lock: (isLocked) => lock(isLocked, 'elsewhere'),
  resume: async () => {
    await sender.resume();
    await poll();
  },
  leave,
});
const ending = new Ending(protocol, words, {
  written: () => recorder.written(),
  flush: () => sender.flush(),
  waiting: () => outbox.waiting(),
  stopped: () => sender.stopped,
  halt: (reason) => sender.halt(reason),
}, { lock: (isLocked) => lock(isLocked, 'ending'), leave });
const clock = new Clock(bar, words, (text) => status.say(text), () => ending.timeOver());

for (const question of questions) {
  const root = answerOf(question);
  const { item } = question.dataset;
  recorder.shows(item, read(root));
  watch(root, (response, { typing = false } = {}) => {
    paper.mark(question, response !== null);
    status.editing(question);
    recorder.change(item, response, typing);
  });
  root.addEventListener('focusout', () => recorder.takeAll());
  question.querySelector('[data-clear]').addEventListener('click', () => {
    show(question, null);
    status.editing(question);
    recorder.change(item, null, false);
    question.querySelector('[data-heading]').focus();
  });
  question.querySelector('[data-keep-order]')?.addEventListener('click', () => {
    root.querySelector('[data-order]').dispatchEvent(new Event('change', { bubbles: true }));
  });
  question.querySelector('[data-flag]').addEventListener('click', () => {
    paper.flag(question, !paper.isFlagged(question));
    flags.send(flagged());
  });
}

/* On a phone a case shows either its documents or its question. */
for (const button of document.querySelectorAll('[data-case-show]')) {
  button.addEventListener('click', () => {
    const box = button.closest('[data-case-box]');
    box.dataset.show = button.dataset.caseShow;
    for (const other of box.querySelectorAll('[data-case-show]')) {
      other.setAttribute('aria-pressed', String(other === button));
    }
  });
}

const flagged = () => questions.filter((question) => paper.isFlagged(question)).map(({ dataset }) => dataset.item);

/* Answers of windows that are gone are shown and sent without being asked for. */
async function adopt() {
  for (const change of await tabs.adopt(await outbox.waiting())) {
    const question = byItem.get(change.item);
    if (!question || recorder.holds(change.item)) continue;
    recorder.adopt(change);
    show(question, change.response);
    status.kept(question);
  }
}

async function poll() {
  const { status: code, body } = await protocol.get('state');
  if (code === 401) sender.halt('sign-in');
  if (code !== 200 || !body.server_time) return;
  if (body.state === 'closed' && !(await outbox.waiting()).length) return leave();
  clock.set(body.server_time, body.deadline);
  if (!body.holder && sender.stopped === null) sender.halt('read-only');
  for (const [item, { version, response }] of Object.entries(body.responses)) {
    if (version > (recorder.versions[item] ?? 0) && !recorder.holds(item)) replace(item, version, response);
  }
  flags.flush();
  await adopt();
  sender.flush();
}

function warn(event) {
  if (recorder.isBusy || status.unsent) event.preventDefault();
}

document.querySelector('[data-finish]').addEventListener('click', () => {
  const dialog = document.getElementById('finish');
  paper.summarise(dialog);
  dialog.querySelector('[data-finish-time]').textContent = clock.spoken();
  dialog.showModal();
});
document.querySelector('[data-hand-in]').addEventListener('click', (event) => {
  event.preventDefault();
  ending.handIn();
});
document.getElementById('paper').addEventListener('submit', (event) => {
  event.preventDefault();
  recorder.takeAll();
});
addEventListener('beforeunload', warn);
addEventListener('pagehide', () => recorder.takeAll());
document.addEventListener('exam:moved', () => recorder.takeAll());
document.addEventListener('visibilitychange', () => {
  recorder.takeAll();
  if (!document.hidden) poll();
});
for (const change of ['online', 'offline']) addEventListener(change, () => sender.flush());
bindKeys(paper, () => status.say(clock.spoken()));

if (flags.waiting) {
  for (const question of questions) paper.flag(question, flags.waiting.includes(question.dataset.item));
  flags.flush();
}
await adopt();
clock.set(bar.dataset.serverTime, bar.dataset.deadline);
clock.start();
setInterval(poll, POLL_MS);
if (protocol.right.token) sender.flush();
else sender.halt('read-only');
document.documentElement.dataset.roomReady = '';
