import { admin, expect, test } from "../fixtures/tessera.ts";
import { add, unique } from "../fixtures/tokens.ts";

test.beforeEach(({ page, signIn }) => signIn(page));

test("the audit log says who changed what, and is filtered by a form", async ({
  page,
  tessera,
  visit,
  axe,
}) => {
  const value = unique("audited");
  const uid = await add(tessera, { value, usage_count: "3" });
  await visit(page, `/tokens/${uid}`);
  await page.getByRole("button", { name: "Set to 20" }).click();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Saved.");

  await visit(page, "/audit");
  await page.getByLabel("Target").fill(value.toUpperCase());
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL((url) => url.searchParams.get("q") === value.toUpperCase());
  const rows = page.getByRole("table", { name: "Audit log" }).getByRole("row");
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText(admin.name);
  await expect(rows.nth(1)).toContainText(/Changed\s*Token\s*audited/);
  await expect(rows.nth(1)).toContainText(/Uses\s*3 → 20/);
  await expect(rows.nth(2)).toContainText(/API key\s*Created/);
  await axe(page);

  await page.getByLabel("Action").selectOption("Changed");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(rows).toHaveCount(2);
  await rows.nth(1).getByRole("link", { name: value }).click();
  await expect(page).toHaveURL(`/tokens/${uid}`);

  await visit(page, "/audit?q=nothing-like-it");
  await expect(page.getByRole("heading", { name: "No entry matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear filters" }).first().click();
  await expect(page).toHaveURL("/audit");
});
