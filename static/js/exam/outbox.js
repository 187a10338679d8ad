/* Answers that the server has not confirmed, in IndexedDB: they survive reloads, crashes and dead networks.
   A change is {attempt, client, seq, item, base, after, response, at}; `after` is the [client, seq] of the
   unconfirmed change it was typed over. Where the browser refuses storage, memory has to do. */
const NAME = 'probity-exam';
const STORE = 'changes';

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

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

  /* Everything of this attempt that waits, in the order in which it was kept. */
  async waiting() {
    try {
      const kept = await this.#transact('readonly', (store) => this.#all(store));
      return [...kept, ...this.#memory];
    } catch {
      return [...this.#memory];
    }
  }

  /* Forget a change that needs no more sending. With `version`, what was typed over it now rests on that;
     without, it stays on its old base and will lose against what replaced it. */
  async settle(change, version) {
    const follows = (other) => Boolean(other.after) && isSame(change, other.after);
    this.#settled.set(`${change.client} ${change.seq}`, version);
    this.#memory = this.#memory.filter((other) => !isSame(other, [change.client, change.seq]))
      .map((other) => (follows(other) ? rested(other, version) : other));
    if (change.id === undefined) return;
    await this.#transact('readwrite', async (store) => {
      const followers = (await this.#all(store)).filter(follows);
      for (const other of followers) store.put(rested(other, version));
      store.delete(change.id);
    });
  }

  #remember(change) {
    const before = change.after?.join(' ');
    const isLate = this.#settled.has(before);
    this.#memory.push(isLate ? rested(change, this.#settled.get(before)) : change);
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
