
// The worker of the site: shows the page for writing without a network, keeps the few files it is made of, and sends what waits.
// No page with anybody's words or name is ever kept: what is kept is asked for as nobody.
const KEPT = "VERSION";
// The page in each language; the first where nobody chose one.
const PAGES = { "zh-CN": "/offline", en: "/offline/en" };
// Under this address the worker notes which language the pages were read in last.
const CHOSEN = "/offline/language";
const FILES = FILES_OF_THE_PAGE;

self.addEventListener("install", (event) => {
  const take = async () => {
    const kept = await caches.open(KEPT);
    await kept.addAll([...Object.values(PAGES), ...FILES].map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
    const chosen = await caches.match(CHOSEN);
    if (chosen) await kept.put(CHOSEN, chosen);
    await self.skipWaiting();
  };
  event.waitUntil(take());
});

self.addEventListener("activate", (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clear());
});

self.addEventListener("message", (event) => {
  const language = event.data?.language;
  if (!Object.hasOwn(PAGES, language)) return;
  const note = async () => (await caches.open(KEPT)).put(CHOSEN, new Response(language));
  event.waitUntil(note());
});

const page = async () => {
  const chosen = await (await caches.match(CHOSEN))?.text();
  return (await caches.match(PAGES[chosen] ?? PAGES["zh-CN"])) ?? Response.error();
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") {
    const show = async () => {
      try {
        return await fetch(request);
      } catch {
        return await page();
      }
    };
    event.respondWith(show());
  } else if (FILES.includes(path)) {
    event.respondWith(caches.match(path).then((kept) => kept ?? fetch(request)));
  }
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "waiting") return;
  const all = async () => {
    if (await send_all()) throw new Error("some wait on");
  };
  event.waitUntil(all());
});
