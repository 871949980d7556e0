/* Keeps the site of one version, so that it opens without a network, and adds the headers that threads need. Where storage
   is full the site works as long as there is a network. */

const VERSION = "@VERSION@", FILES = ["@FILES@"];
const KEPT = `attnpaint ${VERSION}`;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES.map((path) => new Request(path, { cache: "reload" })))));
});

addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("attnpaint ") && name !== KEPT;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { request } = event, { origin, href } = new URL(request.url);
  if (request.method === "GET" && origin === location.origin && href.startsWith(registration.scope)) event.respondWith(answered(event));
});

async function answered(event) {
  const { request } = event, cache = await caches.open(KEPT).catch(() => null);
  const again = request.cache === "reload" && request.mode !== "navigate";
  const found = again ? null : await cache?.match(request, { ignoreSearch: true });
  if (found) return isolated(found);
  const response = await fetch(request);
  if (response.ok && cache) event.waitUntil(keep(cache, request, response.clone()));
  return isolated(response);
}

async function keep(cache, request, response) {
  try {
    await cache.put(request, response);
  } catch {
    for (const client of await clients.matchAll()) client.postMessage({ full: true });
  }
}

function isolated(response) {
  if (!response.body || response.type === "opaque") return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
