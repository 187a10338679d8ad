/* Hides rows of a list that do not hold the words typed. data-filter names the list by selector. */
export function bind(input) {
  const list = document.querySelector(input.dataset.filter);
  const status = document.querySelector(input.dataset.filterStatus ?? '[data-filter-status]');
  input.addEventListener('input', () => {
    const words = input.value.trim().toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of list.children) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    if (status) status.textContent = String(shown);
  });
}
