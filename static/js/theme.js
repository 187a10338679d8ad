/* Runs before the first paint, from a file so that the policy needs no exception. */
(function () {
  var theme = null;
  try { theme = localStorage.getItem('theme'); } catch (error) { /* storage may be blocked */ }
  if (theme !== 'dark' && theme !== 'light') {
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  document.documentElement.dataset.theme = theme;
  document.documentElement.classList.add('js');
})();
