/**
 * The installed app: what is kept in the browser, what never is, and what is said without a network. In all other tests
 * there is no service worker, so that they see what the server sends.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { BrowserContext, Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { Elsewhere } from "../fixtures/elsewhere.ts";
import { Server, admin, siteRoot } from "../fixtures/server.ts";
import { add, query, unique } from "../fixtures/tokens.ts";

test.use({ serviceWorkers: "allow" });

/** Waits until the worker is at work, for this page too. */
async function atWork(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  });
}

/** The addresses of all that is kept, by the cache in which it is. */
function kept(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(async () => {
    const found: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      found[name] = requests.map((request) => new URL(request.url).pathname).sort();
    }
    return found;
  });
}

/** What is asked of the server from now on: by pages past the worker, and by the worker itself. */
function asked(context: BrowserContext): string[] {
  const paths: string[] = [];
  context.on("response", (response) => {
    if (!response.fromServiceWorker()) paths.push(new URL(response.url()).pathname);
  });
  return paths;
}

test("files of the build come out of the cache, and nothing else is in it", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const value = unique("kept");
  const uid = await add(tessera, { value, usage_count: "1" });
  await signIn(page);
  await visit(page, "/tokens");
  await atWork(page);
  // Whatever a page asks for while the worker is at work.
  for (const address of ["/", `/tokens?q=${value}`, `/tokens/${uid}`, "/activity", "/tokens/new", "/account"]) {
    await visit(page, address);
  }
  await page.getByRole("link", { name: "Tokens" }).first().click();
  await expect(page.getByRole("searchbox")).toBeVisible();
  await page.getByRole("searchbox").fill(value);
  await expect(page.getByText("1–1 of 1", { exact: true })).toBeVisible();
  await page.evaluate(async (value) => fetch(`/tokens/query_token?value=${value}`), value);

  const caches = Object.values(await kept(page));
  expect(caches).toHaveLength(1);
  const own = /^\/pkg\/[0-9a-f]+\/[\w.]+\.(js|wasm|css)$|^\/fonts\/[\w-]+\.woff2$/;
  expect(caches[0]?.filter((address) => !own.test(address))).toEqual([]);
  expect(caches[0]?.some((address) => address.endsWith("/tessera.wasm"))).toBe(true);

  const paths = asked(page.context());
  const served: string[] = [];
  page.on("response", (response) => {
    if (response.fromServiceWorker()) served.push(new URL(response.url()).pathname);
  });
  await visit(page, "/tokens");
  expect(served.filter((address) => own.test(address)).length).toBeGreaterThanOrEqual(4);
  expect(paths.filter((address) => own.test(address))).toEqual([]);
  expect(paths).toContain("/tokens");
});

for (const [language, title, sentence] of [
  ["en", "You are offline", "Nothing was checked or used."],
  ["de", "Sie sind offline", "Nichts wurde geprüft oder benutzt."],
] as const) {
  test(`without a network a page says so and shows nothing of before (${language})`, async ({
    page,
    tessera,
    signIn,
    visit,
    axe,
    forgive,
  }) => {
    const value = unique("offline");
    const uid = await add(tessera, { value, usage_count: "1" });
    await signIn(page);
    await page.context().addCookies([{ name: "tessera_language", value: language, url: tessera.url }]);
    await visit(page, `/tokens/${uid}`);
    await atWork(page);
    await visit(page, `/tokens/${uid}`);
    await page.context().setOffline(true);
    for (const address of [`/tokens/${uid}`, "/scan?mode=use", "/nowhere"]) {
      const answer = await page.goto(address);
      expect(answer?.status()).toBe(503);
      await expect(page).toHaveTitle(`${title} · Tessera`);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(page.getByRole("main")).toContainText(sentence);
      expect(await page.content()).not.toContain(value);
    }
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 320, height: 640 },
    ]) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const background = await page.locator("html").evaluate((root) => getComputedStyle(root).backgroundColor);
        expect(background, "the style is there").toBe(colorScheme === "light" ? "rgb(251, 250, 247)" : "rgb(12, 14, 19)");
        await axe(page);
      }
    }
    await page.context().setOffline(false);
    await page.goto(`/tokens/${uid}`);
    await page.context().setOffline(true);
    await page.goto(`/tokens/${uid}`).catch(() => undefined);
    await page.context().setOffline(false);
    await page.getByRole("link", { name: language === "en" ? "Try again" : "Erneut versuchen" }).click();
    await expect(page).toHaveTitle(`${value} · Tessera`);
    // The browser notes each address that it could not load.
    forgive(/Failed to load resource|status of 503/);
  });
}

test("what pages elsewhere send is known as such with a worker too", async ({ page, tessera, signIn, visit, forgive }) => {
  const elsewhere = await Elsewhere.start("localhost");
  const value = unique("foreign");
  const uid = await add(tessera, { value, usage_count: "5" });
  await signIn(page);
  await visit(page, "/tokens");
  await atWork(page);
  await visit(page, "/tokens");
  const spend = `${tessera.url}/tokens/${uid}/consume_token`;
  const change = `${tessera.url}/fn/set_uses`;
  elsewhere.pages.set("/link", `<a id="go" href="${spend}">Go</a>`);
  elsewhere.pages.set("/redirect", spend);
  elsewhere.pages.set(
    "/form",
    `<form method="post" action="${change}"><input name="uid" value="${uid}"><input name="uses" value="100">
     <button id="go">Go</button></form>`,
  );
  for (const lure of ["/link", "/form"]) {
    await page.goto(elsewhere.url + lure);
    const answer = page.waitForResponse((response) => response.url().startsWith(tessera.url));
    await page.locator("#go").click();
    expect((await answer).status(), lure).toBe(403);
    // Where the answer says nothing the browser does, on a page of its own that comes later.
    await expect.poll(() => page.url()).not.toContain(elsewhere.url);
    await page.waitForLoadState();
  }
  expect((await page.goto(`${elsewhere.url}/redirect`))?.status()).toBe(403);
  expect(await query(tessera, value)).toMatchObject({ usage_count: 5 });
  await elsewhere.stop();
  forgive(/status of 40[013]/);
});

test("another build drops what the one before kept", async ({ page, alive }) => {
  test.setTimeout(120_000);
  const folder = await mkdtemp(path.join(tmpdir(), "tessera-site-"));
  await cp(siteRoot, folder, { recursive: true });
  const server = await Server.start({ siteRoot: folder });
  try {
    await page.goto(`${server.url}/login`);
    await alive(page);
    await atWork(page);
    const before = Object.keys(await kept(page));
    expect(before).toHaveLength(1);

    // What a build changes of the worker, but for the names of the files.
    const script = path.join(folder, "sw.js");
    const text = await readFile(script, "utf8");
    const build = /const BUILD = "([0-9a-f]+)"/.exec(text)?.[1] ?? "";
    expect(before).toEqual([`tessera-${build}`]);
    await writeFile(script, text.replace(build, "0123456789abcdef"));
    for (const suffix of [".br", ".gz"]) await rm(script + suffix, { force: true });

    await page.goto(`${server.url}/login`);
    await expect.poll(async () => Object.keys(await kept(page))).toEqual(["tessera-0123456789abcdef"]);
    await page.getByLabel("Name").fill(admin.name);
    await page.getByLabel("Password").fill(admin.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test("it can be installed", async ({ page, tessera, visit }) => {
  await visit(page, "/login");
  const address = await page.locator('link[rel="manifest"]').getAttribute("href");
  const answer = await page.request.get(address ?? "");
  expect(answer.headers()["content-type"]).toBe("application/manifest+json");
  const manifest = (await answer.json()) as Record<string, unknown> & {
    icons: { src: string; sizes: string; purpose: string }[];
  };
  expect(manifest).toMatchObject({ name: "Tessera", start_url: "/", scope: "/", display: "standalone" });
  expect(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual([
    "192x192 any",
    "512x512 any",
    "192x192 maskable",
    "512x512 maskable",
  ]);
  const touch = await page.locator('link[rel="apple-touch-icon"]').getAttribute("href");
  const icons = [...manifest.icons.map(({ src, sizes }) => [src, sizes]), [touch ?? "", "180x180"]];
  for (const [src, sizes] of icons) {
    const picture = await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src ?? "";
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    expect(picture, src).toBe(sizes);
  }

  // What the browser itself finds missing.
  await atWork(page);
  const devtools = await page.context().newCDPSession(page);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // Tests run in private windows, in which nothing is installed.
  const errors = installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito");
  expect(errors).toEqual([]);

  const worker = await page.request.get(`${tessera.url}/sw.js`);
  expect(worker.headers()).toMatchObject({
    "content-type": "text/javascript",
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; connect-src 'self'; frame-ancestors 'none'",
  });
});
