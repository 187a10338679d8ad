/* Shows how far the papers of a sitting are while they are drawn. */
const card = document.querySelector('[data-papers][data-drawing]');
const EVERY_MS = 1500;

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

async function look(words) {
  const reply = await fetch(card.dataset.papers, { headers: { Accept: 'application/json' }, cache: 'no-store' });
  if (!reply.ok) throw new Error(String(reply.status));
  const state = await reply.json();
  const meter = card.querySelector('meter');
  meter.max = state.of || 1;
  meter.value = state.ready;
  card.querySelector('.prog__row strong').textContent = fill(words.count, state);
  if (state.state === 'drawing') return true;
  if (state.state === 'lacking' || state.ready < state.of) location.reload();
  else card.querySelector('[data-news]').textContent = words.done;
  return false;
}

if (card) {
  const words = JSON.parse(card.dataset.words);
  const again = () => setTimeout(() => look(words).catch(() => true).then((goes) => goes && again()), EVERY_MS);
  card.querySelector('[data-news]').textContent = '';
  again();
}
