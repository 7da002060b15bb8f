import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { add, consume, unique } from "../fixtures/tokens.ts";

/** The names of the tokens in the list, sorted. */
async function names(page: Page): Promise<string[]> {
  const links = page.getByRole("row").getByRole("rowheader").getByRole("link");
  return (await links.allTextContents()).sort();
}

/** A day of the site, whose zone is UTC, so many days from now. */
function day(away: number): string {
  return new Date(Date.now() + away * 86_400_000).toISOString().slice(0, 10);
}

test.beforeEach(({ page, signIn }) => signIn(page));

test("tokens are filtered by their end, their last use and their uses, and each filter goes by a click", async ({
  page,
  tessera,
  visit,
  alive,
  axe,
}) => {
  const word = unique("when");
  const ends = (name: string, away: number, uses: string) =>
    add(tessera, { value: `${word}-${name}`, valid_to: `${day(away)}T12:00:00`, usage_count: uses });
  await ends("past", -3, "1");
  const soon = await ends("soon", 5, "7");
  await ends("later", 20, "1");
  await add(tessera, { value: `${word}-open`, usage_count: "-1" });
  await consume(tessera, soon);

  await visit(page, `/tokens?q=${word}`);
  await page.getByRole("link", { name: "More filters" }).click();
  await expect(page).toHaveTitle("Filter tokens · Tessera");
  await alive(page);
  await axe(page);
  const until = page.getByRole("group", { name: "Valid until" });
  await until.getByText("Next 30 days").click();
  await page.getByRole("group", { name: "Uses" }).getByLabel("At most").fill("6");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL((url) => url.pathname === "/tokens" && url.search.includes("ends=next-30"));
  await alive(page);
  await expect.poll(() => names(page)).toEqual([`${word}-later`, `${word}-soon`]);

  await page.getByRole("link", { name: "More filters" }).click();
  await expect(until.getByRole("radio", { name: "Next 30 days" })).toBeChecked();
  await alive(page);
  await page.getByRole("group", { name: "Last used" }).getByText("Never", { exact: true }).click();
  await page.getByRole("button", { name: "Show" }).click();
  await expect.poll(() => names(page)).toEqual([`${word}-later`]);
  await axe(page);
  await page.getByRole("link", { name: "Remove filter: Last used: Never" }).click();
  await expect.poll(() => names(page)).toEqual([`${word}-later`, `${word}-soon`]);
  await page.getByRole("link", { name: "Clear filters" }).click();
  await expect(page).toHaveURL((url) => url.pathname === "/tokens" && url.search === "");
});

test("the last day of a filter belongs to it", async ({ page, tessera, visit, alive }) => {
  const word = unique("day");
  const end = (name: string, to: string) => add(tessera, { value: `${word}-${name}`, valid_to: to });
  await end("before", "2031-03-29T23:59:59");
  await end("first", "2031-03-30T00:00:00");
  await end("last", "2031-03-31T23:59:59");
  await end("after", "2031-04-01T00:00:00");
  await visit(page, `/tokens/filter?q=${word}`);
  const until = page.getByRole("group", { name: "Valid until" });
  await until.getByLabel("From", { exact: true }).fill("2031-03-30");
  await until.getByLabel("Until", { exact: true }).fill("2031-03-31");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL((url) => url.pathname === "/tokens");
  await alive(page);
  await expect.poll(() => names(page)).toEqual([`${word}-first`, `${word}-last`]);
  await expect(page.getByText("Valid until: 2031-03-30 – 2031-03-31")).toBeVisible();
});

test("a filter that cannot be read shows nothing, and says why at its field", async ({
  page,
  visit,
  axe,
  forgive,
}) => {
  await visit(page, "/tokens?ends_from=2031-02-30&uses_to=-1");
  await expect(page.getByRole("heading", { name: "A filter cannot be read" })).toBeVisible();
  await expect(page.getByRole("table")).toHaveCount(0);
  await page.getByRole("main").getByRole("link", { name: "More filters" }).last().click();
  await expect(page).toHaveTitle("Filter tokens · Tessera");
  const until = page.getByRole("group", { name: "Valid until" });
  await expect(until.getByRole("alert")).toContainText("Please enter a date.");
  await expect(page.getByLabel("At most")).toHaveAccessibleDescription(/At least 0\./);
  await expect(page.getByLabel("At least")).toHaveAccessibleDescription("");
  await axe(page);
  await visit(page, "/tokens/filter?uses_from=5&uses_to=1");
  await expect(page.getByLabel("At most")).toHaveAccessibleDescription(/At least 5\./);
  // What has no field there is not asked for again, unless it can be read.
  const intact = "1700000000000000-2";
  for (const [batch, rest] of [
    ["1700000000000000", [["uses_from", "3"]]],
    [intact, [["batch", intact], ["uses_from", "3"]]],
  ] as const) {
    await visit(page, `/tokens/filter?batch=${batch}`);
    await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
    await page.getByLabel("At least").fill("3");
    await page.getByRole("button", { name: "Show" }).click();
    await expect(page).toHaveURL((url) => url.pathname === "/tokens");
    const asked = [...new URL(page.url()).searchParams].filter(([, value]) => value !== "").sort();
    expect(asked).toEqual(rest);
  }
  forgive(/status of 422/);
});
