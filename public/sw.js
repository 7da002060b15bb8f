/**
 * Keeps the files of one build, and says so where there is no network. Nothing else: no page, no answer and nothing of a
 * token is ever kept here, for what was true a minute ago need not be.
 *
 * The build puts its own names in below, so that another build is another script, which drops what this one kept.
 */
"use strict";

/** Says what the files of the build contain. */
const BUILD = "%BUILD%";
/** Where the bundle is: the folder is named after what is in it. */
const BUNDLE = "%BUNDLE%";

const PREFIX = "tessera-";
const CACHE = `${PREFIX}${BUILD}`;

/** What is kept once it was asked for: what never changes under its name. */
const KEPT = [BUNDLE, "/fonts/", "/scanner/zxing-"];

/** What is kept from the start: what every page needs, and the page that is shown without a network. */
const FIRST = ["tessera.css", "tessera.js", "tessera.wasm"].map((name) => BUNDLE + name);

const WORDS = {
  en: {
    title: "You are offline",
    text: "Nothing was checked or used. What you see here comes from this device, not from the server.",
    again: "Try again",
  },
  de: {
    title: "Sie sind offline",
    text: "Nichts wurde geprüft oder benutzt. Was Sie hier sehen, kommt von diesem Gerät, nicht vom Server.",
    again: "Erneut versuchen",
  },
};

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([...FIRST, "/fonts/inter-latin.woff2"])),
  );
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    // The browser makes the request itself, with the headers by which the server knows who caused it: were it made
    // here, it would look like one of our own pages'. A browser that can't is left alone.
    if (self.registration.navigationPreload) event.respondWith(page(event));
  } else if (KEPT.some((folder) => pathname.startsWith(folder))) {
    event.respondWith(file(event));
  }
});

async function takeOver() {
  await self.registration.navigationPreload?.enable();
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

/** The page as the server sends it, else that there is no network. A worker that could not have pages asked for goes. */
async function page(event) {
  try {
    const answer = await event.preloadResponse;
    if (answer) return answer;
    await self.registration.unregister();
    return offline();
  } catch {
    return offline();
  }
}

/** The file as it was kept, else as the server sends it. */
async function file(event) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(event.request);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(cache.put(event.request, answer.clone()));
  return answer;
}

async function offline() {
  const language = await languageOfReader();
  const { title, text, again } = WORDS[language];
  const body = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${title} · Tessera</title>
<link rel="stylesheet" href="${BUNDLE}tessera.css">
</head>
<body>
<main class="gate">
<div class="card gate-card"><div class="stack"><h1>${title}</h1><p>${text}</p><p><a class="btn" href="">${again}</a></p></div></div>
</main>
</body>
</html>`;
  return new Response(body, {
    status: 503,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
  });
}

/** As chosen on our pages where that can be known, else as the browser is set. */
async function languageOfReader() {
  const chosen = await self.cookieStore?.get("tessera_language");
  const tags = [chosen?.value, ...self.navigator.languages];
  const languages = tags.map((tag) => String(tag).slice(0, 2).toLowerCase());
  return languages.find((language) => language in WORDS) ?? "en";
}
