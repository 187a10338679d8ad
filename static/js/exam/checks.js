/* What the lobby finds out about a device, before it matters. Each check is really tried, and resolves to
   {kind, word, text, values}: `kind` ok, warn or nothing, `word` the verdict, `text` the sentence, by their names. */
import { Outbox } from './outbox.js';
import { register } from './standby.js';

const REQUESTS = 5;
const GIVE_UP_MS = 5000;
const SLOW_MS = 1000;
const WORKER_MS = 10000;
const TIGHT_BYTES = 5e6;
const TOLERATED_SECONDS = 2;
const DAY_SECONDS = 86400;

const ready = (text, values) => ({ kind: 'ok', word: 'ready', text, values });
const look = (text, values) => ({ kind: 'warn', word: 'look', text, values });
const harmless = (text, values) => ({ kind: 'ok', word: 'no_action', text, values });

/* Keep an answer that belongs to no exam, read it back, and take it away again. */
export async function storage() {
  const outbox = new Outbox('device-check');
  const probe = { attempt: 'device-check', client: 'check', seq: 0, item: 'check', base: 0, after: null, response: Date.now(), at: '' };
  const isKept = await outbox.keep(probe);
  const found = await outbox.waiting();
  for (const change of found) await outbox.settle(change);
  if (!isKept || !found.some((change) => change.id && change.response === probe.response)) return look('storage_bad');
  const { quota, usage } = await navigator.storage?.estimate?.().catch(() => null) ?? {};
  if (quota - usage < TIGHT_BYTES) return look('storage_tight', { mb: ((quota - usage) / 1e6).toFixed(1) });
  return ready('storage_ok');
}

/* One question to the server: how long it took, and how far its clock is ahead of ours. Its Date has whole seconds. */
async function ask(url) {
  const began = performance.now();
  try {
    const reply = await fetch(url, { cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout?.(GIVE_UP_MS) });
    const text = await reply.text(); // an answer that nobody reads keeps its connection busy
    const taken = performance.now() - began;
    const date = Date.parse(reply.headers.get('Date')) + 500;
    if (reply.ok && isOurs(text)) return { taken, ahead: (date + taken / 2 - Date.now()) / 1000 };
    return { isForeign: reply.status < 500 };
  } catch {
    return {};
  }
}

function isOurs(text) {
  try {
    return JSON.parse(text).status === 'up';
  } catch {
    return false; // a network with a sign-in page of its own answers in the server's place
  }
}

/* Ask a few times, one after the other; who does not answer twice at first is away. */
export async function questions(url) {
  const replies = [];
  for (let number = 0; number < REQUESTS; number += 1) {
    if (number === 2 && !replies.some((reply) => reply.taken)) break;
    replies.push(await ask(url));
  }
  return replies;
}

export function line(replies) {
  const good = replies.filter((reply) => reply.taken).sort((one, other) => one.taken - other.taken);
  const lost = replies.length - good.length;
  if (!good.length) return look(replies.some((reply) => reply.isForeign) ? 'line_foreign' : 'line_bad');
  const values = { ms: Math.round(good[good.length >> 1].taken), lost, all: replies.length };
  if (lost) return look('line_lost', values);
  return values.ms > SLOW_MS ? look('line_slow', values) : ready('line_ok', values);
}

/* The quickest answer says it best. */
export function clock(replies) {
  const [best] = replies.filter((reply) => Number.isFinite(reply.ahead)).sort((one, other) => one.taken - other.taken);
  if (!best) return { kind: '', word: 'unknown', text: 'clock_unknown' };
  const off = Math.abs(best.ahead);
  if (off <= TOLERATED_SECONDS) return ready('clock_ok');
  const values = { time: span(off) };
  if (off >= DAY_SECONDS) return look('clock_date', values);
  return harmless(best.ahead > 0 ? 'clock_behind' : 'clock_ahead', values);
}

/* A span of time in words, in the language of the page. */
function span(seconds) {
  const [unit, size] = [['day', DAY_SECONDS], ['hour', 3600], ['minute', 60], ['second', 1]].find(([, one]) => seconds >= 2 * one) ?? ['second', 1];
  const format = new Intl.NumberFormat(document.documentElement.lang, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 });
  return format.format(seconds / size);
}

/* Without these the room does not work; without the others it does, with less. */
const NEEDED = {
  dialogs: () => 'showModal' in HTMLDialogElement.prototype && CSS.supports('selector(:modal)'),
  requests: () => 'timeout' in AbortSignal,
  scripts: () => 'findLast' in Array.prototype && 'replaceAll' in String.prototype,
};
const HELPFUL = {
  windows: () => 'locks' in navigator,
  file: () => Boolean(globalThis.crypto?.subtle),
  settings: () => {
    localStorage.setItem('device-check', '1');
    localStorage.removeItem('device-check');
    return true;
  },
};

function missing(features) {
  return Object.keys(features).filter((name) => {
    try {
      return !features[name]();
    } catch {
      return true;
    }
  });
}

/* `names` says what each feature is called. */
export function browser(names) {
  const listed = (found) => found.map((name) => names[name]).join(', ');
  const [needed, helpful] = [missing(NEEDED), missing(HELPFUL)];
  if (needed.length) return look('browser_old', { list: listed([...needed, ...helpful]) });
  if (!helpful.length) return ready('browser_ok');
  return look(isSecureContext ? 'browser_less' : 'browser_insecure', { list: listed(helpful) });
}

/* Install the page that stands in for the room while the line is away. */
export async function worker(url) {
  if (!navigator.serviceWorker) return look(isSecureContext ? 'worker_bad' : 'worker_insecure');
  const late = new Promise((resolve) => { setTimeout(resolve, WORKER_MS, false); });
  const isThere = await Promise.race([register(url).then(installed), late]).catch(() => false);
  return isThere ? ready('worker_ok') : look('worker_bad');
}

function installed({ active, installing, waiting }) {
  const coming = installing ?? waiting;
  if (!coming) return Boolean(active);
  return new Promise((resolve) => {
    const tell = () => {
      if (coming.state === 'activated') resolve(true);
      if (coming.state === 'redundant') resolve(false);
    };
    coming.addEventListener('statechange', tell);
    tell();
  });
}
