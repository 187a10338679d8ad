/* Shows how far an import or an export is, and loads the page again when it is over. */
const card = document.querySelector('[data-progress]');
const EVERY_MS = 1000;

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => Number(values[name]).toLocaleString(document.documentElement.lang));
}

function show(state) {
  if (!('done' in state)) return;
  const bar = card.querySelector('progress');
  const most = state.of || state.about;
  if (most) {
    bar.max = most;
    bar.value = state.done;
  }
  card.querySelector('[data-words]').textContent = fill(state.of ? card.dataset.count : card.dataset.found, state);
}

async function look() {
  const reply = await fetch(card.dataset.progress, { headers: { Accept: 'application/json' }, cache: 'no-store' });
  if (!reply.ok) throw new Error(String(reply.status));
  const state = await reply.json();
  if (!state.is_running) location.reload();
  else show(state);
  return state.is_running;
}

if (card) {
  const again = () => setTimeout(() => look().catch(() => true).then((goes) => goes && again()), EVERY_MS);
  again();
}
