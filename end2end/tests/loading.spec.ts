/** What is shown while a page waits for what it shows: nothing at first, and never an empty page. */
import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { add, unique } from "../fixtures/tokens.ts";

/** As a site is that was built without being optimised; `cargo xtask test` builds one that is taken apart. */
const inOnePiece = (process.env["TESSERA_SITE_ROOT"] ?? "").endsWith("site-dev");

/** Holds answers to `path` until it is told to let them through. */
async function hold(page: Page, path: string): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(`**${path}`, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test("old rows stay and a bar says that others are on their way", async ({ page, tessera, signIn, visit }) => {
  const word = unique("slow");
  await add(tessera, { value: word, usage_count: "1" });
  await signIn(page);
  await visit(page, `/tokens?q=${word}`);
  const bar = page.getByRole("progressbar", { name: "Loading" });
  const main = page.getByRole("main");
  await expect(bar).toBeHidden();
  const release = await hold(page, "/fn/list_tokens");
  await page.getByRole("link", { name: "Disabled", exact: true }).click();
  await expect(bar).toBeVisible();
  await expect(main).toHaveAttribute("aria-busy", "true");
  await expect(page.getByRole("link", { name: word, exact: true })).toBeVisible();
  release();
  await expect(page.getByRole("link", { name: word, exact: true })).toBeHidden();
  await expect(bar).toBeHidden();
  await expect(main).not.toHaveAttribute("aria-busy");
});

test("who leaves a page that waits is not told to wait any more", async ({ page, signIn, visit }) => {
  await signIn(page);
  await visit(page, "/tokens");
  const release = await hold(page, "/fn/list_tokens");
  await page.getByRole("link", { name: "Disabled", exact: true }).click();
  const bar = page.getByRole("progressbar", { name: "Loading" });
  await expect(bar).toBeVisible();
  await page.getByRole("link", { name: "Settings" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await expect(bar).toBeHidden();
  release();
});

test("what comes at once is not announced, and nothing moves for whom it must not", async ({ page, signIn, visit }) => {
  await signIn(page);
  await visit(page, "/tokens");
  const delays = (motion: "reduce" | "no-preference") =>
    page.emulateMedia({ reducedMotion: motion }).then(() =>
      page.getByRole("progressbar", { includeHidden: true }).evaluate((bar) => {
        const { animationName, animationDelay } = getComputedStyle(bar);
        return [animationName, animationDelay];
      }),
    );
  expect(await delays("no-preference")).toEqual(["appear, arrive", "0.3s, 0.3s"]);
  expect(await delays("reduce")).toEqual(["appear", "0.3s"]);
});

test("a page whose data are late shows lines in their place, and says that it is busy", async ({
  page,
  signIn,
  visit,
}) => {
  await signIn(page);
  await visit(page, "/tokens");
  const release = await hold(page, "/fn/load_settings");
  await page.getByRole("link", { name: "Settings" }).first().click();
  const lines = page.getByRole("main").locator('[aria-busy="true"]');
  await expect(lines.locator(".skeleton")).toBeVisible();
  await expect(lines).toContainText("Loading");
  release();
  await expect(page.getByRole("button", { name: "Save" })).toBeVisible();
  await expect(lines).toHaveCount(0);
});

test("a bar says that the code of a page is on its way", async ({ page, signIn, visit }) => {
  test.skip(inOnePiece, "no part of the code comes by itself");
  await signIn(page);
  const release = await hold(page, "/split_later.wasm");
  await visit(page, "/tokens");
  await page.getByRole("link", { name: "Activity" }).first().click();
  await expect(page.getByRole("progressbar", { name: "Loading" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "Tokens" })).toBeVisible();
  release();
  await expect(page.getByRole("heading", { level: 1, name: "Activity" })).toBeVisible();
  await expect(page.getByRole("progressbar", { name: "Loading" })).toBeHidden();
});

test("all code that a page needs is named in its head, and comes at once", async ({ page, signIn, visit }) => {
  test.skip(inOnePiece, "no part of the code comes by itself");
  await signIn(page);
  for (const [address, files] of [
    ["/tokens", ["__wasm_split.js", "tessera.js", "tessera.wasm"]],
    ["/", ["__wasm_split.js", "split_later.wasm", "tessera.js", "tessera.wasm"]],
    ["/tokens/codes", ["__wasm_split.js", "split_later.wasm", "tessera.js", "tessera.wasm"]],
  ] as const) {
    await visit(page, address);
    const loaded = await page.evaluate(() => {
      const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
      const code = entries.filter(({ name }) => /\/pkg\/.*(js|wasm)$/.test(name));
      return code.map(({ name, initiatorType }) => ({
        name: name.replace(/.*\/|\._+(?=\.js$)/g, ""),
        isNamed: initiatorType !== "script" && initiatorType !== "fetch",
      }));
    });
    expect([...new Set(loaded.map(({ name }) => name))].sort(), address).toEqual(files);
    // A script that asks for what is named already does not ask the server.
    expect(loaded.filter(({ isNamed }) => !isNamed)).toEqual([]);
  }
});
