/* Switches between light and dark and remembers it on this device. */
const root = document.documentElement;

export function bind(button) {
  button.addEventListener('click', () => {
    root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem('theme', root.dataset.theme);
    } catch { /* storage may be blocked: the choice lasts for this page */ }
  });
}
