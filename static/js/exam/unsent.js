/* On the page of a result: answers that this device still holds. What may come late is sent and waits for a decision;
   what came after a hand-in can only go into a file. */
import { Outbox } from './outbox.js';
import { Protocol } from './protocol.js';
import { Rescue } from './rescue.js';
import { Sender } from './sender.js';

const box = document.querySelector('[data-unsent]');
const { attempt, recoveryKey, token, unsent } = box.dataset;
const everybody = { owns: () => true };
const nothing = () => {};

const outbox = new Outbox(attempt);
const rescue = new Rescue(attempt, outbox, JSON.parse(recoveryKey));
const csrf = document.querySelector('meta[name=csrf-token]').content;
let hasArrived = false;

const arrived = () => { hasArrived = true; };
const sender = new Sender(new Protocol(unsent.replace(/\/$/, ''), { csrf, token }), outbox, everybody, {
  saved: arrived,
  superseded: nothing,
  refused: nothing,
  late: arrived,
  stopped: nothing,
  rest: (changes) => {
    const count = new Set(changes.map(({ item }) => item)).size;
    box.querySelector('[data-unsent-count]').textContent = count;
    box.hidden = count === 0;
    rescue.offer(count);
    if (hasArrived && count === 0) location.reload();
  },
});

if ((await outbox.waiting()).length) sender.flush();
