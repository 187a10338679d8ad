/* The exam room: every change is kept on this device first, then sent, and called saved only by the server.
   `room` holds its parts; they find each other there, and further modules (notices, steps) get it as a whole. */
import { Access } from './access.js';
import { Answering } from './answering.js';
import { Clock } from './clock.js';
import { Ending } from './ending.js';
import { Flags } from './flags.js';
import { bindKeys } from './keys.js';
import { Navigator } from './navigator.js';
import { Notices } from './notices.js';
import { Outbox } from './outbox.js';
import { Protocol } from './protocol.js';
import { Recorder } from './recorder.js';
import { Rescue } from './rescue.js';
import { Sender } from './sender.js';
import { standBy } from './standby.js';
import { Status } from './status.js';
import { Steps } from './steps.js';
import { newClient, Tabs } from './tabs.js';
import { Tools } from './tools.js';

const bar = document.querySelector('[data-exam]');
const words = JSON.parse(bar.dataset.words);
const { attempt, url } = bar.dataset;
const questions = [...document.querySelectorAll('[data-q]')];
const client = newClient();

document.documentElement.dataset.room = '';
const byItem = new Map(questions.map((question) => [question.dataset.item, question]));
const locks = new Set();
const room = { attempt, bar, byItem, client, lock, leave, move, poll, questions, words };
room.status = new Status(bar, words);
room.paper = new Navigator(questions, words);
room.outbox = new Outbox(attempt);
room.tabs = new Tabs(client);
room.protocol = new Protocol(url, {
  csrf: document.querySelector('meta[name=csrf-token]').content,
  token: bar.dataset.token || null,
});
room.flags = new Flags(room.protocol, attempt);
room.recorder = new Recorder(room.outbox, client, JSON.parse(bar.dataset.versions), {
  kept: (item, isOnDisk) => {
    room.status.kept(byItem.get(item), isOnDisk);
    room.sender.flush();
  },
  unchanged: (item) => {
    room.status.unchanged(byItem.get(item));
    room.sender.flush();
  },
});
room.answering = new Answering(room);
room.tools = new Tools(room);
room.sender = new Sender(room.protocol, room.outbox, room.tabs, {
  saved: (change, answer) => {
    room.recorder.saved(change, answer.version);
    if (!room.recorder.holds(change.item)) room.status.saved(byItem.get(change.item), answer.saved_at);
    room.clock.move(answer.deadline);
  },
  superseded: (change, answer) => {
    room.answering.replace(change.item, answer.version, answer.response);
    room.status.note(byItem.get(change.item), words.superseded, true);
    room.status.say(words.superseded);
  },
  refused: (change, answer) => {
    room.recorder.dropped(change);
    room.status.refused(byItem.get(change.item), answer?.message ?? '');
  },
  late: (change) => {
    room.recorder.dropped(change);
    room.status.note(byItem.get(change.item), words.late, true);
  },
  stopped: (reason) => (reason === 'paused' ? room.notices.refused() : room.access.lost(reason)),
  rest: (changes, isAway) => {
    for (const change of changes) room.status.note(byItem.get(change.item), words.kept);
    room.status.rest(changes, isAway, room.recorder.isBusy);
    room.rescue.offer(room.status.unsent);
  },
});
room.rescue = new Rescue(attempt, room.outbox, JSON.parse(bar.dataset.recoveryKey ?? 'null'));
room.access = new Access(room.protocol, room.status, words, {
  lock: (isLocked) => lock(isLocked, 'elsewhere'),
  resume: async () => {
    await room.sender.resume();
    await poll();
  },
  leave,
});
room.ending = new Ending(room.protocol, words, {
  written: () => room.recorder.written(),
  flush: () => room.sender.flush(),
  waiting: () => room.outbox.waiting(),
  stopped: () => room.sender.stopped,
  halt: (reason) => room.sender.halt(reason),
}, { lock: (isLocked) => lock(isLocked, 'ending'), leave, poll });
room.clock = new Clock(bar, words, (text) => room.status.say(text), () => room.ending.timeOver());
room.notices = new Notices(room);

/* Nobody can answer while there is any reason not to. */
function lock(isLocked, reason) {
  if (isLocked) locks.add(reason);
  else locks.delete(reason);
  room.answering.lock(locks.size > 0);
}

function leave() {
  room.tools.forget();
  move(`${url}/result`);
}

function move(address) {
  room.clock.stop();
  removeEventListener('beforeunload', warn);
  location.assign(address);
}

async function poll() {
  const { status: code, body } = await room.notices.ask();
  if (code === 401) room.sender.halt('sign-in');
  if (code !== 200 || !body.server_time) return;
  if (body.state === 'closed' && !(await room.outbox.waiting()).length) return room.notices.leave(body);
  room.clock.set(body.server_time, body.deadline);
  room.notices.take(body);
  room.steps?.take(body);
  if (!body.holder && room.sender.stopped === null) room.sender.halt('read-only');
  room.answering.take(body.responses);
  room.flags.flush();
  room.tools.heard(body);
  await room.answering.adopt();
  room.sender.flush();
}

function warn(event) {
  if (room.recorder.isBusy || room.status.unsent) event.preventDefault();
}

document.querySelector('[data-finish]').addEventListener('click', () => {
  const dialog = document.getElementById('finish');
  room.paper.summarise(dialog, room.status.unsent);
  dialog.querySelector('[data-finish-time]').textContent = room.clock.spoken();
  dialog.showModal();
});
document.querySelector('[data-hand-in]').addEventListener('click', (event) => {
  event.preventDefault();
  room.ending.handIn();
});
document.getElementById('paper').addEventListener('submit', (event) => {
  event.preventDefault();
  room.recorder.takeAll();
});
addEventListener('beforeunload', warn);
addEventListener('pagehide', () => room.recorder.takeAll());
document.addEventListener('exam:moved', () => room.recorder.takeAll());
document.addEventListener('visibilitychange', () => {
  room.recorder.takeAll();
  if (!document.hidden) poll();
});
for (const change of ['online', 'offline']) addEventListener(change, () => room.sender.flush());
bindKeys(room.paper, room.tools.striking, { ...room.tools.keys, KeyT: () => room.status.say((room.steps ?? room.clock).spoken()) });

if (room.flags.waiting) {
  for (const question of questions) room.paper.flag(question, room.flags.waiting.includes(question.dataset.item));
  room.flags.flush();
}
await room.answering.adopt();
room.clock.set(bar.dataset.serverTime, bar.dataset.deadline);
room.clock.start();
room.steps = Steps.of(room);
poll();
room.notices.every(poll);
if (room.protocol.right.token) room.sender.flush();
else room.sender.halt('read-only');
standBy(room);
if (!await room.outbox.isOpen()) room.status.bare();
document.documentElement.dataset.roomReady = '';
