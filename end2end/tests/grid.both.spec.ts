/** The list as a grid of codes, as an independent reader sees it. */
import type { Page, TestInfo } from "@playwright/test";

import { read } from "../fixtures/codes.ts";
import { admin, expect, test } from "../fixtures/tessera.ts";
import { add, unique } from "../fixtures/tokens.ts";

/** What the reader sees in each square of the page, photographed as it is shown. */
async function readAll(page: Page, testInfo: TestInfo): Promise<string[]> {
  const squares = page.getByRole("main").locator(".code .qr");
  const seen: string[] = [];
  for (let n = 0; n < (await squares.count()); n += 1) {
    const picture = testInfo.outputPath(`code-${n}.png`);
    await squares.nth(n).screenshot({ path: picture });
    seen.push(await read(picture));
  }
  return seen;
}

test.use({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 });

test.beforeEach(({ page, signIn }) => signIn(page));

test("every code of the grid is read off the screen, in each size, light and dark", async ({
  page,
  tessera,
  visit,
  alive,
}, testInfo) => {
  test.setTimeout(180_000);
  const word = unique("grid");
  const made: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    const value = `${word}-${String(n).padStart(2, "0")}-5e1f0a77c2d9`;
    await add(tessera, { value, usage_count: "1" });
    made.unshift(value);
  }
  await visit(page, `/tokens?q=${word}`);
  await page.getByRole("navigation", { name: "View" }).getByRole("link", { name: "Codes" }).click();
  await expect(page).toHaveURL(`/tokens/codes?q=${word}&size=100`);
  await alive(page);
  expect(await readAll(page, testInfo)).toEqual(made);
  for (const [size, colorScheme] of [
    ["75 %", "dark"],
    ["50 %", "light"],
    ["200 %", "dark"],
  ] as const) {
    await page.getByRole("navigation", { name: "Size" }).getByRole("link", { name: size, exact: true }).click();
    await expect(page).toHaveURL(`/tokens/codes?q=${word}&size=${size.split(" ")[0]}`);
    await alive(page);
    await page.emulateMedia({ colorScheme });
    expect(await readAll(page, testInfo), size).toEqual(made);
  }
  const side = await page.locator(".code svg[role=img]").first().evaluate((code) => code.clientWidth);
  expect(side).toBe(512);
});

test("the grid has the filters, the order and the pages of the list, and leads to each token", async ({
  page,
  tessera,
  visit,
  alive,
  axe,
}) => {
  const word = unique("tile");
  for (let n = 0; n < 52; n += 1) {
    await add(tessera, { value: `${word}-${String(n).padStart(2, "0")}`, usage_count: n < 51 ? "1" : "0" });
  }
  const tiles = page.getByRole("main").locator(".code");
  const first = tiles.first().getByRole("link");
  await visit(page, `/tokens/codes?q=${word}`);
  await expect(page).toHaveTitle("Tokens · Tessera");
  await expect(page.getByText("1–50 of 52", { exact: true })).toBeVisible();
  await expect(tiles).toHaveCount(50);
  await expect(first).toContainText("51");
  await expect(tiles.first().getByText("Used up")).toBeVisible();
  await expect(page.getByRole("img", { name: `QR code of ${word}-51` })).toBeVisible();
  await axe(page);

  await page.getByRole("link", { name: "Created, descending" }).click();
  await expect(page).toHaveURL(/sort=created/);
  await expect(first).toContainText("00");
  await page.getByRole("link", { name: "Page 2", exact: true }).click();
  await expect(page.getByText("51–52 of 52", { exact: true })).toBeVisible();
  await expect(tiles).toHaveCount(2);
  await page.getByRole("navigation", { name: "Status" }).getByRole("link", { name: "Used up" }).click();
  await expect(page).toHaveURL((url) => url.pathname === "/tokens/codes" && url.search.includes("status=used_up"));
  await alive(page);
  await expect(tiles).toHaveCount(1);

  await page.getByRole("navigation", { name: "View" }).getByRole("link", { name: "Table" }).click();
  await expect(page).toHaveURL((url) => url.pathname === "/tokens" && url.search.includes("status=used_up"));
  await alive(page);
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  await page.getByRole("navigation", { name: "View" }).getByRole("link", { name: "Codes" }).click();
  await alive(page);
  await expect(tiles).toHaveCount(1);
  await first.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${word}-51`);
});

test("the codes of the grid say what the settings want them to say", async ({ page, fresh, visit }, testInfo) => {
  await fresh.command(["settings", "set", "qr_content=link", "qr_correction=H", "qr_margin=2"]);
  const value = unique("link");
  await add(fresh, { value });
  // The server knows the settings that another process set a second later at most.
  await page.waitForTimeout(1_100);
  await page.goto(`${fresh.url}/login`);
  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
  await visit(page, `${fresh.url}/tokens/codes`);
  expect(await readAll(page, testInfo)).toEqual([`${fresh.url}/t#${value}`]);
});

test("the grid of nothing says so, and a filter that cannot be read shows no codes", async ({
  page,
  visit,
  forgive,
  axe,
}) => {
  await visit(page, "/tokens/codes?q=nothing-at-all");
  await expect(page.getByRole("heading", { name: "No token matches" })).toBeVisible();
  await axe(page);
  await visit(page, "/tokens/codes?ends_to=never");
  await expect(page.getByRole("heading", { name: "A filter cannot be read" })).toBeVisible();
  forgive(/status of 422/);
});
