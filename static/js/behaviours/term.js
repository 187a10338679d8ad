/* Opens the note of a glossary term under its word; Escape closes it and returns the focus. */
let note = null;
let opener = null;

export function bind(term) {
  term.setAttribute('aria-expanded', 'false');
  term.addEventListener('click', () => {
    const again = opener === term;
    close();
    if (!again) open(term);
  });
}

document.addEventListener('click', (event) => {
  if (note && !note.contains(event.target) && !opener.contains(event.target)) close();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !note) return;
  const word = opener;
  close();
  word.focus();
});

function open(term) {
  opener = term;
  note = document.createElement('div');
  note.className = 'pop';
  note.id = 'term-note';
  note.setAttribute('role', 'note');
  const word = document.createElement('strong');
  word.textContent = term.textContent;
  note.append(word, term.dataset.term);
  document.querySelector('main').append(note);
  const box = term.getBoundingClientRect();
  const most = document.documentElement.clientWidth - note.offsetWidth - 12;
  note.style.left = `${Math.max(12, Math.min(box.left + scrollX, most))}px`;
  note.style.top = `${box.bottom + scrollY + 8}px`;
  term.setAttribute('aria-expanded', 'true');
  term.setAttribute('aria-describedby', note.id);
}

function close() {
  if (!note) return;
  note.remove();
  opener.setAttribute('aria-expanded', 'false');
  opener.removeAttribute('aria-describedby');
  note = null;
  opener = null;
}
