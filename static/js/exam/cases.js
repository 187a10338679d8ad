/* Case documents beside their questions: their share of the width can be moved, as for any window splitter.
   On a phone a case shows either its documents or its question. */
const [LEAST, USUAL, MOST, STEP] = [25, 51, 75, 5];

export function bindCases(memory) {
  for (const button of document.querySelectorAll('[data-case-show]')) {
    button.addEventListener('click', () => {
      const box = button.closest('[data-case-box]');
      box.dataset.show = button.dataset.caseShow;
      for (const other of box.querySelectorAll('[data-case-show]')) {
        other.setAttribute('aria-pressed', String(other === button));
      }
    });
  }
  const bars = [...document.querySelectorAll('[data-case-split]')];
  let before = USUAL;
  const put = (share, isKept = true) => {
    const rounded = Math.round(Math.max(LEAST, Math.min(MOST, share)));
    for (const bar of bars) {
      bar.setAttribute('aria-valuenow', rounded);
      bar.parentElement.style.setProperty('--split', `${rounded}%`);
    }
    if (isKept) memory.put({ split: rounded });
  };
  const now = () => memory.value.split ?? USUAL;
  const keys = {
    ArrowLeft: () => now() - STEP,
    ArrowRight: () => now() + STEP,
    Home: () => LEAST,
    End: () => MOST,
    Enter: () => {
      if (now() === LEAST) return before;
      before = now();
      return LEAST;
    },
  };
  for (const bar of bars) {
    bar.addEventListener('keydown', (event) => {
      if (event.altKey || !(event.key in keys)) return;
      event.preventDefault();
      put(keys[event.key]());
    });
    bar.addEventListener('pointerdown', (event) => drag(event, bar, put));
  }
  put(now(), false);
}

function drag(event, bar, put) {
  event.preventDefault();
  bar.setPointerCapture(event.pointerId);
  const follow = ({ clientX }) => {
    const { left, width } = bar.parentElement.getBoundingClientRect();
    put(((clientX - left) / width) * 100);
  };
  bar.addEventListener('pointermove', follow);
  bar.addEventListener('lostpointercapture', () => bar.removeEventListener('pointermove', follow), { once: true });
}
