/** The page for whoever holds a code and has no account. */
import { expect, test } from "../fixtures/tessera.ts";
import { add, query, unique } from "../fixtures/tokens.ts";

test("who holds a code is told whether it is good, and nothing is used", async ({
  page,
  tessera,
  visit,
  alive,
  axe,
  pictures,
}) => {
  const good = unique("good");
  await add(tessera, { value: good, usage_count: "2", valid_to: "2099-12-31T12:00:00" });
  const over = unique("over");
  await add(tessera, { value: over, usage_count: "0" });
  await visit(page, "/t");
  await expect(page).toHaveTitle("Is this code good? · Tessera");
  const check = async (value: string): Promise<void> => {
    await alive(page);
    await page.getByLabel("Code").fill(value);
    await page.getByRole("button", { name: "Check" }).click();
  };
  const told = page.getByRole("status").filter({ has: page.locator(".door-word") });
  await check(good);
  await expect(told).toContainText("Good");
  await expect(told.getByRole("definition").first()).toHaveText("2");
  await expect(told).toContainText("2099");
  await axe(page);
  await pictures(page, "check");
  expect((await query(tessera, good))?.usage_count).toBe(2);

  await check(over);
  await expect(told).toContainText("Not good");
  await expect(told).toContainText("Used up");
  await check(unique("nowhere"));
  await expect(told).toContainText("No token has this code.");
  expect(page.url()).toBe(`${tessera.url}/t`);
});
