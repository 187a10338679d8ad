/* Open on wide screens, closed on narrow ones, then as the reader likes. */
export function bind(details) {
  if (!matchMedia('(min-width: 60rem)').matches) details.open = false;
}
