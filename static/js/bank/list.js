/* The bank list by keyboard: arrows move between the boxes, Shift takes them along, Enter opens. */
const list = document.querySelector('[data-item-list]');

function neighbour(boxes, box, step) {
  return boxes[Math.min(Math.max(boxes.indexOf(box) + step, 0), boxes.length - 1)];
}

function moved(event) {
  const box = event.target;
  if (!box.matches('input[name="item"]')) return;
  if (event.key === 'Enter') {
    event.preventDefault(); // Enter in a form would send it
    box.closest('tr').querySelector('a')?.click();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = neighbour([...list.querySelectorAll('input[name="item"]')], box, step);
  if (event.shiftKey && next.checked !== box.checked) next.click();
  next.focus();
}

list?.addEventListener('keydown', moved);
