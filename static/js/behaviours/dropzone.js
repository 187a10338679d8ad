/* Lets a file input take a dropped file. */
export function bind(zone) {
  const input = zone.querySelector('input[type=file]');
  const over = (state) => (event) => {
    event.preventDefault();
    zone.classList.toggle('is-over', state);
  };
  zone.addEventListener('dragenter', over(true));
  zone.addEventListener('dragover', over(true));
  zone.addEventListener('dragleave', over(false));
  zone.addEventListener('drop', (event) => {
    over(false)(event);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
}
