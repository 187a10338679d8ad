/* Answers that the server has not confirmed, in IndexedDB: they survive reloads, crashes and dead networks.
   A change is {attempt, client, seq, item, base, after, response, at}; `after` is the [client, seq] of the
   unconfirmed change it was typed over. Where the browser refuses storage, memory has to do. */
const NAME = 'probity-exam';
const STORE = 'changes';

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const keyOf = (client, seq) => `${client} ${seq}`;
const isSame = (change, [client, seq]) => change.client === client && change.seq === seq;
const rested = (change, version) => ({ ...change, base: version ?? change.base, after: null });

export class Outbox {
  #opening = null;
  #isRefused = false;
  #memory = [];
  #settled = new Map();

  constructor(attempt) {
    this.attempt = attempt;
  }

  /* Keep one change. Resolves to true when it is on disk, to false when only this page holds it.
     Committed in one go: the page may be gone before an answer could arrive here. */
  async keep(change) {
    if (this.#isRefused) return this.#remember(change);
    try {
      await this.#transact('readwrite', (store) => {
        store.add(change);
        store.transaction.commit();
      });
      return true;
    } catch {
      this.#isRefused = true;
      return this.#remember(change);
    }
  }

  /* Tell whether this browser lets anything be kept; that there is room for it shows only when it is tried. */
  async isOpen() {
    try {
      await this.#transact('readonly', (store) => this.#all(store));
      return true;
    } catch {
      return false;
    }
  }

  /* Everything of this attempt that waits, in the order in which it was kept. */
  async waiting() {
    const kept = await this.#transact('readonly', (store) => this.#all(store)).catch(() => []);
    const isOpen = ({ client, seq }) => !this.#settled.has(keyOf(client, seq));
    return [...kept, ...this.#memory].filter(isOpen).map((change) => this.#upToDate(change));
  }

  /* Forget a change that needs no more sending. With `version`, what was typed over it now rests on that;
     without, it stays on its old base and will lose against what replaced it. */
  async settle(change, version) {
    const follows = (other) => Boolean(other.after) && isSame(change, other.after);
    this.#settled.set(keyOf(change.client, change.seq), version);
    this.#memory = this.#memory.filter((other) => !isSame(other, [change.client, change.seq]))
      .map((other) => (follows(other) ? rested(other, version) : other));
    if (change.id === undefined) return;
    try {
      await this.#transact('readwrite', async (store) => {
        const followers = (await this.#all(store)).filter(follows);
        for (const other of followers) store.put(rested(other, version));
        store.delete(change.id);
      });
    } catch { /* a broken store must not stop the sending: this page knows what is settled */ }
  }

  /* A change whose predecessor was settled rests on what came of that. */
  #upToDate(change) {
    const before = change.after && keyOf(...change.after);
    return this.#settled.has(before) ? rested(change, this.#settled.get(before)) : change;
  }

  #remember(change) {
    this.#memory.push(this.#upToDate(change));
    return false;
  }

  #all(store) {
    return asked(store.index('attempt').getAll(this.attempt));
  }

  async #transact(mode, work) {
    const database = await this.#connect();
    const transaction = database.transaction(STORE, mode, { durability: 'strict' });
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    ended.catch(() => {}); // where the work itself throws, nobody waits for the end
    const [result] = await Promise.all([work(transaction.objectStore(STORE)), ended]);
    return result;
  }

  #connect() {
    this.#opening ??= open(() => { this.#opening = null; });
    return this.#opening;
  }
}

function open(lost) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(STORE, { keyPath: 'id', autoIncrement: true });
      store.createIndex('attempt', 'attempt');
    };
    request.onsuccess = () => {
      request.result.onclose = lost;
      resolve(request.result);
    };
    request.onerror = () => {
      lost();
      reject(request.error);
    };
  });
}
