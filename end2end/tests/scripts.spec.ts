/** What a page does beyond its forms and links once its scripts have taken it over. */
import { expect, test } from "../fixtures/tessera.ts";
import { add, unique } from "../fixtures/tokens.ts";

declare global {
  interface Window {
    /** Gone when the document is loaded anew. */
    sameDocument?: true;
  }
}

test("going from page to page loads no document anew, and each has its title", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const value = unique("walk");
  const uid = await add(tessera, { value });
  await signIn(page);
  await visit(page, `/tokens?q=${value}`);
  await page.evaluate(() => (window.sameDocument = true));
  const main = page.getByRole("main");
  const crumbs = page.getByRole("navigation", { name: "Breadcrumb" });
  const bar = page.getByRole("navigation", { name: "Main" });
  for (const [link, path, title] of [
    [main.getByRole("link", { name: value, exact: true }), `/tokens/${uid}`, value],
    [main.getByRole("link", { name: "Edit" }), `/tokens/${uid}/edit`, "Edit token"],
    [main.getByRole("link", { name: "Cancel" }), `/tokens/${uid}`, value],
    [crumbs.getByRole("link", { name: "Tokens" }), "/tokens", "Tokens"],
    [main.getByRole("link", { name: "New tokens" }).first(), "/tokens/new", "New tokens"],
    [main.getByRole("link", { name: "Cancel" }), "/tokens", "Tokens"],
    [main.getByRole("link", { name: `Delete ${value}` }), `/tokens/${uid}/delete`, "Delete this token?"],
    [bar.getByRole("link", { name: "Settings" }), "/settings", "Settings"],
    [bar.getByRole("link", { name: "Tokens" }), "/tokens", "Tokens"],
  ] as const) {
    await link.click();
    await expect(page).toHaveURL((url) => url.pathname === path);
    await expect(page).toHaveTitle(`${title} · Tessera`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  }
  await page.goBack();
  await expect(page).toHaveTitle("Settings · Tessera");
  await page.goForward();
  await expect(page).toHaveTitle("Tokens · Tessera");
  expect(await page.evaluate(() => window.sameDocument)).toBe(true);
});

test("the list follows while one types, and keeps the focus", async ({ page, tessera, signIn, visit }) => {
  const word = unique("type");
  for (const name of ["one", "two"]) await add(tessera, { value: `${word} ${name}` });
  await signIn(page);
  await visit(page, "/tokens");
  const search = page.getByRole("searchbox");
  await search.pressSequentially(`${word} two`);
  await expect(page.getByText("1–1 of 1", { exact: true })).toBeVisible();
  await expect(page).toHaveURL((url) => url.searchParams.get("q") === `${word} two`);
  await expect(search).toBeFocused();
  await search.fill(word);
  await expect(page.getByText("1–2 of 2", { exact: true })).toBeVisible();
  // Letters are no steps to go back by.
  await visit(page, "/settings");
  await page.goBack();
  await expect(page).toHaveURL(`/tokens?q=${word}`);
});

test("the form says what it will make before it does", async ({ page, signIn, visit }) => {
  await signIn(page);
  await visit(page, "/tokens/new");
  const summary = page.getByRole("status").and(page.locator("output"));
  await expect(summary).toHaveText("1 token, valid without limit, 1 use each.");
  await page.getByLabel("Amount").fill("1000");
  await expect(page.getByRole("button", { name: "Create 1,000 tokens" })).toBeVisible();
  await page.getByText("From – to", { exact: true }).click();
  await page.getByLabel("Until").fill("2031-04-02T19:00");
  await page.getByLabel("Lock after use").fill("60");
  await expect(summary).toHaveText(
    "1,000 tokens, valid until Wed 2 Apr 2031, 19:00 UTC, 1 use each, locked for 60 s after each use.",
  );
  await page.getByRole("checkbox", { name: "Unlimited" }).check();
  await expect(summary).toContainText("unlimited uses");
});

test("times are told from where the reader is", async ({ page, tessera, signIn, visit }) => {
  const value = unique("time");
  await add(tessera, { value, usage_count: "1", valid_to: "2031-07-01T12:00:00Z" });
  await signIn(page);
  await visit(page, `/tokens?q=${value}`);
  const row = page.getByRole("row").filter({ hasText: value });
  // Berlin is two hours ahead of UTC in July.
  await expect(row.locator("time", { hasText: "Tue 1 Jul 2031, 14:00" })).toHaveAttribute(
    "datetime",
    "2031-07-01T12:00:00Z",
  );
  await expect(row.locator("time").last()).toHaveText(/^(just now|\d+ s ago)$/);
});

test("a server that cannot be reached is told, and nothing is lost", async ({
  page,
  context,
  tessera,
  signIn,
  visit,
  forgive,
}) => {
  const label = unique("offline");
  await signIn(page);
  await visit(page, "/tokens/new");
  await page.getByLabel("Label").fill(label);
  await context.setOffline(true);
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByRole("alert")).toContainText("The server could not be reached.");
  await expect(page.getByLabel("Label")).toHaveValue(label);
  await context.setOffline(false);
  forgive(/net::ERR_INTERNET_DISCONNECTED/);
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(label);
  const exported = await tessera.command(["export", "tokens", "--format", "jsonl"]);
  expect(exported.split("\n").filter((line) => line.includes(label))).toHaveLength(1);
});

test("who is signed out meanwhile is asked to sign in, and comes back", async ({
  page,
  context,
  signIn,
  visit,
  forgive,
}) => {
  await signIn(page);
  await visit(page, "/tokens");
  await context.clearCookies();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
  await expect(page).toHaveURL(/\/login\?next=\/settings$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  forgive(/status of 401/);
});

test("a message goes away when it is dismissed", async ({ page, tessera, signIn, visit }) => {
  const uid = await add(tessera, { value: unique("toast"), usage_count: "1" });
  await signIn(page);
  await visit(page, `/tokens/${uid}`);
  await page.getByRole("button", { name: "Set to 10", exact: true }).click();
  const messages = page.getByRole("status", { name: "Messages" });
  await expect(messages).toHaveText("Saved.");
  await messages.getByRole("link", { name: "Dismiss message" }).click();
  await expect(messages).toBeEmpty();
  await expect(page).toHaveURL(`/tokens/${uid}`);
});

test("the code of a page that is not met first comes with it, and its lack is told", async ({
  page,
  signIn,
  visit,
  forgive,
}) => {
  const parts: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/split_later.wasm")) parts.push(request.url());
  });
  const site = process.env["TESSERA_SITE_ROOT"] ?? "";
  test.skip(site.endsWith("site-dev"), "an unoptimised site is in one piece");
  await signIn(page);
  await visit(page, "/tokens");
  const script = await page.locator('link[rel="modulepreload"]').first().getAttribute("href");
  const manifest = script?.replace("tessera.js", "__wasm_split_manifest.json") ?? "";
  expect((await page.request.get(manifest)).status()).toBe(200);
  expect(parts).toEqual([]);

  const bar = page.getByRole("navigation", { name: "Main" });
  await page.route("**/split_later.wasm", (route) => route.abort());
  await bar.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Something went wrong");
  // A page that the host has made is there all the same, and works as without a script.
  await page.goto("/settings");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings");
  forgive(/ERR_FAILED|Failed to fetch|preload/);

  await page.unroute("**/split_later.wasm");
  await visit(page, "/tokens");
  await bar.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings");
  // Once there it is there for all of them.
  const loaded = parts.length;
  await bar.getByRole("link", { name: "Tokens" }).click();
  await bar.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings");
  expect(parts.length).toBe(loaded);
});
