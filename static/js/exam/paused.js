/* The page of a paused exam: asks now and then, and goes on by itself when the exam does. */
const POLL_MS = 6000;

const box = document.querySelector('[data-paused]');
const csrf = document.querySelector('meta[name=csrf-token]').content;

function ask() {
  const shared = { headers: { Accept: 'application/json' }, cache: 'no-store', redirect: 'error' };
  if (!('watched' in box.dataset)) return fetch(`${box.dataset.paused}/state`, shared);
  return fetch(`${box.dataset.paused}/presence`, {
    ...shared,
    method: 'POST',
    headers: { ...shared.headers, 'Content-Type': 'application/json', 'X-CSRFToken': csrf },
    body: JSON.stringify({ item: '', waiting: 0 }),
  });
}

async function look() {
  try {
    const reply = await ask();
    const state = reply.ok ? await reply.json() : null;
    if (state && (!state.paused || state.state === 'closed')) return location.reload();
  } catch {
    /* the line is away: ask again later */
  }
  return setTimeout(look, POLL_MS * (0.75 + Math.random() / 2));
}

document.documentElement.dataset.room = '';
if (!('unsaved' in box.dataset)) look();
