/* The documents of the exam beside the question; on a phone they lie over it. */
import { Pane } from './panes.js';
import { bindSplitter } from './splitter.js';

export function bindDocuments(memory) {
  if (!document.getElementById('pane-documents')) return null;
  const root = document.documentElement;
  const pane = new Pane('documents', (isOpen) => root.toggleAttribute('data-documents-open', isOpen));
  bindSplitter([...document.querySelectorAll('[data-documents-split]')], {
    memory,
    name: 'documents',
    least: 25,
    usual: 45,
    most: 65,
    grows: -1,
    share: (bar, clientX) => (1 - clientX / root.clientWidth) * 100,
    put: (bar, share) => root.style.setProperty('--documents', `${share}vw`),
  });
  return pane;
}
