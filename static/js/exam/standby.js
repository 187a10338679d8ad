/* Registers the service worker that stands in for the room while the line is away. */
import { note, noteTime } from './known.js';

export async function standBy({ attempt, bar }) {
  noteTime(attempt, bar.dataset.serverTime, bar.dataset.deadline);
  note(attempt, { zone: bar.dataset.zone, key: bar.dataset.recoveryKey ?? null, title: document.querySelector('h1').textContent });
  if (!navigator.serviceWorker) return;
  try {
    await register(bar.dataset.worker);
  } catch { /* private windows may refuse it: then a reload without a line shows the browser's own page */ }
}

/* Rejects where the browser refuses. */
export async function register(url) {
  return await navigator.serviceWorker.register(address(url), { scope: '/attempts/' });
}

let policy = null;

/* The page's policy lets only this one name vouch for a script's address, and make it once. */
function address(url) {
  const rules = { createScriptURL: (text) => (new URL(text, location.origin).pathname === '/attempts/worker.js' ? text : '') };
  policy ??= globalThis.trustedTypes?.createPolicy('probity-worker', rules) ?? rules;
  return policy.createScriptURL(url);
}
