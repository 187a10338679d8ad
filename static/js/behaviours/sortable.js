/* Ordering: buttons always, dragging as an extra, each move is announced. */
export function bind(list) {
  list.addEventListener('click', (event) => {
    const button = event.target.closest('[data-up],[data-down]');
    if (!button) return;
    const row = button.closest('li');
    const up = 'up' in button.dataset;
    const neighbour = up ? row.previousElementSibling : row.nextElementSibling;
    if (!neighbour) return;
    if (up) neighbour.before(row);
    else neighbour.after(row);
    button.focus();
    moved(list, row);
  });
  list.addEventListener('pointerdown', (event) => {
    const handle = event.target.closest('.order__h');
    if (!handle) return;
    event.preventDefault();
    drag(list, handle.closest('li'));
  });
}

/* The document listens: moving the row in the page would release a captured pointer. */
function drag(list, row) {
  const until = new AbortController();
  const end = () => {
    until.abort();
    row.classList.remove('is-drag');
    moved(list, row);
  };
  row.classList.add('is-drag');
  document.addEventListener('pointermove', (event) => follow(list, row, event.clientY), until);
  document.addEventListener('pointerup', end, until);
  document.addEventListener('pointercancel', end, until);
}

function follow(list, row, y) {
  for (const other of list.children) {
    const box = other.getBoundingClientRect();
    if (other === row || y <= box.top || y >= box.bottom) continue;
    if (y < box.top + box.height / 2) other.before(row);
    else other.after(row);
    return;
  }
}

function moved(list, row) {
  const status = list.parentElement.querySelector('[data-order-status]');
  const label = (row.querySelector('.order__t') ?? row).textContent.trim();
  const position = [...list.children].indexOf(row) + 1;
  if (status) {
    status.textContent = (status.dataset.orderStatus || '{row}: {position}/{total}')
      .replace('{row}', () => label)
      .replace('{position}', position)
      .replace('{total}', list.children.length);
  }
  list.dispatchEvent(new Event('change', { bubbles: true }));
}
