/* Pieces are dragged into gaps, by mouse, pen or finger. The list in each gap stays the answer, and the
   way for keyboards and screen readers; dragging only chooses in it. */
const EDGE = 56;

export function bind(box) {
  const show = () => {
    const used = new Set(gaps(box).map((gap) => gap.value));
    for (const piece of box.querySelectorAll('[data-piece]')) {
      piece.classList.toggle('is-used', used.has(piece.dataset.piece));
    }
  };
  box.addEventListener('change', show);
  box.closest('[data-kind]')?.addEventListener('filled', show);
  box.addEventListener('pointerdown', (event) => {
    const piece = event.target.closest('[data-piece]');
    if (!piece || event.button || box.closest('fieldset')?.disabled) return;
    event.preventDefault();
    drag(box, piece, event);
  });
  show();
}

const gaps = (box) => [...box.querySelectorAll('select[data-part]')];

function drag(box, piece, begun) {
  const until = new AbortController();
  const ghost = piece.cloneNode(true);
  let over = null;
  ghost.classList.add('pieces__ghost');
  ghost.setAttribute('aria-hidden', 'true');
  document.body.append(ghost);
  const follow = (event) => {
    if (event.pointerId !== begun.pointerId) return;
    ghost.style.translate = `${event.clientX}px ${event.clientY}px`;
    if (event.clientY < EDGE) window.scrollBy(0, -EDGE / 4);
    if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, EDGE / 4);
    over?.classList.remove('is-over');
    over = gapAt(box, event);
    over?.classList.add('is-over');
  };
  const end = (event) => {
    if (event.pointerId !== begun.pointerId) return;
    until.abort();
    ghost.remove();
    over?.classList.remove('is-over');
    if (event.type === 'pointerup' && over) put(box, over, piece.dataset.piece);
  };
  follow(begun);
  document.addEventListener('pointermove', follow, until);
  document.addEventListener('pointerup', end, until);
  document.addEventListener('pointercancel', end, until);
}

/* A row with one gap takes a piece anywhere. */
function gapAt(box, event) {
  const hit = document.elementFromPoint(event.clientX, event.clientY)?.closest('select[data-part], .match__r');
  const gap = hit?.matches('select') ? hit : hit?.querySelector('select[data-part]');
  return gap && box.contains(gap) ? gap : null;
}

/* A piece that may be used once leaves the gap where it was. */
function put(box, gap, piece) {
  if (!('reuse' in box.dataset)) {
    for (const other of gaps(box)) if (other.value === piece) other.value = '';
  }
  gap.value = piece;
  gap.dispatchEvent(new Event('change', { bubbles: true }));
}
