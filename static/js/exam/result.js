/* A result that is being marked, or a certificate that is being made, appears without being asked for.
   Prints the report. */
const EVERY_MS = 2000;
const MOST_TRIES = 60;

const watched = document.querySelector('[data-result-watch]');
const { resultWatch, status, certificate } = watched.dataset;

async function look(tries) {
  try {
    const facts = await (await fetch(resultWatch, { headers: { Accept: 'application/json' }, cache: 'no-store' })).json();
    const changed = facts.status !== status || (facts.certificate?.status ?? '') !== certificate;
    if (changed) return location.reload();
  } catch { /* the next look may succeed */ }
  if (tries < MOST_TRIES) setTimeout(() => look(tries + 1), EVERY_MS);
}

if (status === 'pending' || certificate === 'issuing') setTimeout(() => look(1), EVERY_MS);

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}
