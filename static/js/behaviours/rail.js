/* On narrow screens the rail scrolls: show where the reader is. */
export function bind(rail) {
  rail.querySelector('[aria-current]')?.scrollIntoView({ inline: 'center', block: 'nearest' });
}
