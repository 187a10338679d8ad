/* A refused form puts the reader at the list of what is wrong. */
export function bind(summary) {
  summary.focus();
}
