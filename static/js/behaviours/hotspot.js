/* A picture with areas: clicking one ticks its option; a picture to be pointed at: clicking writes the numbers.
   The options and the numbers are the answer; the picture only shows them. */
const SVG = 'http://www.w3.org/2000/svg';

export function bind(box) {
  const stage = box.querySelector('.hotspot__stage');
  if (!stage) return;
  const map = stage.querySelector('svg');
  const root = box.closest('[data-kind]');
  const show = box.dataset.hotspot === 'point' ? () => mark(box, map) : () => tick(box, stage);
  stage.addEventListener('click', (event) => {
    if (box.closest('fieldset')?.disabled) return;
    if (box.dataset.hotspot === 'point') put(box, stage, event);
    else choose(box, event.target.dataset.area);
  });
  for (const name of ['change', 'input']) box.addEventListener(name, show);
  root?.addEventListener('filled', show);
  place(box, stage, map);
  show();
}

/* Letters stand in the middle of their areas. */
function place(box, stage, map) {
  const { width, height } = box.dataset;
  for (const key of stage.querySelectorAll('[data-key-of]')) {
    const area = map.querySelector(`[data-area="${CSS.escape(key.dataset.keyOf)}"]`).getBBox();
    key.style.insetInlineStart = `${(100 * (area.x + area.width / 2)) / width}%`;
    key.style.insetBlockStart = `${(100 * (area.y + area.height / 2)) / height}%`;
  }
}

function choose(box, id) {
  const control = id && box.querySelector(`.opts input[value="${CSS.escape(id)}"]`);
  if (!control) return;
  control.checked = control.type === 'radio' || !control.checked;
  control.dispatchEvent(new Event('change', { bubbles: true }));
}

function tick(box, stage) {
  for (const area of stage.querySelectorAll('[data-area]')) {
    const control = box.querySelector(`.opts input[value="${CSS.escape(area.dataset.area)}"]`);
    area.classList.toggle('is-on', Boolean(control?.checked));
  }
}

/* Fill the first empty row; when all are full, the last one moves. */
function put(box, stage, event) {
  const frame = stage.getBoundingClientRect();
  const rows = [...box.querySelectorAll('[data-point]')].map((row) => [...row.querySelectorAll('input')]);
  const [x, y] = rows.find((pair) => pair.some((input) => !input.value)) ?? rows.at(-1);
  x.value = Math.round(((event.clientX - frame.left) / frame.width) * box.dataset.width);
  y.value = Math.round(((event.clientY - frame.top) / frame.height) * box.dataset.height);
  y.dispatchEvent(new Event('change', { bubbles: true }));
}

function mark(box, map) {
  for (const old of map.querySelectorAll('.hotspot__point')) old.remove();
  for (const row of box.querySelectorAll('[data-point]')) {
    const [x, y] = [...row.querySelectorAll('input')].map((input) => input.value);
    if (x === '' || y === '') continue;
    const point = document.createElementNS(SVG, 'circle');
    point.setAttribute('class', 'hotspot__point');
    point.setAttribute('cx', x);
    point.setAttribute('cy', y);
    point.setAttribute('r', Math.max(box.dataset.width, box.dataset.height) / 60);
    map.append(point);
  }
}
