/* Device check in the lobby: tries what the exam room needs, and says in words what came of it. */
import { browser, clock, line, questions, storage, worker } from './checks.js';

const card = document.querySelector('[data-device-check]');
const words = JSON.parse(card.dataset.words);

let isRunning = false;

function mark(badge, kind, word) {
  badge.classList.toggle('badge--ok', kind === 'ok');
  badge.classList.toggle('badge--warn', kind === 'warn');
  badge.querySelector('[data-word]').textContent = word;
}

function show(check, kind, word, text) {
  const row = card.querySelector(`[data-check=${check}]`);
  row.querySelector('[data-detail]').textContent = text;
  mark(row.querySelector('[data-verdict]'), kind, word);
}

/* Show what a check found; tells whether there is nothing to look at. */
async function take(check, finding) {
  const { kind, word, text, values = {} } = await finding;
  show(check, kind, words[word], words[text].replace(/\{(\w+)\}/g, (_, name) => values[name]));
  return kind !== 'warn';
}

/* The check is done: the next step is to agree to the rules. */
function moveOn() {
  const steps = [...document.querySelectorAll('.stepper li')];
  if (!steps[1]?.hasAttribute('aria-current')) return;
  steps[1].removeAttribute('aria-current');
  steps[1].className = 'is-done';
  steps[1].firstElementChild.append(Object.assign(document.createElement('span'), { className: 'visually-hidden', textContent: words.done }));
  steps[2].setAttribute('aria-current', 'step');
}

async function run() {
  if (isRunning) return;
  isRunning = true;
  const summary = card.querySelector('[data-summary] [data-verdict]');
  const asked = questions(card.dataset.url);
  const checks = {
    storage: storage().catch(() => ({ kind: 'warn', word: 'look', text: 'storage_bad' })),
    line: asked.then(line),
    clock: asked.then(clock),
    browser: browser(words.features),
    ...(card.dataset.worker && { worker: worker(card.dataset.worker) }),
  };
  mark(summary, '', words.checking);
  for (const check of Object.keys(checks)) show(check, '', '', words.checking);
  const results = await Promise.all(Object.entries(checks).map((one) => take(...one)));
  const bad = results.filter((isGood) => !isGood).length;
  mark(summary, bad ? 'warn' : 'ok', bad ? words.to_look.replace('{n}', bad) : words.all_ready);
  if (!bad) moveOn();
  isRunning = false;
}

addEventListener('keydown', (event) => {
  if (/^[1-8]$/.test(event.key) && !event.target.matches('input:not([type=checkbox]), textarea, select')) {
    show('keyboard', 'ok', words.works, words.key.replaceAll('{key}', event.key));
  }
});
const again = card.querySelector('[data-again]');
again.addEventListener('click', run);
for (const part of [again, card.querySelector('[data-check=keyboard]')]) part.hidden = false;
run();
