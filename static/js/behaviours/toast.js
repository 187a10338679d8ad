/* Outcomes that leave by themselves; never the only copy of a message. */
const SHOWN_MS = 6000;

export function toast(text) {
  const message = document.createElement('p');
  message.className = 'toast';
  message.textContent = text;
  document.querySelector('[data-toasts]').append(message);
  setTimeout(() => message.remove(), SHOWN_MS);
}

export function bind(button) {
  button.addEventListener('click', () => toast(button.dataset.toast));
}
