/* The page around the verifier: takes a file or a text, shows the verdict. */
import { readSets } from './credential.js';
import { openCheckpoint } from './log.js';
import { examine } from './verify.js';

const root = document.querySelector('[data-offline]');
const words = new Map([...root.querySelectorAll('[data-words] > li')].map((one) => [one.dataset.code, one.textContent]));
const say = (code, facts = {}) =>
  (words.get(code) ?? code).replaceAll(/%\((\w+)\)s/g, (_, name) => facts[name] ?? '–');
const element = (tag, text, className = '') => {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
};
const KINDS = { valid: 'ok', expired: 'warn', suspended: 'warn', revoked: 'bad', altered: 'bad' };
const LANGUAGE = document.documentElement.lang;
const COLON = LANGUAGE.startsWith('zh') ? '：' : ': ';
const MOMENT = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'long', hourCycle: 'h23' });
const RESULTS = { pass: 'ok', fail: 'bad', 'not-checked': 'none' };

const fetchText = async (path) => {
  const reply = await fetch(`${root.dataset.base}${path.replace(/^\//, '')}`, { credentials: 'omit' });
  return reply.ok ? reply.text() : null;
};

async function openTrust() {
  const source = await fetchText('/.well-known/probity-keys.json');
  if (source === null) throw new Error('keys');
  const sets = readSets(JSON.parse(source));
  const note = await fetchText('/log/checkpoint').catch(() => null);
  const checkpoint = note && await openCheckpoint(note, sets.map(({ log }) => log).filter(Boolean));
  const host = checkpoint ? checkpoint.origin.split('/')[0] : null;
  return { sets, checkpoint, fetchText, host };
}

async function check(bytes) {
  const place = root.querySelector('[data-verdict]');
  place.replaceChildren();
  let verdict;
  if (!globalThis.crypto?.subtle) {
    verdict = { status: 'unreadable', problem: 'no-crypto', checks: [], reasons: [] };
  } else {
    try {
      verdict = await examine(bytes, await openTrust());
    } catch {
      verdict = { status: 'unreadable', problem: 'no-keys', checks: [], reasons: [] };
    }
  }
  show(place, verdict);
  place.focus();
}

function show(place, { status, problem, reasons, checks, stated, recorded, asOf }) {
  place.className = `card stack outcome outcome--${KINDS[status] ?? 'none'}`;
  place.dataset.status = status;
  place.append(element('h2', say(`verdict:${status}`)));
  const told = problem ? [say(`problem:${problem}`)] : reasons.map((reason) => say(`reason:${reason}`));
  const list = element('ul', '', 'verify-reasons');
  list.append(...told.filter((line) => !line.startsWith('reason:')).map((line) => element('li', line)));
  if (list.childElementCount) place.append(list);
  if (stated) place.append(facts(stated, recorded, asOf));
  if (checks.length) place.append(findings(checks));
}

/* A moment as the reader writes it, in the reader's zone; anything else as the file states it. */
const readable = (value) =>
  (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? MOMENT.format(new Date(value)) : value);

function facts(stated, recorded, asOf) {
  const list = element('dl', '', 'ledger');
  const moments = { recorded, 'as-of': asOf };
  const rows = Object.entries(stated).map(([name, value]) => [say(`field:${name}`), value]);
  for (const [name, at] of Object.entries(moments)) {
    if (at) rows.push([say(`field:${name}`), at.toISOString()]);
  }
  for (const [name, value] of rows) {
    const row = element('div', '');
    row.append(element('dt', name), element('dd', readable(value)));
    list.append(row);
  }
  return list;
}

function findings(checks) {
  const list = element('ul', '', 'checks');
  for (const { name, code, result, facts: told } of checks) {
    const item = element('li', '', `checks__i checks__i--${RESULTS[result]}`);
    const inside = element('div', '');
    inside.append(element('strong', `${say(`check:${name}`)}${COLON}${say(`result:${result}`)}`),
      element('p', say(`found:${code}`, told), 'muted small'));
    item.append(inside);
    list.append(item);
  }
  return list;
}

const file = root.querySelector('input[type=file]');
file.addEventListener('change', async () => {
  const [chosen] = file.files;
  if (chosen) await check(chosen.size > 6e6 ? new Uint8Array(6e6) : new Uint8Array(await chosen.arrayBuffer()));
});
const drop = root.querySelector('[data-drop]');
for (const kind of ['dragover', 'drop']) drop.addEventListener(kind, (event) => event.preventDefault());
drop.addEventListener('drop', (event) => {
  file.files = event.dataTransfer.files;
  file.dispatchEvent(new Event('change'));
});
root.querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  check(new TextEncoder().encode(root.querySelector('textarea').value.trim()));
});
for (const hidden of root.querySelectorAll('[data-with-script]')) hidden.hidden = false;
if (file.files.length) file.dispatchEvent(new Event('change')); // chosen before this script was here
