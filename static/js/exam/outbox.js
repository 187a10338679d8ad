/* Answers that the server has not confirmed, in IndexedDB: they survive reloads, crashes and dead networks. */
const NAME = 'probity-exam';
const STORE = 'outbox';

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: ['attempt', 'client', 'seq'] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function transact(mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const ofAttempt = (attempt) => IDBKeyRange.bound([attempt], [attempt, []]);

/* Keep one change: {attempt, client, seq, item, base, response, at}. Resolves when it is on disk. */
export const keep = (record) => transact('readwrite', (store) => store.put(record));

/* Everything of one attempt that waits, oldest first. */
export async function waiting(attempt) {
  const records = await transact('readonly', (store) => store.getAll(ofAttempt(attempt)));
  return records.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.seq - b.seq));
}

/* Forget a change that needs no more sending. Later changes that were typed on the same version
   now rest on the one it became; both happen together or not at all. */
export async function settle(record, version) {
  const others = await waiting(record.attempt);
  await transact('readwrite', (store) => {
    for (const other of others) {
      const follows = other.item === record.item && other.base === record.base;
      const same = other.client === record.client && other.seq === record.seq;
      if (follows && !same && version !== undefined) store.put({ ...other, base: version });
    }
    return store.delete([record.attempt, record.client, record.seq]);
  });
}
