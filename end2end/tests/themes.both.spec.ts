import { expect, test } from "../fixtures/tessera.ts";

/** The colour behind the page. */
const background = (root: Element) => getComputedStyle(root).backgroundColor;

test("a page follows the device until a theme is chosen", async ({ page, visit }) => {
  await visit(page, "/login");
  const root = page.locator("html");
  await expect(root).not.toHaveAttribute("data-theme");
  await page.emulateMedia({ colorScheme: "light" });
  expect(await root.evaluate(background)).toBe("rgb(251, 250, 247)");
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await root.evaluate(background)).toBe("rgb(12, 14, 19)");
});

test("the theme that was chosen is there before the first paint, and stays", async ({
  page,
  signIn,
  visit,
}) => {
  await page.emulateMedia({ colorScheme: "light" });
  await signIn(page);
  await visit(page, "/tokens");
  const root = page.locator("html");
  const themes = page.getByRole("group", { name: "Appearance" });
  const account = page.getByRole("button", { name: "Account and display" });
  await account.click();
  await themes.getByRole("button", { name: "Dark" }).click();
  await expect(root).toHaveAttribute("data-theme", "dark");
  expect(await root.evaluate(background)).toBe("rgb(12, 14, 19)");

  // What the host sends says it already; no script has to.
  await expect
    .poll(async () => (await (await page.request.get("/tokens")).text()).includes('data-theme="dark"'))
    .toBe(true);
  await visit(page, "/settings");
  await expect(root).toHaveAttribute("data-theme", "dark");
  await account.click();
  await expect(themes.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");

  await themes.getByRole("button", { name: "System" }).click();
  await expect(root).not.toHaveAttribute("data-theme");
  await visit(page, "/settings");
  await expect(root).not.toHaveAttribute("data-theme");
  expect(await root.evaluate(background)).toBe("rgb(251, 250, 247)");
});
