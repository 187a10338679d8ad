/* Shows the page of a design while its form is filled in; the worker makes it. Waits for a proof. */
const PAUSE_MS = 700;
const EVERY_MS = 500;
const MOST_LOOKS = 60;

const form = document.querySelector('form[data-preview]');
const page = document.querySelector('[data-preview-page]');
const state = document.querySelector('[data-preview-state]');
const errors = document.querySelector('[data-preview-errors]');
let turn = 0;
let timer = 0;

const rest = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

function tell(what, list = []) {
  state.textContent = state.dataset[what];
  errors.replaceChildren(...list.map((words) => {
    const line = document.createElement('li');
    line.textContent = words;
    return line;
  }));
  errors.hidden = list.length === 0;
}

/* Everything but the files: those come with saving. */
function filled() {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

async function made(address, mine) {
  for (let look = 0; look < MOST_LOOKS && mine === turn; look += 1) {
    const reply = await fetch(address, { headers: { Accept: 'application/json' }, cache: 'no-store' });
    if (!reply.ok) throw new Error(String(reply.status));
    const found = await reply.json();
    if (found.done) return found;
    await rest(EVERY_MS);
  }
  return null;
}

async function show() {
  turn += 1;
  const mine = turn;
  tell('making');
  const token = document.querySelector('meta[name=csrf-token]').content;
  const reply = await fetch(form.dataset.preview, { method: 'POST', body: filled(), headers: { 'X-CSRFToken': token } });
  const asked = await reply.json();
  if (mine !== turn) return;
  if (!reply.ok) {
    tell('failed', asked.errors || [asked.message].filter(Boolean));
    return;
  }
  const found = await made(asked.address, mine);
  if (mine !== turn || !found) return;
  const [first] = found.pages;
  if (first && first.address) {
    page.src = first.address;
    page.hidden = false;
  }
  tell(first && first.address ? 'made' : 'failed', found.flaws);
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => { show().catch(() => tell('failed')); }, PAUSE_MS);
}

if (form) {
  for (const one of [form, document.querySelector('#sample')]) one.addEventListener('input', soon);
}

async function lookAgain() {
  const answer = await fetch(location.href).then((reply) => reply.text(), () => 'data-waiting');
  if (!answer.includes('data-waiting')) location.reload();
  else setTimeout(lookAgain, 1500);
}

if (document.querySelector('[data-waiting]') && !document.querySelector('.field__error:not([hidden])')) {
  setTimeout(lookAgain, 1000);
}
