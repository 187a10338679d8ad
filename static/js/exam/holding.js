/* Stands in for the room while it cannot be loaded: what is safe, when the exam ends, and on as soon as it can be. */
import { known } from './known.js';
import { Outbox } from './outbox.js';
import { Rescue } from './rescue.js';

const [FIRST_MS, LONGEST_MS] = [2000, 10000];

const box = document.querySelector('[data-holding]');
const words = JSON.parse(box.dataset.words);
const attempt = location.pathname.split('/')[2];
const put = (name, text) => {
  const place = box.querySelector(`[data-${name}]`);
  if (place.textContent !== text) place.textContent = text;
};
let wait = FIRST_MS;
let timer = null;

async function count(outbox, rescue) {
  const waiting = new Set((await outbox.waiting()).map(({ item }) => item)).size;
  put('count', ({ 0: words.none, 1: words.one }[waiting] ?? words.many).replace('{n}', waiting));
  rescue.offer(waiting);
}

function tell({ deadline, ahead, zone, title }) {
  put('title', title ?? '');
  if (!deadline) return;
  const left = Math.ceil((Date.parse(deadline) - Date.now() - ahead) / 60000);
  const at = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const text = left > 0 ? words.ends : words.over;
  put('end', text.replace('{time}', at.format(new Date(deadline))).replace('{n}', left));
}

/* Only the server's own word that it is up counts: anybody may answer with a page. */
async function look() {
  clearTimeout(timer);
  put('state', words.trying);
  try {
    const reply = await fetch('/readyz', { cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(8000) });
    if ((await reply.json()).status === 'ready') return location.reload();
  } catch { /* still away */ }
  put('state', words.away);
  timer = setTimeout(look, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_MS);
  return null;
}

const outbox = new Outbox(attempt);
const facts = known(attempt);
const rescue = new Rescue(attempt, outbox, facts.key ? JSON.parse(facts.key) : null);
await count(outbox, rescue);
tell(facts);
setInterval(() => tell(facts), 10000);
box.querySelector('[data-again]').addEventListener('click', look);
addEventListener('online', look);
timer = setTimeout(look, FIRST_MS);
document.documentElement.dataset.holdingReady = '';
