import { admin, expect, test } from "../fixtures/tessera.ts";
import { add, consume, query, unique } from "../fixtures/tokens.ts";

test("the overview tells what is going on and leads on from there", async ({
  page,
  tessera,
  signIn,
  visit,
  axe,
}) => {
  const value = unique("seen");
  const uid = await add(tessera, { value, usage_count: "1" });
  const ending = unique("ending");
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  await add(tessera, { value: ending, usage_count: "1", valid_to: inAnHour });
  await consume(tessera, uid);
  await consume(tessera, uid);
  await signIn(page);
  await visit(page, "/");
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  const main = page.getByRole("main");
  await expect(main.getByRole("img", { name: /Attempts in 28 days: \d+ accepted, \d+ refused/ })).toBeVisible();
  await expect(main.getByRole("link", { name: /Attempts today\s*\d+\s*\d+ accepted, \d+ refused/ })).toBeVisible();
  await expect(main.getByRole("listitem").filter({ hasText: "Refused: used up" }).first()).toBeVisible();
  await expect(main.getByRole("link", { name: ending })).toBeVisible();
  await axe(page);

  const day = main.getByRole("table", { name: "Attempts by day" }).getByRole("row");
  await expect(day).toHaveCount(0);
  await main.getByText("View as table").click();
  await expect(day).toHaveCount(29);
  await expect(day.nth(1)).toContainText(/[1-9]\d*\s*[1-9]/);

  await main.getByRole("link", { name: /^Used up/ }).click();
  await expect(page).toHaveURL("/tokens?status=used_up");
  await visit(page, "/");
  await main.getByRole("link", { name: /^Attempts today/ }).click();
  await expect(page).toHaveURL(/activity\?from=\d{4}-\d\d-\d\d&to=/);
  await expect(page.getByRole("row").filter({ hasText: value })).toHaveCount(2);
});

test("a token is made by its label alone", async ({ page, tessera, signIn, visit }) => {
  const label = unique("Quick");
  await add(tessera, { value: unique("other"), usage_count: "1" });
  await signIn(page);
  await visit(page, "/");
  await page.getByLabel("Label").fill(label);
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByRole("heading", { name: label, level: 1 })).toBeVisible();
  const uid = new URL(page.url()).pathname.split("/")[2] ?? "";
  expect((await query(tessera, uid))?.usage_count).toBe(1);
});

test("whoever signs in lands on the overview, which leads to the first token", async ({
  page,
  fresh,
  visit,
}) => {
  await visit(page, `${fresh.url}/login`);
  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${fresh.url}/`);
  await expect(page.getByRole("heading", { name: "No tokens yet" })).toBeVisible();
  await expect(page.getByText("curl https://…/tokens/add_token")).toBeVisible();
  await page.getByRole("link", { name: "Create the first token" }).click();
  await expect(page).toHaveURL(`${fresh.url}/tokens/new`);
});

test("the attempts on a token are paged, and its rules explained", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const uid = await add(tessera, { value: unique("paged"), usage_count: "1" });
  for (let n = 0; n < 21; n += 1) await consume(tessera, uid);
  await signIn(page);
  await visit(page, `/tokens/${uid}`);
  const rows = page.getByRole("table", { name: "Last attempts" }).getByRole("row");
  await expect(rows).toHaveCount(21);
  await page.getByRole("link", { name: "Page 2" }).click();
  await expect(page).toHaveURL(`/tokens/${uid}?page=2`);
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText("Accepted");
  await expect(page.getByRole("img", { name: "Attempts in 28 days: 1 accepted, 20 refused" })).toBeVisible();
  const explained = page.getByText("Each accepted use takes one.");
  await expect(explained).toBeHidden();
  await page.locator("summary[aria-label='What does “Uses left” mean?']").click();
  await expect(explained).toBeVisible();
});
