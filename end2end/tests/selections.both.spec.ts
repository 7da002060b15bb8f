import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { admin, expect, test } from "../fixtures/tessera.ts";
import { add, query, unique } from "../fixtures/tokens.ts";

const messages = (page: Page) => page.getByRole("status", { name: "Messages" });
const bar = (page: Page) => page.getByRole("group", { name: "Selected tokens" });

/** Ticks the row of that name. */
async function tick(page: Page, name: string): Promise<void> {
  await page.getByRole("checkbox", { name: `Select ${name}`, exact: true }).check();
}

/** Presses a button of the bar, and what the page behind it asks, if it is led there. */
async function act(page: Page, name: string): Promise<void> {
  await bar(page).getByRole("button", { name, exact: true }).click();
}

test("what is ticked is disabled and enabled, and nothing else", async ({
  page,
  tessera,
  signIn,
  visit,
  javaScriptEnabled,
}) => {
  await signIn(page);
  const word = unique("crowd");
  for (const n of [1, 2, 3]) await add(tessera, { value: `${word}-${n}`, usage_count: "1" });
  const disabled = page.getByRole("row").filter({ hasText: "Disabled" });
  await visit(page, `/tokens?q=${word}`);
  await expect(bar(page)).toBeHidden();
  for (const [verb, told, count] of [
    ["Disable", "2 tokens disabled.", 2],
    ["Enable", "2 tokens enabled.", 0],
  ] as const) {
    await tick(page, `${word}-1`);
    await tick(page, `${word}-3`);
    await act(page, verb);
    if (!javaScriptEnabled) {
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${verb} 2 tokens?`);
      await page.getByRole("button", { name: verb, exact: true }).click();
    }
    await expect(messages(page)).toContainText(told);
    await expect(page).toHaveURL((url) => url.pathname === "/tokens" && url.search.includes(`q=${word}`));
    await expect(disabled).toHaveCount(count);
    if (count === 0) continue;
    await expect(page.getByRole("row", { name: `${word}-2` })).toContainText("Active");
    await visit(page, `/tokens?q=${word}`);
  }
});

test("the window and the uses of several are set on a page that asks", async ({
  page,
  tessera,
  signIn,
  visit,
  axe,
  alive,
  forgive,
}) => {
  await signIn(page);
  const word = unique("extend");
  for (const n of [1, 2]) {
    const value = `${word}-${n}`;
    await add(tessera, { value, usage_count: "1", valid_from: "2020-01-01T00:00:00" });
  }
  await visit(page, `/tokens?q=${word}`);
  for (const n of [1, 2]) await tick(page, `${word}-${n}`);
  await act(page, "Extend…");
  await expect(page).toHaveTitle("Extend 2 tokens · Tessera");
  await alive(page);
  await axe(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Until")).toHaveAccessibleDescription(/Please fill this in\./);
  await page.getByLabel("Until").fill("2031-05-01T18:30");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(messages(page)).toContainText("2 tokens changed.");
  expect(await query(tessera, `${word}-2`)).toMatchObject({
    valid_from: "2020-01-01T00:00:00",
    valid_to: "2031-05-01T18:30:00",
    usage_count: 1,
  });

  await visit(page, `/tokens?q=${word}`);
  for (const n of [1, 2]) await tick(page, `${word}-${n}`);
  await act(page, "Set uses…");
  await expect(page.getByText(`${word}-1`, { exact: true })).toBeVisible();
  await page.getByLabel("Uses").fill("7");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(messages(page)).toContainText("2 tokens changed.");
  expect(await query(tessera, `${word}-1`)).toMatchObject({ usage_count: 7 });
  forgive(/status of 422/);
});

test("several are deleted and taken back at once", async ({
  page,
  tessera,
  signIn,
  visit,
  javaScriptEnabled,
}) => {
  await signIn(page);
  const word = unique("away");
  for (const n of [1, 2, 3]) await add(tessera, { value: `${word}-${n}`, usage_count: "1" });
  await visit(page, `/tokens?q=${word}`);
  await tick(page, `${word}-1`);
  await tick(page, `${word}-2`);
  await act(page, "Delete");
  if (!javaScriptEnabled) await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(messages(page)).toContainText("2 tokens deleted.");
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  expect(await query(tessera, `${word}-1`)).toBeNull();
  expect(await query(tessera, `${word}-3`)).not.toBeNull();
  await messages(page).getByRole("button", { name: "Undo" }).click();
  await expect(messages(page)).toContainText("2 tokens restored.");
  for (const n of [1, 2, 3]) expect(await query(tessera, `${word}-${n}`)).not.toBeNull();
});

test("ten thousand that match are deleted by their number, and taken back", async ({
  page,
  fresh,
  alive,
  visit,
  forgive,
}) => {
  test.slow();
  await visit(page, `${fresh.url}/login`);
  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
  for (let thousands = 0; thousands < 10; thousands += 1) {
    const form = { "form[amount]": "1000", "form[label]": "Gala", "form[uses]": "1" };
    const headers = { origin: fresh.url };
    const made = await page.request.post(`${fresh.url}/fn/add_tokens`, { form, headers });
    expect(made.ok()).toBe(true);
  }
  const others = [await add(fresh, { value: "other-1" }), await add(fresh, { value: "other-2" })];
  // Beyond what is counted for a list, only that there are more.
  const total = page.getByText(/^1–50 of (10,000|more than)/);
  await visit(page, `${fresh.url}/tokens?q=Gala`);
  await expect(total).toBeVisible();
  await page.getByRole("checkbox", { name: /^Select Gala/ }).nth(4).check();
  await bar(page).getByRole("checkbox", { name: /^All that match/ }).check();
  await act(page, "Delete");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Delete 10,000 tokens?");
  await alive(page);
  await expect(page.getByText("All that match: search “Gala”.")).toBeVisible();

  const typed = page.getByLabel("How many tokens?");
  await typed.fill("1000");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(typed).toHaveAccessibleDescription(/This is not right\./);
  forgive(/status of 422/);
  await typed.fill("10,000");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(messages(page)).toContainText("10,000 tokens deleted.");
  await expect(page.getByText("No token matches")).toBeVisible();
  const left = await fresh.command(["export", "tokens", "--format", "jsonl"]);
  const uids = left.trim().split("\n").map((line) => (JSON.parse(line) as { uid: string }).uid);
  expect(uids.sort()).toEqual(others.sort());

  await messages(page).getByRole("button", { name: "Undo" }).click();
  await expect(messages(page)).toContainText("10,000 tokens restored.");
  await visit(page, `${fresh.url}/tokens?q=Gala`);
  await expect(total).toBeVisible();
});

test("the file has what is ticked or what the list shows, and no formula", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  await signIn(page);
  const word = unique("file");
  const evil = `=${word}`;
  for (const value of [evil, `${word}-2`, `${word}-3`]) await add(tessera, { value });
  await visit(page, `/tokens?q=${word}&sort=value`);
  const values = async (press: () => Promise<void>) => {
    const [download] = await Promise.all([page.waitForEvent("download"), press()]);
    expect(download.suggestedFilename()).toBe("tokens.csv");
    const text = await readFile(await download.path(), "utf8");
    return text.trim().split("\r\n").map((line) => line.split(",")[1]);
  };
  const all = await values(() => page.getByRole("link", { name: "Export CSV" }).click());
  expect(all).toEqual(["value", `"'${evil}"`, `${word}-2`, `${word}-3`]);
  await tick(page, `${word}-3`);
  const ticked = await values(() => act(page, "Export CSV"));
  expect(ticked).toEqual(["value", `${word}-3`]);
});

test("what is ticked is printed", async ({ page, tessera, signIn, visit }) => {
  await signIn(page);
  const word = unique("paper");
  for (const n of [1, 2, 3]) await add(tessera, { value: `${word}-${n}` });
  await visit(page, `/tokens?q=${word}`);
  await tick(page, `${word}-2`);
  await act(page, "Print");
  await expect(page).toHaveURL((url) => url.pathname === "/tokens/print");
  await expect(page.getByText("1 of 1 labels drawn")).toBeVisible();
  await expect(page.getByRole("img", { name: `QR code of ${word}-2` })).toBeVisible();
});
