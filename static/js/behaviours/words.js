/* Counts words while typing; Chinese characters count one each. */
const WORD = /[\u3400-\u9fff]|[^\s\u3400-\u9fff]+/g;

export function bind(textarea) {
  const out = document.getElementById(textarea.dataset.words);
  const show = () => { out.textContent = String(textarea.value.match(WORD)?.length ?? 0); };
  textarea.addEventListener('input', show);
  show();
}
