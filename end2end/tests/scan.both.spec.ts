/** Scanning by typing, with and without a script. */
import { expect, test } from "../fixtures/tessera.ts";
import { add, query, unique } from "../fixtures/tokens.ts";

test("a typed value is looked up, and an unknown one is offered to be made", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const value = unique("look");
  const uid = await add(tessera, { value });
  await signIn(page);
  await visit(page, "/scan");
  await page.getByLabel("Value").fill(value);
  await page.getByRole("button", { name: "Look up" }).click();
  await expect(page).toHaveURL(`/tokens/${uid}`);
  await visit(page, "/scan");
  await page.getByLabel("Value").fill(unique("unheard"));
  await page.getByRole("button", { name: "Look up" }).click();
  await expect(page.getByRole("heading", { name: "No token has this value" })).toBeVisible();
  await expect(page.getByText("Create token")).toBeVisible();
});

test("a typed value is used, and the door says what came of it", async ({
  page,
  tessera,
  signIn,
  visit,
  forgive,
}) => {
  const value = unique("use");
  await add(tessera, { value, usage_count: "1" });
  await signIn(page);
  await visit(page, "/scan?mode=use");
  for (const [word, left] of [
    ["Accepted", 0],
    ["Refused", 0],
  ] as const) {
    await page.getByLabel("Value").fill(value);
    await page.locator("#scan").getByRole("button", { name: "Use" }).click();
    await expect(page.locator(".door, .door-card").filter({ hasText: word })).toBeVisible();
    expect((await query(tessera, value))?.usage_count).toBe(left);
    await page.goto("/scan?mode=use");
    await page.locator("#value").waitFor();
  }
  // The value stands in no address and in no log.
  expect(page.url()).not.toContain(value);
  await tessera.logged();
  expect(tessera.log).not.toContain(value);
  forgive(/status of 4\d\d/);
});
