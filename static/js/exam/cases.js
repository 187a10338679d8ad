/* Case documents beside their questions: their share of the width can be moved.
   On a phone a case shows either its documents or its question. */
import { bindSplitter } from './splitter.js';

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
  bindSplitter([...document.querySelectorAll('[data-case-split]')], {
    memory,
    name: 'split',
    least: 25,
    usual: 51,
    most: 75,
    share: (bar, clientX) => {
      const { left, width } = bar.parentElement.getBoundingClientRect();
      return ((clientX - left) / width) * 100;
    },
    put: (bar, share) => bar.parentElement.style.setProperty('--split', `${share}%`),
  });
}
