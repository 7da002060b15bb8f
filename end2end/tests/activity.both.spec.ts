import { expect, test } from "../fixtures/tessera.ts";
import { add, consume, unique } from "../fixtures/tokens.ts";

test.beforeEach(({ page, signIn }) => signIn(page));

test("all attempts are found in the navigation and filtered by a form", async ({
  page,
  tessera,
  visit,
  axe,
}) => {
  const value = unique("tried");
  const uid = await add(tessera, { value, usage_count: "1" });
  await consume(tessera, uid);
  await consume(tessera, uid);
  await visit(page, "/tokens");
  const main = page.getByRole("navigation", { name: "Main" });
  await main.getByRole("link", { name: "Activity" }).click();
  await expect(page).toHaveURL("/activity");
  await expect(page.getByRole("heading", { name: "Activity", level: 1 })).toBeVisible();
  const rows = page
    .getByRole("table", { name: "Activity" })
    .getByRole("row")
    .filter({ has: page.getByRole("link", { name: value }) });
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText(/Refused: used up\s*test/);
  await expect(rows.nth(1)).toContainText(/Accepted\s*test/);
  await axe(page);

  await page.getByLabel("Outcome").selectOption("Refused");
  await page.getByLabel("By").fill("test");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/outcome=refused/);
  await expect(rows).toHaveCount(1);
  await expect(page.getByLabel("Outcome")).toHaveValue("refused");
  await rows.getByRole("link", { name: value }).click();
  await expect(page).toHaveURL(`/tokens/${uid}`);

  const today = new Date().toISOString().slice(0, 10);
  await visit(page, `/activity?from=${today}&to=${today}`);
  await expect(rows).toHaveCount(2);
  await visit(page, "/activity?to=2001-01-01");
  await expect(page.getByRole("heading", { name: "No attempt matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear filters" }).first().click();
  await expect(page).toHaveURL("/activity");
  await expect(rows).toHaveCount(2);
});

test("older attempts are a page of their own, and all of them a file", async ({
  page,
  tessera,
  visit,
}) => {
  const word = unique("old");
  const uid = await add(tessera, { value: word, usage_count: "-1" });
  for (let n = 0; n < 51; n += 1) await consume(tessera, uid);
  await visit(page, "/activity");
  const rows = page.getByRole("table", { name: "Activity" }).getByRole("link", { name: word });
  await expect(rows).toHaveCount(50);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/before=/);
  await expect(rows).toHaveCount(1);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(rows).toHaveCount(50);
  const file = await page.request.get("/activity/export.csv?outcome=accepted");
  expect(file.headers()["content-type"]).toBe("text/csv; charset=utf-8");
  expect((await file.text()).split(`,accepted,test,${uid},${word},`)).toHaveLength(52);
});
