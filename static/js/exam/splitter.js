/* A bar between two panes, moved by hand or by keys as for any window splitter; its place is kept. */
const STEP = 5;

/* `share` says how much of the width a point on the screen stands for, in per cent; `put` applies a share. */
export function bindSplitter(bars, { memory, name, least, usual, most, share, put: apply, grows = 1 }) {
  let before = usual;
  const now = () => memory.value[name] ?? usual;
  const put = (wanted, isKept = true) => {
    const rounded = Math.round(Math.max(least, Math.min(most, wanted)));
    for (const bar of bars) {
      bar.setAttribute('aria-valuenow', rounded);
      apply(bar, rounded);
    }
    if (isKept) memory.put({ [name]: rounded });
  };
  const keys = {
    ArrowLeft: () => now() - STEP * grows,
    ArrowRight: () => now() + STEP * grows,
    Home: () => least,
    End: () => most,
    Enter: () => {
      if (now() === least) return before;
      before = now();
      return least;
    },
  };
  for (const bar of bars) {
    bar.addEventListener('keydown', (event) => {
      if (event.altKey || !(event.key in keys)) return;
      event.preventDefault();
      put(keys[event.key]());
    });
    bar.addEventListener('pointerdown', (event) => drag(event, bar, (clientX) => put(share(bar, clientX))));
  }
  put(now(), false);
}

function drag(event, bar, follow) {
  event.preventDefault();
  bar.setPointerCapture(event.pointerId);
  const move = ({ clientX }) => follow(clientX);
  bar.addEventListener('pointermove', move);
  bar.addEventListener('lostpointercapture', () => bar.removeEventListener('pointermove', move), { once: true });
}
