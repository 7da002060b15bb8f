import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { add, consume, unique } from "../fixtures/tokens.ts";

/** How soon a page shows what happened elsewhere. */
const soon = { timeout: 1_000 };

/** The page hears what happens from here on. */
function listening(page: Page): Promise<unknown> {
  return page.waitForResponse((response) => new URL(response.url()).pathname === "/events");
}

test("a use in one browser shows in another's token page and activity within a second", async ({
  page,
  browser,
  tessera,
  signIn,
  visit,
  axe,
}) => {
  const value = unique("live");
  const uid = await add(tessera, { value, usage_count: "2" });
  await signIn(page);
  const heard = listening(page);
  await visit(page, `/tokens/${uid}`);
  await heard;

  const elsewhere = await browser.newContext({ storageState: await page.context().storageState() });
  const activity = await elsewhere.newPage();
  const heardToo = listening(activity);
  await visit(activity, `${tessera.url}/activity?outcome=accepted`);
  await heardToo;
  const door = await elsewhere.newPage();
  await visit(door, `${tessera.url}/scan?mode=use`);

  const attempts = page.getByRole("table", { name: "Last attempts" }).getByRole("row");
  const rows = activity.getByRole("row").filter({ hasText: value });
  await expect(rows).toHaveCount(0);
  // What is open while the page changes stays open, and what is focused stays focused.
  const table = page.getByText("View as table");
  await table.click();
  const days = page.getByRole("table", { name: "Attempts by day" });
  await expect(days).toBeVisible();
  const edit = page.getByRole("link", { name: "Edit" });
  await edit.focus();
  await door.getByLabel("Value").fill(value);
  await door.getByLabel("Value").press("Enter");
  await expect(attempts).toHaveCount(2, soon);
  await expect(rows).toHaveCount(1, soon);
  await expect(edit).toBeFocused();
  await expect(days).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Updated at" })).toHaveCount(1);
  await axe(page);
  await axe(activity);

  // Switched off, the page stands still; switched on again, it has missed nothing.
  await activity.getByRole("button", { name: "Live" }).click();
  await consume(tessera, uid);
  await expect(attempts).toHaveCount(3, soon);
  await expect(rows).toHaveCount(1);
  await activity.getByRole("button", { name: "Live" }).click();
  await expect(rows).toHaveCount(2);
  await elsewhere.close();
});

test("a question that is open stays open while the token changes", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const uid = await add(tessera, { value: unique("asked"), usage_count: "5" });
  await signIn(page);
  const heard = listening(page);
  await visit(page, `/tokens/${uid}`);
  await heard;
  await page.getByRole("link", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this token?" });
  await expect(dialog).toBeVisible();
  await consume(tessera, uid);
  await expect(page.getByText("1 accepted, 0 refused", { exact: true })).toBeVisible(soon);
  await expect(dialog).toBeVisible();
});

test("a page hears nothing while nobody sees it, and then all of it", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const uid = await add(tessera, { value: unique("hidden"), usage_count: "5" });
  await signIn(page);
  const heard = listening(page);
  await visit(page, `/tokens/${uid}`);
  await heard;
  const show = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await show(true);
  await consume(tessera, uid);
  const heardAgain = listening(page);
  await show(false);
  await heardAgain;
  await expect(page.getByText("1 accepted, 0 refused", { exact: true })).toBeVisible();
});

test("a lock counts down, and the page looks anew at its end", async ({ page, tessera, signIn, visit }) => {
  const uid = await add(tessera, { value: unique("locked"), usage_count: "5", lock_time: "20" });
  await consume(tessera, uid);
  await signIn(page);
  await visit(page, `/tokens/${uid}`);
  const head = page.locator("header.head");
  await expect(head.getByText(/^0:[0-2]\d$/)).toBeVisible();
  await expect(head.getByText("Locked", { exact: true })).toBeVisible();
  await expect(head.getByText("Active", { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(head.getByText(/^0:[0-2]\d$/)).toHaveCount(0);
});
