/* Responses in the form the exam protocol uses, read from and written into a drawn question.
   `root` is the element with data-kind; null is no answer. */

const text = (root) => {
  const value = root.querySelector('input, textarea').value;
  return value.trim() ? value : null;
};
const checked = (root) => [...root.querySelectorAll('input:checked')].map((input) => input.value);
const parts = (root) => {
  const pairs = [...root.querySelectorAll('[data-part]')].filter((control) => control.value.trim());
  return pairs.length ? Object.fromEntries(pairs.map((control) => [control.dataset.part, control.value])) : null;
};
const rows = (root) => {
  const given = {};
  for (const input of root.querySelectorAll('input:checked')) (given[input.dataset.row] ??= []).push(input.value);
  return Object.keys(given).length ? given : null;
};
/* A point counts once both of its numbers are whole. */
const points = (root) => {
  const pairs = [...root.querySelectorAll('[data-point]')].map((row) => [...row.querySelectorAll('input')]);
  const whole = pairs.filter((pair) => pair.every((input) => /^\d+$/.test(input.value.trim()) && input.validity.valid));
  return whole.length ? whole.map((pair) => pair.map((input) => Number(input.value))) : null;
};
const several = (root) => (checked(root).length ? checked(root) : null);
const order = (root) => {
  const list = root.querySelector('[data-order]');
  return 'touched' in list.dataset ? [...list.children].map((row) => row.dataset.id) : null;
};

const readers = {
  single: (root) => checked(root)[0] ?? null,
  multiple: several,
  true_false: (root) => ({ true: true, false: false })[checked(root)[0]] ?? null,
  numeric: text,
  short_text: text,
  essay: text,
  matching: parts,
  cloze: parts,
  gap_match: parts,
  matrix: rows,
  hotspot: (root) => (root.querySelector('[data-point]') ? points(root) : several(root)),
  ordering: order,
};

/* The response that the controls of `root` hold now. */
export function read(root) {
  return readers[root.dataset.kind](root);
}

/* Put a saved response into the controls of `root`. */
export function fill(root, response) {
  const kind = root.dataset.kind;
  if (kind === 'ordering') return arrange(root.querySelector('[data-order]'), response);
  if (root.querySelector('[data-point]')) putPoints(root, response);
  else put(root, response);
  root.dispatchEvent(new Event('filled'));
}

function putPoints(root, response) {
  root.querySelectorAll('[data-point]').forEach((row, place) => {
    const [x, y] = row.querySelectorAll('input');
    [x.value, y.value] = response?.[place] ?? ['', ''];
  });
}

function put(root, response) {
  const values = [response].flat().map(String);
  for (const control of root.querySelectorAll('input, select, textarea')) {
    if (control.dataset.row) control.checked = Boolean(response?.[control.dataset.row]?.includes(control.value));
    else if (control.type === 'radio' || control.type === 'checkbox') control.checked = response !== null && values.includes(control.value);
    else if (control.dataset.part) control.value = response?.[control.dataset.part] ?? '';
    else if (control.type !== 'hidden') control.value = response ?? '';
  }
}

/* Watch a question: an order counts as an answer once somebody moved a row. */
export function watch(root, changed) {
  root.addEventListener('change', (event) => {
    if (event.target.matches('[data-order]')) event.target.dataset.touched = '';
    if (withinLimit(root, event.target)) changed(read(root));
  });
  root.addEventListener('input', (event) => {
    if (event.target.matches('input:not([type=radio], [type=checkbox]), textarea')) changed(read(root), { typing: true });
  });
}

/* "Choose exactly 2" keeps a third tick out with a sentence instead of unticking another. */
function withinLimit(root, control) {
  const hint = root.querySelector('[data-limit]');
  if (!hint || !control.checked || checked(root).length <= Number(hint.dataset.limit)) return true;
  control.checked = false;
  hint.textContent = hint.dataset.limitReached;
  return false;
}

function arrange(list, ids) {
  if (!ids) {
    delete list.dataset.touched;
    return;
  }
  for (const id of ids) list.append(list.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`));
  list.dataset.touched = '';
}
