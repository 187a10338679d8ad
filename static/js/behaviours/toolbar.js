/* A tool bar is one stop of the tab key; arrows move inside. */
export function bind(bar) {
  const buttons = [...bar.querySelectorAll('button')];
  buttons.forEach((button, index) => { button.tabIndex = index ? -1 : 0; });
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
}
