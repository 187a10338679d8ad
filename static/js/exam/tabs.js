/* Several windows may show one attempt. Each sends what it kept itself, and what closed windows left behind. */
const lockName = (client) => `probity-window-${client}`;

/* A name that no other window has; over an unprotected line browsers have no UUID to give. */
export function newClient() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Tabs {
  #own = new Set();

  constructor(client) {
    this.#own.add(client);
    // held until this window closes or crashes: that is how the others learn of it
    navigator.locks?.request(lockName(client), () => new Promise(() => {}));
  }

  owns(change) {
    return this.#own.has(change.client);
  }

  /* Take over changes whose window is gone; returns those that are new here. */
  async adopt(changes) {
    const held = (await navigator.locks?.query())?.held ?? [];
    const open = new Set(held.map((lock) => lock.name));
    const orphans = changes.filter((change) => !this.owns(change) && !open.has(lockName(change.client)));
    for (const change of orphans) this.#own.add(change.client);
    return orphans;
  }
}
