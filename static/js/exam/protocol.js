/* Talks to the exam server. Only what it says in JSON counts; anything else is a line that is away. */
const GIVE_UP_MS = 20000;
const MOST_KEPT_ALIVE = 30000;
const AWAY = { status: 0, body: null };

export class Protocol {
  /* `right` holds the CSRF token and the attempt token; both may be renewed. */
  constructor(url, right) {
    this.url = url;
    this.right = right;
  }

  get(path) {
    return this.#ask(path, {});
  }

  post(path, value = {}) {
    const body = JSON.stringify(value);
    const headers = {
      'Content-Type': 'application/json',
      'X-CSRFToken': this.right.csrf,
      'X-Attempt-Token': this.right.token ?? '',
    };
    return this.#ask(path, { method: 'POST', headers, body, keepalive: body.length < MOST_KEPT_ALIVE });
  }

  /* Always resolves, to {status, body}; status 0 where nobody, or somebody else, answered. */
  async #ask(path, { headers, ...options }) {
    try {
      const reply = await fetch(`${this.url}/${path}`, {
        ...options,
        headers: { Accept: 'application/json', ...headers },
        cache: 'no-store',
        credentials: 'same-origin',
        redirect: 'error',
        signal: AbortSignal.timeout(GIVE_UP_MS),
      });
      if (!reply.headers.get('Content-Type')?.startsWith('application/json')) return AWAY;
      return { status: reply.status, body: await reply.json() };
    } catch {
      return AWAY;
    }
  }
}
