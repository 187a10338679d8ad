/* The exam editor: totals while typing, and what the bank says to a draft without a new page.
   The server draws everything that is more than a sum; what it sends is read as a document. */
import { bind } from '../app.js';

const PAUSE = 900;
const GENEROUS = 2;

for (const form of document.querySelectorAll('[data-blueprint]')) enhance(form);

function enhance(form) {
  const words = JSON.parse(form.dataset.words);
  let timer;
  let running;

  form.addEventListener('input', (event) => {
    const input = event.target;
    if (input.matches('[data-stock]')) count(input, words);
    if (input.closest('[data-part=blueprint]') || input.name === 'minutes') {
      clearTimeout(timer);
      timer = setTimeout(() => send('recount', ['findings']), PAUSE);
    }
  });
  form.addEventListener('change', (event) => {
    if (event.target.name === 'demonstration') send('recount', ['blueprint', 'findings']);
    if (event.target.name === 'course') send('recount', ['before']);
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[name=do]');
    if (!button || button.value === 'save') return;
    event.preventDefault();
    send(button.value, ['blueprint', 'findings', 'documents']);
  });

  function send(command, parts) {
    clearTimeout(timer);
    running?.abort();
    const data = new FormData(form);
    data.set('do', command);
    running = new XMLHttpRequest();
    running.open('POST', form.action);
    running.responseType = 'document';
    running.addEventListener('load', (event) => {
      const page = event.target.response;
      if (event.target.status === 200 && page) replace(page, parts, command);
    });
    running.send(data);
  }

  function replace(page, parts, command) {
    const focused = document.activeElement?.id;
    for (const name of parts) {
      const fresh = page.querySelector(`[data-part=${name}]`);
      if (!fresh) continue;
      const here = document.adoptNode(fresh);
      form.querySelector(`[data-part=${name}]`).replaceWith(here);
      bind(here);
    }
    if (command === 'add') form.querySelector('[data-section]:last-of-type input:not([type=hidden])')?.focus();
    else if (focused) document.getElementById(focused)?.focus();
  }
}

/* The sums beside one input, and whether the bank has enough for it alone. */
function count(input, words) {
  const table = input.closest('[data-matrix]');
  const add = (inputs) => [...inputs].reduce((sum, one) => sum + whole(one.value), 0);
  const row = input.closest('tr');
  row.querySelector('[data-row-total]').textContent = add(row.querySelectorAll('[data-stock]'));
  const { column } = input.dataset;
  table.querySelector(`[data-column-total="${column}"]`).textContent = add(table.querySelectorAll(`[data-column="${column}"]`));
  const further = input.closest('[data-section]').querySelectorAll('[data-further]');
  table.querySelector('[data-section-total]').textContent = add(table.querySelectorAll('[data-stock]')) + add(further);

  const need = whole(input.value);
  const stock = Number(input.dataset.stock);
  const supply = document.getElementById(`${input.id}-of`);
  const state = need > stock ? 'short' : need * GENEROUS > stock ? 'thin' : 'ok';
  supply.dataset.state = state;
  supply.querySelector('[data-word]').textContent = words[state] ?? '';
}

function whole(text) {
  return /^\d+$/.test(text.trim()) ? Number(text) : 0;
}
