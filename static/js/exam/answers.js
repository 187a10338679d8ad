/* Reads and writes the response of one question in the page, by its kind. */

const controls = (question) =>
  [...question.querySelectorAll('[data-answer] input, [data-answer] select, [data-answer] textarea')];

const partOf = (control, item) => control.name.slice(item.length + 1);

function mapping(question) {
  const found = controls(question)
    .filter((control) => control.value.trim() !== '')
    .map((control) => [partOf(control, question.dataset.item), control.value]);
  return found.length ? Object.fromEntries(found) : null;
}

const readers = {
  single: (q) => controls(q).find((c) => c.checked)?.value ?? null,
  true_false: (q) => {
    const chosen = controls(q).find((c) => c.checked)?.value;
    return chosen === undefined ? null : chosen === 'true';
  },
  multiple: (q) => {
    const chosen = controls(q).filter((c) => c.checked).map((c) => c.value);
    return chosen.length ? chosen : null;
  },
  numeric: (q) => controls(q)[0].value.trim() || null,
  short_text: (q) => controls(q)[0].value.trim() || null,
  matching: mapping,
  cloze: mapping,
  ordering: (q) => {
    const list = q.querySelector('[data-order]');
    return list.dataset.touched === undefined ? null : [...list.children].map((row) => row.dataset.id);
  },
};

/* The response as the protocol wants it; null when nothing is answered. */
export const read = (question) => readers[question.dataset.kind](question);

function writeMapping(question, response) {
  for (const control of controls(question)) {
    control.value = response?.[partOf(control, question.dataset.item)] ?? '';
  }
}

function writeChoice(question, chosen) {
  for (const control of controls(question)) control.checked = chosen.includes(control.value);
}

const writers = {
  single: (q, value) => writeChoice(q, value === null ? [] : [value]),
  true_false: (q, value) => writeChoice(q, value === null ? [] : [String(value)]),
  multiple: (q, value) => writeChoice(q, value ?? []),
  numeric: (q, value) => { controls(q)[0].value = value ?? ''; },
  short_text: (q, value) => { controls(q)[0].value = value ?? ''; },
  matching: writeMapping,
  cloze: writeMapping,
  ordering: (q, value) => {
    const list = q.querySelector('[data-order]');
    if (value === null) {
      delete list.dataset.touched;
      return;
    }
    list.dataset.touched = '';
    const rows = new Map([...list.children].map((row) => [row.dataset.id, row]));
    list.append(...value.map((id) => rows.get(id)).filter(Boolean));
  },
};

/* Show a response that came from elsewhere: the server's newer one, or one kept on this device. */
export const write = (question, response) => writers[question.dataset.kind](question, response ?? null);

/* Stop or allow answering. */
export function lock(questions, locked) {
  for (const question of questions) {
    for (const control of question.querySelectorAll('input, select, textarea, button')) control.disabled = locked;
  }
}
