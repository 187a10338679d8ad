/* Shows how far the search for forms is, and loads the result when there is one. */
const card = document.querySelector('[data-assembling]');
const EVERY_MS = 1000;

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

async function look(words) {
  const reply = await fetch(card.dataset.assembling, { headers: { Accept: 'application/json' }, cache: 'no-store' });
  if (!reply.ok) throw new Error(String(reply.status));
  const state = await reply.json();
  if (state.state !== 'waiting') {
    location.reload();
    return false;
  }
  card.querySelector('meter').value = state.seconds;
  card.querySelector('.prog__row strong').textContent = fill(words.seconds, state);
  if (state.gap !== null) {
    const gap = (state.gap * 100).toFixed(1);
    card.querySelector('[data-news]').textContent = fill(words.gap, { gap });
  }
  return true;
}

if (card) {
  const words = JSON.parse(card.dataset.words);
  const again = () => setTimeout(() => look(words).catch(() => true).then((goes) => goes && again()), EVERY_MS);
  again();
}
