import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { add, unique } from "../fixtures/tokens.ts";

// Colours are judged as they stay, not on their way.
test.use({ contextOptions: { reducedMotion: "reduce" } });

const palette = (page: Page) => page.getByRole("dialog", { name: "Find and go to" });
const keys = (page: Page) => page.getByRole("dialog", { name: "Keyboard shortcuts" });
const field = (page: Page) => page.getByRole("combobox", { name: "Find and go to" });

test("rows are walked through, ticked and opened by single keys", async ({ page, tessera, signIn, visit }) => {
  const word = unique("row");
  for (const n of [3, 2, 1]) await add(tessera, { value: `${word}-${n}` });
  await signIn(page);
  await visit(page, `/tokens?q=${word}`);
  const link = (n: number) => page.getByRole("link", { name: `${word}-${n}`, exact: true });
  const box = (n: number) => page.getByRole("checkbox", { name: `Select ${word}-${n}` });
  await page.keyboard.press("x");
  await expect(page.getByRole("group", { name: "Selected tokens" })).toBeHidden();
  await page.keyboard.press("j");
  await expect(link(1)).toBeFocused();
  await page.keyboard.press("j");
  await expect(link(2)).toBeFocused();
  await page.keyboard.press("x");
  await expect(box(2)).toBeChecked();
  // Escape closes what is open, and takes nothing else with it.
  await page.keyboard.press("?");
  await expect(keys(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(keys(page)).toBeHidden();
  await expect(box(2)).toBeChecked();
  await expect(page.getByRole("group", { name: "Selected tokens" }).getByRole("status")).toHaveText("1 selected");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(link(3)).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  await expect(box(2)).not.toBeChecked();
  await page.keyboard.press("k");
  await expect(link(1)).toBeFocused();
  // A box takes no letters: the keys go on from it.
  await box(3).focus();
  await page.keyboard.press("k");
  await expect(link(2)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveTitle(`${word}-2 · Tessera`);
});

test("keys lead to the search, to new tokens and to the list of all keys", async ({ page, signIn, visit }) => {
  await signIn(page);
  await visit(page, "/settings");
  await page.keyboard.press("/");
  await expect(page).toHaveURL(/\/tokens$/);
  const search = page.getByRole("searchbox");
  await expect(search).toBeFocused();
  // What is typed into a field stays there.
  await page.keyboard.type("n?j/");
  await expect(search).toHaveValue("n?j/");
  await expect(keys(page)).toBeHidden();
  await search.fill("");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("/");
  await expect(search).toBeFocused();
  await expect(search).toHaveValue("");

  const link = page.getByRole("link", { name: "New tokens" }).first();
  await link.focus();
  await page.keyboard.press("?");
  await expect(keys(page)).toBeVisible();
  // In the dialog the keys below it do nothing.
  await page.keyboard.press("n");
  await page.keyboard.press("Escape");
  await expect(keys(page)).toBeHidden();
  await expect(link).toBeFocused();
  await page.keyboard.press("n");
  await expect(page).toHaveURL(/\/tokens\/new$/);
  await expect(page.getByRole("main")).toBeFocused();
});

test("single keys are switched off where all keys are listed, and stay off", async ({ page, signIn, visit }) => {
  await signIn(page);
  await visit(page, "/tokens");
  await page.keyboard.press("?");
  const off = keys(page).getByRole("button", { name: "Off" });
  await off.click();
  await expect(off).toHaveAttribute("aria-pressed", "true");
  await expect.poll(async () => (await page.context().cookies()).find((c) => c.name === "tessera_keys")?.value).toBe("off");
  await page.keyboard.press("Escape");
  for (const _ of ["at once", "after a visit"]) {
    for (const key of ["n", "/", "?", "j"]) await page.keyboard.press(key);
    await expect(page).toHaveURL(/\/tokens$/);
    await expect(page.getByRole("searchbox")).not.toBeFocused();
    await expect(keys(page)).toBeHidden();
    await visit(page, "/tokens");
  }
  // With a modifier keys are no letters: the palette still opens, and leads to the list of keys.
  await page.keyboard.press("Control+k");
  await field(page).fill("keyboard");
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeHidden();
  await expect(keys(page)).toBeVisible();
  await keys(page).getByRole("button", { name: "On" }).click();
  await keys(page).getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("n");
  await expect(page).toHaveURL(/\/tokens\/new$/);
});

test("the palette finds pages and tokens, and gives the focus back", async ({ page, tessera, signIn, visit, forgive }) => {
  const value = unique("palette");
  const uid = await add(tessera, { value });
  await signIn(page);
  await visit(page, "/settings");
  const first = page.locator('[name="form[morning_start]"]');
  await first.focus();
  // In a field too: with a modifier nothing is typed.
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
  await expect(first).toBeFocused();

  await page.keyboard.press("Meta+k");
  await page.keyboard.type("api");
  const options = palette(page).getByRole("option");
  await expect(options).toHaveText(["API keys", "New API key"]);
  const active = async () => {
    const id = (await field(page).getAttribute("aria-activedescendant")) ?? "";
    return page.locator(`[id="${id}"]`).textContent();
  };
  expect(await active()).toBe("API keys");
  await page.keyboard.press("ArrowDown");
  expect(await active()).toBe("New API key");
  await page.keyboard.press("ArrowDown");
  expect(await active()).toBe("API keys");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/keys\/new$/);
  await expect(palette(page)).toBeHidden();
  await expect(page.getByRole("main")).toBeFocused();

  await page.keyboard.press("Control+k");
  await page.keyboard.type(value.slice(2));
  await expect(options).toHaveText([value]);
  await expect(palette(page).getByRole("status")).toHaveText("1 result");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/tokens/${uid}$`));

  await page.keyboard.press("Control+k");
  await page.keyboard.type("nothing of that name");
  await expect(palette(page).getByRole("status")).toHaveText("0 results");
  await expect(options).toHaveCount(0);

  // What cannot be looked for is not told as if there were none.
  await page.route("**/fn/list_tokens*", (route) => route.abort());
  await field(page).fill(value);
  await expect(palette(page).getByRole("status")).toContainText("The server could not be reached.");
  forgive(/ERR_FAILED/);
  await page.unroute("**/fn/list_tokens*");
  await field(page).fill(value.slice(1));
  await expect(palette(page).getByRole("status")).toHaveText("1 result");
  await field(page).fill("dark");
  await options.filter({ hasText: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("device");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
});

test("the palette holds what one may do, and nothing else", async ({ page, fresh, alive }) => {
  const password = "a viewer's password";
  await fresh.command(["user", "add", "viewer", "--role", "viewer", "--password-stdin"], `${password}\n`);
  await page.goto(`${fresh.url}/login`);
  await alive(page);
  // Before one is signed in there is nothing to go to.
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("Control+k");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByLabel("Name").fill("viewer");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(palette(page).getByRole("option")).toHaveText([
    "Overview",
    "Tokens",
    "Look up by scan",
    "Activity",
    "Print labels",
    "My account",
    "Light theme",
    "Dark theme",
    "Theme of the device",
    "Keyboard shortcuts",
    "Sign out",
  ]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await page.waitForTimeout(300);
  await expect(page).toHaveURL(`${fresh.url}/`);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("sign out");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
});

test("where a scanner types, letters are no shortcuts", async ({ page, signIn, visit }) => {
  await signIn(page);
  await visit(page, "/scan");
  for (const key of ["n", "/", "?"]) await page.keyboard.press(key);
  await page.waitForTimeout(300);
  await expect(page).toHaveURL(/\/scan$/);
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

for (const language of ["en", "de"]) {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 320, height: 640 },
  ]) {
    test(`palette and list of keys can be used by everyone: ${language}, ${viewport.width} px`, async ({
      page,
      tessera,
      signIn,
      visit,
      axe,
    }) => {
      await page.setViewportSize(viewport);
      await signIn(page);
      await page.context().addCookies([{ name: "tessera_language", value: language, url: tessera.url }]);
      await visit(page, "/tokens");
      for (const key of ["?", "Control+k"]) {
        await page.keyboard.press(key);
        await expect(page.getByRole("dialog")).toBeVisible();
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await axe(page);
        }
        const excess = await page.locator("html").evaluate((root) => root.scrollWidth - root.clientWidth);
        expect(excess).toBeLessThanOrEqual(0);
        await page.keyboard.press("Escape");
      }
      // Without a keyboard the palette is in the account's menu.
      await page.getByRole("button", { name: language === "en" ? "Account and display" : "Konto und Anzeige" }).click();
      await page.getByRole("button", { name: language === "en" ? "Find and go to" : "Suchen und öffnen" }).click();
      await expect(page.getByRole("combobox")).toBeFocused();
    });
  }
}
