/** What a door hears and shows. */
import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { add, query, unique } from "../fixtures/tokens.ts";

/** Types as a scanner does: quickly, wherever the focus is, and Enter at the end. */
async function wedge(page: Page, value: string): Promise<void> {
  await page.locator("h1").click();
  await page.keyboard.type(value, { delay: 8 });
  await page.keyboard.press("Enter");
}

const door = (page: Page) => page.locator(".door");

test("a scanner that types is heard anywhere on the page", async ({ page, tessera, signIn, visit }) => {
  const value = unique("wedge with a space");
  const uid = await add(tessera, { value });
  await signIn(page);
  await visit(page, "/scan");
  await wedge(page, value);
  await expect(page).toHaveURL(`/tokens/${uid}`);

  await visit(page, "/scan");
  const unheard = unique("unheard");
  await wedge(page, unheard);
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page).toHaveURL(/\/tokens\/[0-9a-f-]{36}$/);
  expect((await query(tessera, unheard))?.value).toBe(unheard);
});

test("a scanner that ends with nothing is heard once the page was told so", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const value = unique("no end");
  const uid = await add(tessera, { value });
  await signIn(page);
  await visit(page, "/scan");
  await page.getByLabel("A scanner ends with").selectOption("nothing: after a short pause");
  // The device keeps it.
  await visit(page, "/scan");
  await expect(page.getByLabel("A scanner ends with")).toHaveValue("none");
  await page.locator("h1").click();
  await page.keyboard.type(value, { delay: 8 });
  await expect(page).toHaveURL(`/tokens/${uid}`);
});

test("a door says accepted, used up, wait and expired", async ({
  page,
  tessera,
  signIn,
  visit,
  pictures,
  forgive,
}) => {
  const once = unique("once");
  await add(tessera, { value: once, usage_count: "1" });
  const locked = unique("locked");
  await add(tessera, { value: locked, usage_count: "5", lock_time: "600" });
  const ended = unique("ended");
  await add(tessera, { value: ended, usage_count: "5", valid_to: "2020-01-01T00:00:00" });
  await signIn(page);
  await visit(page, "/scan?mode=use");

  await wedge(page, once);
  await expect(door(page)).toHaveClass(/door-ok/);
  await expect(door(page)).toContainText("Accepted");
  // Ready for the next by itself.
  await expect(door(page)).toHaveCount(0, { timeout: 4_000 });
  expect((await query(tessera, once))?.usage_count).toBe(0);

  await wedge(page, once);
  await expect(door(page)).toHaveClass(/door-no/);
  await expect(door(page)).toContainText("Refused");
  await expect(door(page)).toContainText("Used up");
  await page.waitForTimeout(2_500);
  await expect(door(page)).toBeVisible();
  await pictures(page, "door-refused");

  // The next scan needs no tap.
  await page.keyboard.type(locked, { delay: 8 });
  await page.keyboard.press("Enter");
  await expect(door(page)).toHaveClass(/door-ok/);
  await page.getByRole("button", { name: "Next scan" }).click();
  await wedge(page, locked);
  await expect(door(page)).toHaveClass(/door-wait/);
  await expect(door(page)).toContainText(/Wait 9:5\d/);
  await pictures(page, "door-wait");
  await page.getByRole("button", { name: "Next scan" }).click();

  await wedge(page, ended);
  await expect(door(page)).toHaveClass(/door-no/);
  await expect(door(page)).toContainText("Expired");
  await page.getByRole("button", { name: "Next scan" }).click();

  await wedge(page, unique("unknown"));
  await expect(door(page)).toHaveClass(/door-no/);
  await expect(door(page)).toContainText("No token has this value");
  await page.getByRole("button", { name: "Next scan" }).click();
  await expect(page.getByText("2 accepted, 4 refused")).toBeVisible();
  forgive(/status of 404/);
});

test("an attempt that nobody answers is never green, and is made once", async ({
  page,
  tessera,
  signIn,
  visit,
  forgive,
}) => {
  const value = unique("offline");
  await add(tessera, { value, usage_count: "3" });
  await signIn(page);
  await visit(page, "/scan?mode=use");
  let tries = 0;
  await page.route("**/fn/use_token", async (route) => {
    tries += 1;
    // The first comes through, but its answer does not.
    if (tries === 1) await route.fetch();
    await route.abort();
  });
  await wedge(page, value);
  await expect(door(page)).toHaveClass(/door-unsure/);
  await expect(door(page)).toContainText("trying again");
  await expect(door(page)).toContainText("Not checked", { timeout: 15_000 });
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible({ timeout: 15_000 });
  expect(tries).toBe(4);
  await page.unroute("**/fn/use_token");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(door(page)).toHaveClass(/door-ok/);
  expect((await query(tessera, value))?.usage_count).toBe(2);
  forgive(/ERR_FAILED/);
});
