import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { add, consume, query, unique } from "../fixtures/tokens.ts";

const TOKEN_PAGE = /\/tokens\/[0-9a-f-]{36}$/;

/** The names of the tokens in the list, in its order. */
function names(page: Page): Promise<string[]> {
  return page.getByRole("row").getByRole("rowheader").getByRole("link").allTextContents();
}

/** The values of the rules of a token's page, by their names. */
function rule(page: Page, name: string) {
  const rules = page.getByRole("definition");
  return rules.and(page.locator(`dt:text-is("${name}") + dd`));
}

/** Chooses one of several, by its words, as a pointer does. */
async function choose(page: Page, name: string): Promise<void> {
  await page.getByText(name, { exact: true }).click();
  await expect(page.getByRole("radio", { name, exact: true })).toBeChecked();
}

test.beforeEach(async ({ page, signIn }) => signIn(page));

test("one token is made with a value, a label, a window, uses and a lock", async ({
  page,
  tessera,
  visit,
}) => {
  const [value, label] = [unique("VIP"), unique("Gala")];
  await visit(page, "/tokens");
  await page.getByRole("link", { name: "New tokens" }).first().click();
  await expect(page).toHaveTitle("New tokens · Tessera");
  await page.getByLabel("Label").fill(label);
  await page.getByLabel("Value or prefix").fill(value);
  await choose(page, "Today");
  await page.getByLabel("Uses").fill("3");
  await page.getByLabel("Lock after use").fill("60");
  const days = [new Date().toISOString().slice(0, 10)];
  await page.getByRole("button", { name: "Create token" }).click();

  await expect(page.getByRole("status", { name: "Messages" })).toContainText("1 token created.");
  await expect(page).toHaveURL((url) => TOKEN_PAGE.test(url.pathname));
  await expect(page).toHaveTitle(`${label} · Tessera`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(label);
  await expect(page.getByRole("img", { name: `QR code of ${value}` })).toBeVisible();
  await expect(rule(page, "Valid")).toContainText("08:00 – 18:00");
  await expect(rule(page, "Uses left")).toHaveText("3 0 used", { useInnerText: true });
  await expect(rule(page, "Lock after use")).toContainText("60 seconds");
  await expect(page.getByText("Nobody has tried to use this token yet.")).toBeVisible();

  days.push(new Date().toISOString().slice(0, 10));
  const token = await query(tessera, value);
  expect(token).toMatchObject({ usage_count: 3, lock_time: 60 });
  expect(days.map((day) => `${day}T08:00:00`)).toContain(token?.valid_from);
  expect(days.map((day) => `${day}T18:00:00`)).toContain(token?.valid_to);
});

test("a token without a value gets one of its own, a window that was typed, and no limit of uses", async ({
  page,
  tessera,
  visit,
}) => {
  await visit(page, "/tokens/new");
  await choose(page, "From – to");
  await page.getByLabel(/^From(?! –)/).fill("2031-03-30T08:15");
  await page.getByLabel("Until").fill("2031-04-02T19:00");
  await page.getByRole("checkbox", { name: "Unlimited" }).check();
  await page.getByRole("button", { name: "Create token" }).click();

  await expect(page).toHaveURL((url) => TOKEN_PAGE.test(url.pathname));
  const uid = new URL(page.url()).pathname.split("/").pop() ?? "";
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(uid);
  await expect(page.getByText("Scheduled", { exact: true })).toBeVisible();
  await expect(page.getByText("Starts Sun 30 Mar 2031, 08:15.")).toBeVisible();
  await expect(rule(page, "Uses left")).toContainText("Unlimited");
  expect(await query(tessera, uid)).toMatchObject({
    uid,
    valid_from: "2031-03-30T08:15:00",
    valid_to: "2031-04-02T19:00:00",
    usage_count: -1,
    lock_time: 0,
  });
});

test("a thousand are made in one go, and paged through", async ({ page, tessera, visit, alive }) => {
  const label = unique("Gala");
  await visit(page, "/tokens/new");
  await page.getByLabel("Amount").fill("1000");
  await page.getByLabel("Label").fill(label);
  await page.getByRole("button", { name: /^Create/ }).click();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("1,000 tokens created.");
  await expect(page).toHaveURL((url) => url.pathname === "/tokens/codes" && url.search.includes("batch="));
  await alive(page);
  await expect(page.getByText("1–1,000 of 1,000", { exact: true })).toBeVisible();
  await page.getByRole("navigation", { name: "View" }).getByRole("link", { name: "Table" }).click();
  await expect(page.getByText("1–50 of 1,000", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Remove filter: Made together" }).click();
  await expect(page).toHaveURL("/tokens");
  await alive(page);

  await page.getByRole("searchbox").fill(label);
  await page.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL(`/tokens?q=${label}`);
  await expect(page.getByText("1–50 of 1,000", { exact: true })).toBeVisible();
  await expect(page.getByRole("rowheader")).toHaveCount(50);
  expect((await names(page))[0]).toBe(`${label}-0001`);

  const pages = page.getByRole("navigation", { name: "Pages" });
  await pages.getByRole("link", { name: "Page 2", exact: true }).click();
  await expect(page).toHaveURL(`/tokens?q=${label}&page=2`);
  await expect(page.getByText("51–100 of 1,000", { exact: true })).toBeVisible();
  expect((await names(page))[0]).toBe(`${label}-0051`);

  await pages.getByRole("link", { name: "Page 20", exact: true }).click();
  await expect(page.getByText("951–1,000 of 1,000", { exact: true })).toBeVisible();
  await page.reload();
  await alive(page);
  await expect(page).toHaveURL(`/tokens?q=${label}&page=20`);
  await expect(page.getByRole("searchbox")).toHaveValue(label);
  await expect(page.getByText("951–1,000 of 1,000", { exact: true })).toBeVisible();
  expect((await names(page)).at(-1)).toBe(`${label}-1000`);
  await expect(pages.locator('[aria-current="page"]')).toHaveText("20");

  await page.goBack();
  await expect(page.getByText("51–100 of 1,000", { exact: true })).toBeVisible();
  const exported = await tessera.command(["export", "tokens", "--format", "jsonl"]);
  expect(exported.split("\n").filter((line) => line.includes(`"${label}-`))).toHaveLength(1000);
});

test("new tokens are made like another", async ({ page, tessera, visit, alive }) => {
  const [value, other] = [unique("like"), unique("like")];
  const uid = await add(tessera, {
    value,
    valid_to: "2031-04-02T19:00:30",
    usage_count: "3",
    lock_time: "60",
  });
  await consume(tessera, uid);
  await visit(page, `/tokens?q=${value}`);
  await page.getByRole("link", { name: `New tokens like ${value}` }).click();
  await expect(page).toHaveTitle("New tokens · Tessera");
  await alive(page);
  await expect(page.getByRole("radio", { name: "From – to" })).toBeChecked();
  await page.getByLabel("Value or prefix").fill(other);
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page).toHaveURL((url) => TOKEN_PAGE.test(url.pathname));
  expect(await query(tessera, other)).toMatchObject({
    valid_from: null,
    valid_to: "2031-04-02T19:00:30",
    usage_count: 3,
    lock_time: 60,
  });
});

test("more than a thousand at once are refused at the field", async ({ page, visit, alive, forgive }) => {
  await visit(page, "/tokens/new");
  const amount = page.getByLabel("Amount");
  await amount.fill("1001");
  await page.getByRole("button", { name: /^Create/ }).click();
  // The browser knows the most, and says so before anything is sent.
  await expect(amount).toBeFocused();
  await expect(page).toHaveURL(/\/tokens\/new$/);
  await amount.evaluate((input) => input.removeAttribute("max"));
  await page.getByRole("button", { name: /^Create/ }).click();
  await expect(amount).toHaveAccessibleDescription(/At most 1000\./);
  await alive(page);
  forgive(/status of 422/);
});

test("a value that is taken is refused at its field", async ({
  page,
  tessera,
  visit,
  alive,
  forgive,
  javaScriptEnabled,
}) => {
  const [value, label] = [unique("taken"), unique("second")];
  await add(tessera, { value });
  await visit(page, "/tokens/new");
  await page.getByLabel("Label").fill(label);
  await page.getByLabel("Value or prefix").fill(value);
  await choose(page, "From – to");
  await page.getByLabel("Until").fill("2031-04-02T19:00");
  await page.getByRole("checkbox", { name: "Unlimited" }).check();
  await page.getByRole("button", { name: "Create token" }).click();

  const field = page.getByLabel("Value or prefix");
  await expect(field).toHaveAccessibleDescription(/Another token has this value\./);
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("alert").first()).toContainText("Some fields need another look.");
  expect(page.url(), "a value does not stand in an address").not.toContain(value);
  await alive(page);
  if (javaScriptEnabled) {
    await expect(field).toBeFocused();
  }
  // What was typed stands there still.
  await expect(field).toHaveValue(value);
  await expect(page.getByLabel("Label")).toHaveValue(label);
  await expect(page.getByRole("radio", { name: "From – to" })).toBeChecked();
  await expect(page.getByLabel("Until")).toHaveValue("2031-04-02T19:00");
  await expect(page.getByRole("checkbox", { name: "Unlimited" })).toBeChecked();
  await expect(page.locator("form output")).toContainText("unlimited uses");
  forgive(/status of 422/);
  const exported = await tessera.command(["export", "tokens", "--format", "jsonl"]);
  expect(exported).not.toContain(label);
});

test("tokens are found by a part of their value, whatever stands in it", async ({
  page,
  tessera,
  visit,
}) => {
  const word = unique("find");
  await add(tessera, { value: `${word} 100% [a_b] ü & 🎟` });
  await add(tessera, { value: `${word} other` });
  await visit(page, "/tokens");
  const search = page.getByRole("searchbox", { name: "Search value or label" });
  await search.fill(`${word} 100% [A_b] ü & 🎟`);
  await search.press("Enter");
  await expect(page.getByText("1–1 of 1", { exact: true })).toBeVisible();
  expect(await names(page)).toEqual([`${word} 100% [a_b] ü & 🎟`]);

  await search.fill(`${word}_`);
  await search.press("Enter");
  await expect(page.getByRole("heading", { name: "No token matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear filters" }).click();
  await expect(page).toHaveURL(/\/tokens$/);
  await expect(search).toHaveValue("");
});

test("tokens are filtered by how they stand", async ({ page, tessera, visit }) => {
  const word = unique("state");
  const make = async (state: string, parameters: Parameters<typeof add>[1]) =>
    add(tessera, { value: `${word} ${state}`, ...parameters });
  await make("Active", { usage_count: "5" });
  await make("Used up", { usage_count: "0" });
  await make("Expired", { usage_count: "5", valid_to: "2001-01-01T00:00:00" });
  await make("Scheduled", { usage_count: "5", valid_from: "2099-01-01T00:00:00" });
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  await make("Ends soon", { usage_count: "5", valid_to: soon });
  const locked = await make("Locked", { usage_count: "5", lock_time: "3600" });
  expect(await consume(tessera, locked)).toMatchObject({ success: true });

  await visit(page, `/tokens?q=${word}`);
  await expect(page.getByText("1–6 of 6", { exact: true })).toBeVisible();
  const filter = page.getByRole("navigation", { name: "Status" });
  for (const [status, slug] of [
    ["Used up", "used_up"],
    ["Expired", "expired"],
    ["Scheduled", "scheduled"],
    ["Ends soon", "expires_soon"],
    ["Locked", "locked"],
  ] as const) {
    await filter.getByRole("link", { name: status, exact: true }).click();
    await expect(page).toHaveURL(`/tokens?q=${word}&status=${slug}`);
    await expect(filter.locator("[aria-current]")).toHaveText(status);
    await expect(page.getByText("1–1 of 1", { exact: true })).toBeVisible();
    await expect(page.getByRole("rowheader").getByRole("link")).toHaveText(`${word} ${status}`);
    await expect(page.getByRole("cell", { name: status, exact: true })).toBeVisible();
  }
  // Whoever looks for active tokens also means those that end soon.
  await filter.getByRole("link", { name: "Active", exact: true }).click();
  await expect(page.getByText("1–2 of 2", { exact: true })).toBeVisible();
  await filter.getByRole("link", { name: "All", exact: true }).click();
  await expect(page).toHaveURL(`/tokens?q=${word}`);
  await expect(page.getByText("1–6 of 6", { exact: true })).toBeVisible();
});

test("the list is sorted by the heads of its columns", async ({ page, tessera, visit, alive }) => {
  const word = unique("sort");
  for (const [name, uses] of [["b", "20"], ["a", "3"], ["c", "-1"]] as const) {
    await add(tessera, { value: `${word} ${name}`, usage_count: uses });
  }
  await visit(page, `/tokens?q=${word}`);
  expect(await names(page)).toEqual([`${word} c`, `${word} a`, `${word} b`]);

  const head = page.getByRole("columnheader", { name: "Uses" });
  await head.getByRole("link").click();
  await expect(page).toHaveURL(`/tokens?q=${word}&sort=uses`);
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  expect(await names(page)).toEqual([`${word} a`, `${word} b`, `${word} c`]);
  await head.getByRole("link").click();
  await expect(page).toHaveURL(`/tokens?q=${word}&sort=uses&order=desc`);
  await expect(head).toHaveAttribute("aria-sort", "descending");
  expect(await names(page)).toEqual([`${word} c`, `${word} b`, `${word} a`]);
  await page.reload();
  await alive(page);
  expect(await names(page)).toEqual([`${word} c`, `${word} b`, `${word} a`]);
});

test("a token is edited, and a change that somebody overtook is refused", async ({
  page,
  context,
  tessera,
  visit,
  alive,
  forgive,
}) => {
  const [before, after] = [unique("before"), unique("after")];
  const uid = await add(tessera, { value: before, usage_count: "1" });
  const late = await context.newPage();
  await visit(late, `/tokens/${uid}/edit`);

  await visit(page, `/tokens/${uid}`);
  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page).toHaveTitle("Edit token · Tessera");
  await expect(page.getByLabel("Value")).toHaveValue(before);
  await page.getByLabel("Value").fill(after);
  await page.getByLabel("Label").fill("Garden party");
  await page.getByLabel("From").fill("2031-05-01T10:00");
  await page.getByLabel("Uses").fill("7");
  await page.getByLabel("Lock after use").fill("5");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Saved.");
  await expect(page).toHaveURL((url) => url.pathname === `/tokens/${uid}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Garden party");
  await expect(page.getByText("Scheduled", { exact: true })).toBeVisible();
  const changed = { uid, valid_from: "2031-05-01T10:00:00", usage_count: 7, lock_time: 5 };
  expect(await query(tessera, after)).toMatchObject(changed);
  expect(await query(tessera, before)).toBeNull();

  await late.getByLabel("Uses").fill("100");
  await late.getByRole("button", { name: "Save" }).click();
  await expect(late.getByRole("alert")).toContainText("Someone else changed this in the meantime.");
  await alive(late);
  forgive(/status of 409/);
  expect(await query(tessera, after)).toMatchObject(changed);
});

test("one click sets the window or the uses", async ({ page, tessera, visit, alive }) => {
  const value = unique("quick");
  const uid = await add(tessera, { value, usage_count: "1" });
  await visit(page, `/tokens/${uid}`);
  const uses = page.getByRole("group", { name: "Set the uses left" });
  const windows = page.getByRole("group", { name: "Set when it is valid" });

  await uses.getByRole("button", { name: "Set to 50" }).click();
  await expect(rule(page, "Uses left")).toContainText("50");
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Saved.");
  await alive(page);
  await uses.getByRole("button", { name: "Unlimited" }).click();
  await expect(rule(page, "Uses left")).toContainText("Unlimited");
  expect(await query(tessera, value)).toMatchObject({ usage_count: -1 });
  await alive(page);
  await uses.getByRole("button", { name: "Set to 0" }).click();
  await expect(page.getByText("No uses are left.")).toBeVisible();
  expect(await query(tessera, value)).toMatchObject({ usage_count: 0 });

  for (const [name, clocks] of [
    ["Morning", "08:00 – 12:00"],
    ["Afternoon", "12:00 – 18:00"],
    ["Today", "08:00 – 18:00"],
  ] as const) {
    await alive(page);
    await windows.getByRole("button", { name }).click();
    await expect(rule(page, "Valid")).toContainText(clocks);
  }
  await alive(page);
  await windows.getByRole("button", { name: "7 days" }).click();
  await expect(rule(page, "Valid")).not.toContainText("08:00 – 18:00");
  const token = await query(tessera, value);
  const [from, to] = [`${token?.valid_from}`.slice(0, 10), `${token?.valid_to}`];
  expect(to).toMatch(/T23:59:59$/);
  expect((Date.parse(to.slice(0, 10)) - Date.parse(from)) / 86_400_000).toBe(7);
  await alive(page);
  await windows.getByRole("button", { name: "No limit" }).click();
  await expect(rule(page, "Valid")).toContainText("Without limit");
  expect(await query(tessera, value)).toMatchObject({ valid_from: null, valid_to: null });
});

test("a disabled token is refused until it is enabled again", async ({ page, tessera, visit, alive }) => {
  const uid = await add(tessera, { value: unique("off"), usage_count: "2" });
  await visit(page, `/tokens/${uid}`);
  await page.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByText("Disabled", { exact: true })).toBeVisible();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Token disabled.");
  expect(await consume(tessera, uid)).toMatchObject({ success: false, reason: "disabled" });

  await alive(page);
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByText("Active", { exact: true })).toBeVisible();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Token enabled.");
  expect(await consume(tessera, uid)).toMatchObject({ success: true, remaining: 1 });

  await page.reload();
  const attempts = page.getByRole("table", { name: "Last attempts" });
  await expect(attempts.getByRole("row")).toHaveText([
    /Time\s*Outcome\s*By/,
    /Accepted\s*test$/,
    /Refused: disabled\s*test$/,
  ]);
  await expect(page.getByText("1 accepted, 1 refused", { exact: true })).toBeVisible();
});

test("a token is deleted only after one was asked", async ({ page, tessera, visit, forgive }) => {
  const value = unique("gone");
  const uid = await add(tessera, { value });
  await visit(page, `/tokens?q=${value}`);
  await page.getByRole("link", { name: `Delete ${value}` }).click();
  await expect(page).toHaveTitle("Delete this token? · Tessera");
  await expect(page.getByText(`“${value}” can then no longer be used`)).toBeVisible();
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL(`/tokens/${uid}`);
  expect(await query(tessera, value)).toMatchObject({ uid });

  await visit(page, `/tokens/${uid}/delete`);
  await page.getByRole("button", { name: "Delete token" }).click();
  await expect(page).toHaveURL((url) => url.pathname === "/tokens");
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Token deleted.");
  expect(await query(tessera, value)).toBeNull();

  const gone = await visit(page, `/tokens/${uid}`);
  expect(gone?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No such token");
  forgive(/status of 404/);
});
