/* Keys of the room: digits choose (they can be switched off), Alt with arrows moves, Alt+F flags, Alt+T tells the time. */
const TYPING = 'textarea, select, input:not([type=radio], [type=checkbox])';
const REMEMBERED = 'exam-digits';

export function bindKeys(paper, speakTime) {
  const actions = {
    ArrowRight: () => paper.go(paper.current + 1),
    ArrowLeft: () => paper.go(paper.current - 1),
    KeyF: () => paper.question.querySelector('[data-flag]').click(),
    KeyT: speakTime,
  };
  const digits = document.querySelector('[data-digits]');
  digits.checked = remembered() !== 'off';
  digits.addEventListener('change', () => remember(digits.checked ? 'on' : 'off'));
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || document.querySelector('dialog[open]')) return;
    const action = event.altKey ? actions[event.code] : undefined;
    if (action) {
      event.preventDefault();
      action();
    } else if (!event.altKey && digits.checked && /^[1-8]$/.test(event.key) && !event.target.matches(TYPING)) {
      paper.question.querySelectorAll('.opts input')[Number(event.key) - 1]?.click();
    }
  });
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

function remember(choice) {
  try {
    localStorage.setItem(REMEMBERED, choice);
  } catch { /* storage may be blocked: the choice lasts for this page */ }
}
