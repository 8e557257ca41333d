/**
 * The service worker of the counter: when the line is down, the last list is shown, as long as it is of today. It keeps no code
 * and no hash, because none is on a page.
 *
 * Loaded by /plugin/counter/worker.js, which puts the root of the service in `stoepRoot`.
 */
(() => {
  const CACHE = "stoep-counter-1";
  const LISTS_LAST_MS = 18 * 60 * 60 * 1000;
  const worker = /** @type {any} */ (self);
  const counter = `${worker.stoepRoot}/plugin/counter`;
  const style = `${worker.stoepRoot}/static/plugin/`;

  /** @param {URL} url the list of the centre that an address belongs to, "" when it names none */
  const listOf = (url) => {
    const centre = url.pathname.startsWith(`${counter}/`) ? url.pathname.slice(counter.length + 1).split("/")[0] : "";
    return centre ? `${counter}/${centre}` : "";
  };

  /** @param {Response | undefined} list */
  const isOfToday = (list) => {
    const madeAt = Date.parse(list?.headers.get("Date") ?? "");
    return Math.abs(Date.now() - madeAt) < LISTS_LAST_MS;
  };

  /** @param {Request} request */
  const page = async (request) => {
    const url = new URL(request.url);
    const cache = await caches.open(CACHE);
    try {
      const fresh = await fetch(request);
      if (fresh.status >= 502 && fresh.status <= 504) return await keptPage(cache, url, fresh);
      const isList = url.pathname === listOf(url);
      if (isList && fresh.ok && !url.search) await cache.put(url.pathname, fresh.clone());
      // Who is logged out, or may no longer see it, leaves nothing behind.
      if (isList && (fresh.type === "opaqueredirect" || fresh.status === 403)) await caches.delete(CACHE);
      return fresh;
    } catch (error) {
      return keptPage(cache, url, error);
    }
  };

  /** @param {Cache} cache @param {URL} url @param {unknown} instead what there is when no list is kept: an answer, or an error */
  const keptPage = async (cache, url, instead) => {
    const kept = (await cache.keys()).map((each) => new URL(each.url).pathname).filter((path) => path.startsWith(counter));
    const path = listOf(url) || kept[0];
    const list = path && (await cache.match(path));
    if (list && !isOfToday(list)) await caches.delete(CACHE);
    if (!list || !isOfToday(list)) {
      if (instead instanceof Response) return instead;
      throw instead;
    }
    if (url.pathname === path) return list;
    // A page of one order cannot be had now: the list opens it.
    const order = url.pathname.match(/\/orders\/([\w-]+)/);
    return Response.redirect(`${worker.location.origin}${path}${order ? `#order-${order[1]}` : ""}`);
  };

  /** @param {Request} request */
  const file = async (request) => {
    const cache = await caches.open(CACHE);
    try {
      const fresh = await fetch(request);
      if (fresh.ok && (await cache.match(request.url))) await cache.put(request.url, fresh.clone());
      return fresh;
    } catch (error) {
      const kept = await cache.match(request.url);
      if (!kept) throw error;
      return kept;
    }
  };

  worker.addEventListener("install", () => worker.skipWaiting());
  worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
  worker.addEventListener("fetch", (/** @type {any} */ event) => {
    const request = /** @type {Request} */ (event.request);
    const { pathname } = new URL(request.url);
    if (request.method !== "GET") return;
    if (request.mode === "navigate" && (pathname === counter || pathname.startsWith(`${counter}/`))) {
      event.respondWith(page(request));
    } else if (pathname.startsWith(style)) {
      event.respondWith(file(request));
    }
  });
})();
