import type { Locator, Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { add, query, unique } from "../fixtures/tokens.ts";

const hasFocus = (element: Element) => element === document.activeElement;

/** Presses Tab until `target` has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate(hasFocus)) return;
  }
  expect(await target.evaluate(hasFocus), `${target} is reached by Tab`).toBe(true);
}

test("a token is made, opened and deleted without a pointer", async ({ page, tessera, signIn, visit }) => {
  const [value, label] = [unique("keys"), unique("Keyboard")];
  await signIn(page);
  await visit(page, "/tokens");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport({ ratio: 1 });
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await tabTo(page, page.getByRole("main").getByRole("link", { name: "New tokens" }).first());
  await page.keyboard.press("Enter");

  await expect(page).toHaveURL(/\/tokens\/new$/);
  await expect(page.getByRole("main")).toBeFocused();
  await tabTo(page, page.getByLabel("Label"));
  await page.keyboard.type(label);
  await tabTo(page, page.getByLabel("Value or prefix"));
  await page.keyboard.type(value);
  await tabTo(page, page.getByRole("radio", { name: "No limit" }));
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Morning" })).toBeChecked();
  await tabTo(page, page.getByRole("checkbox", { name: "Unlimited" }));
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("button", { name: "Create token" }));
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(label);
  expect(await query(tessera, value)).toMatchObject({ usage_count: -1 });
  await page.goBack();
  await visit(page, `/tokens?q=${value}`);
  await tabTo(page, page.getByRole("link", { name: label, exact: true }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveTitle(`${label} · Tessera`);

  const remove = page.getByRole("link", { name: "Delete" });
  const dialog = page.getByRole("dialog", { name: "Delete this token?" });
  await tabTo(page, remove);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(remove).toBeFocused();
  expect(await query(tessera, value)).not.toBeNull();

  await page.keyboard.press("Enter");
  await tabTo(page, dialog.getByRole("button", { name: "Cancel" }));
  await page.keyboard.press("Space");
  await expect(dialog).toBeHidden();
  await expect(remove).toBeFocused();

  await page.keyboard.press("Enter");
  await tabTo(page, dialog.getByRole("button", { name: "Delete token" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/tokens$/);
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Token deleted.");
  expect(await query(tessera, value)).toBeNull();
});

test("several tokens are deleted and taken back without a pointer", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const word = unique("many");
  for (const n of [1, 2, 3]) await add(tessera, { value: `${word}-${n}` });
  await signIn(page);
  await visit(page, `/tokens?q=${word}`);
  await tabTo(page, page.getByRole("checkbox", { name: "Select all on this page" }));
  await page.keyboard.press("Space");
  const bar = page.getByRole("group", { name: "Selected tokens" });
  await expect(bar.getByRole("status")).toHaveText("3 selected");
  await page.keyboard.press("Escape");
  await expect(bar).toBeHidden();
  await page.keyboard.press("Space");
  await tabTo(page, page.getByRole("checkbox", { name: `Select ${word}-2` }));
  await page.keyboard.press("Space");
  await expect(bar.getByRole("status")).toHaveText("2 selected");
  await tabTo(page, bar.getByRole("button", { name: "Delete" }));
  await page.keyboard.press("Enter");

  const messages = page.getByRole("status", { name: "Messages" });
  await expect(messages).toContainText("2 tokens deleted.");
  const left = async () => {
    const found = [1, 2, 3].map((n) => query(tessera, `${word}-${n}`));
    return (await Promise.all(found)).map((token) => token !== null);
  };
  expect(await left()).toEqual([false, true, false]);
  await tabTo(page, messages.getByRole("button", { name: "Undo" }));
  await page.keyboard.press("Enter");
  await expect(messages).toContainText("2 tokens restored.");
  expect(await left()).toEqual([true, true, true]);
});

test("the account's menu opens, closes and gives the focus back", async ({ page, signIn, visit }) => {
  await signIn(page);
  await visit(page, "/settings");
  const account = page.getByRole("button", { name: "Account and display" });
  const signOut = page.getByRole("button", { name: "Sign out" });
  await tabTo(page, account);
  await page.keyboard.press("Enter");
  await expect(signOut).toBeVisible();
  await tabTo(page, signOut);
  await page.keyboard.press("Escape");
  await expect(signOut).toBeHidden();
  await expect(account).toBeFocused();
});

test("what has the focus shows it, and is not covered", async ({ page, tessera, signIn, visit }) => {
  const uid = await add(tessera, { value: unique("focus"), usage_count: "1" });
  await signIn(page);
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 360, height: 740 },
  ]) {
    await page.setViewportSize(viewport);
    for (const address of ["/login", "/tokens", "/tokens/new", `/tokens/${uid}`, "/settings"]) {
      await visit(page, address);
      let stops = 0;
      for (; stops < 80; stops += 1) {
        await page.keyboard.press("Tab");
        const seen = await page.evaluate(() => {
          const element = document.activeElement;
          if (element === null || element === document.body) return null;
          // A radio button that is drawn by its label shows its focus there.
          const drawn = element.closest("label") ?? element;
          const outlined = [element, drawn].some((shown) => {
            const { outlineStyle, outlineWidth } = getComputedStyle(shown);
            return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
          });
          const { left, top, width, height } = drawn.getBoundingClientRect();
          const there = document.elementFromPoint(left + width / 2, top + height / 2);
          const open = there !== null && (drawn.contains(there) || there.contains(drawn));
          return { name: element.outerHTML.slice(0, 120), outlined, open };
        });
        if (seen === null) break;
        expect(seen, address).toEqual({ name: seen.name, outlined: true, open: true });
      }
      expect(stops, `${address} can be walked through`).toBeGreaterThan(3);
    }
  }
});
