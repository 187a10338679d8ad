/* Small things kept on this device by name. Storage may be blocked: then they last for this page. */

export function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

/* Keep a value; null forgets it. */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch { /* nothing that counts depends on it */ }
}

/* What one attempt keeps under one name, as an object; a change keeps the rest. */
export class Memory {
  constructor(name) {
    this.name = name;
    this.value = recall(name) ?? {};
  }

  put(changes) {
    this.value = { ...this.value, ...changes };
    remember(this.name, this.value);
  }
}
