/* One box for all boxes of a form with the name it states; a count says how many. */
export function bind(all) {
  const form = all.form ?? all.closest('form');
  const boxes = [...form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.selectAll)}"]`)];
  const status = form.querySelector('[data-selected]');
  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    if (status) status.textContent = String(chosen);
    for (const box of boxes) box.closest('tr')?.classList.toggle('is-selected', box.checked);
  };
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  for (const box of boxes) box.addEventListener('change', show);
  show();
}
