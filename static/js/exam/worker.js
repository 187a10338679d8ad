/* Service worker of the exam room. It keeps one page without any question, and what that page looks like, and
   shows it when an attempt cannot be loaded. Everything else goes to the network untouched. */
const HOLDING = '/attempts/offline';
const CACHE = `probity-holding-${new URL(location.href).search}`;
const ROOM = /^\/attempts\/[^/]+\/(?:result)?$/;
const AWAY = [502, 503, 504];

async function keep() {
  const page = await fetch(HOLDING, { cache: 'no-cache' });
  if (!page.ok) throw new Error(`holding page: ${page.status}`);
  const files = [...(await page.clone().text()).matchAll(/(?:href|src)="([^"]*\/assets\/[^"]+)"/g)].map((found) => found[1]);
  const cache = await caches.open(CACHE);
  await cache.addAll(files);
  await cache.put(HOLDING, page);
  await self.skipWaiting();
}

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('probity-holding-') && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/* Every page of ours carries a policy: one without it comes from somebody on the way. */
const isOurs = (reply) => reply.type === 'opaqueredirect' || (!AWAY.includes(reply.status) && reply.headers.has('Content-Security-Policy'));

async function load(request) {
  let reply = null;
  try {
    reply = await fetch(request);
    if (isOurs(reply)) return reply;
  } catch { /* nobody answers */ }
  return await caches.match(HOLDING) ?? reply ?? Response.error();
}

self.addEventListener('install', (event) => event.waitUntil(keep()));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate' && ROOM.test(pathname)) event.respondWith(load(request));
  else if (pathname.startsWith('/assets/')) {
    event.respondWith(fetch(request).catch(async () => await caches.match(request) ?? Response.error()));
  }
});
