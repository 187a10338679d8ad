/* Keys of the room: digits choose, with Shift they strike out (both can be switched off); the rest goes with Alt. */
import { recall, remember } from './memory.js';

const TYPING = 'textarea, select, input:not([type=radio], [type=checkbox])';
const REMEMBERED = 'exam-digits';

/* `more` are further actions by the code of their key. */
export function bindKeys(paper, striking, more) {
  const actions = {
    ArrowRight: () => paper.go(paper.current + 1),
    ArrowLeft: () => paper.go(paper.current - 1),
    KeyF: () => paper.question.querySelector('[data-flag]').click(),
    KeyU: () => paper.goToOpen(),
    ...more,
  };
  const digit = ({ altKey, code, target }) => !altKey && digits.checked && !target.matches(TYPING) && !target.closest('[role=dialog]')
    && /^(?:Digit|Numpad)([1-8])$/.exec(code)?.[1];
  const digits = document.querySelector('[data-digits]');
  digits.checked = recall(REMEMBERED) !== 'off';
  digits.addEventListener('change', () => remember(REMEMBERED, digits.checked ? 'on' : 'off'));
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || document.querySelector('dialog:modal')) return;
    const action = event.altKey ? actions[event.code] : undefined;
    if (action) {
      event.preventDefault();
      action();
      return;
    }
    const place = Number(digit(event)) - 1;
    if (!(place >= 0)) return;
    if (event.shiftKey) striking.toggle(paper.question, place);
    else paper.question.querySelectorAll('.opts input')[place]?.click();
  });
}
