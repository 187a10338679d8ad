/* The blueprint's grid: totals while typing, and whether the bank has enough for all forms. */
const GENEROUS = 2;
const SPAN = /^(\d+(?:\.\d+)?)(?:\s*[-–—~～]\s*(\d+(?:\.\d+)?)|\s*(\+))?$/;

for (const form of document.querySelectorAll('[data-assembly]')) {
  const words = JSON.parse(form.dataset.words);
  form.addEventListener('input', (event) => {
    if (event.target.matches('[data-place]')) {
      total(form, event.target.dataset.place);
      total(form, 'all');
    }
    if (event.target.matches('[data-place], #forms, #overlap')) judge(form, words);
  });
}

/* Least and most of what was typed; nothing where it is no number. */
function span(text) {
  const found = SPAN.exec(text.trim());
  if (!found) return { least: 0, most: 0, open: false };
  return { least: Number(found[1]), most: Number(found[2] ?? found[1]), open: Boolean(found[3]) };
}

function total(form, place) {
  const wanted = place === 'all' ? '[data-place]:not([data-place=case])' : `[data-place=${place}]`;
  const spans = [...form.querySelectorAll(wanted)].map((input) => span(input.value));
  const least = spans.reduce((sum, one) => sum + one.least, 0);
  const most = spans.reduce((sum, one) => sum + one.most, 0);
  const shown = spans.some((one) => one.open) ? `${least}+` : least === most ? `${least}` : `${least}–${most}`;
  form.querySelector(`[data-total=${place}]`).textContent = shown;
}

/* Forms that share nothing need their items all at once. */
function judge(form, words) {
  const apart = Number(form.querySelector('#overlap').value || 0) === 0;
  const times = apart ? Number(form.querySelector('#forms').value) || 1 : 1;
  for (const input of form.querySelectorAll('[data-place]')) {
    const need = times * span(input.value).least;
    const stock = Number(input.dataset.stock);
    const state = need > stock ? 'short' : need && need * GENEROUS > stock ? 'thin' : 'ok';
    const supply = document.getElementById(`${input.id}-of`);
    supply.dataset.state = state;
    supply.querySelector('[data-word]').textContent = words[state] ?? '';
  }
}
