import { expect, test } from "../fixtures/tessera.ts";
import { unique } from "../fixtures/tokens.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("whoever leaves without the key is asked first; copying closes", async ({ page, signIn, visit, alive }) => {
  await signIn(page);
  await visit(page, "/keys/new");
  await page.getByLabel("Name").fill(unique("copied"));
  await page.getByText("30 days").click();
  await page.getByRole("button", { name: "Create key" }).click();
  const secret = page.locator(".secret");
  await expect(secret).toHaveText(/^tsr_/);
  await alive(page);
  const key = await secret.textContent();

  let asked = "";
  page.once("dialog", (dialog) => {
    asked = dialog.message();
    return dialog.dismiss();
  });
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
  expect(asked).toContain("You have not copied");
  await expect(secret).toBeVisible();

  await page.getByRole("button", { name: "Copy and close" }).click();
  await expect(page).toHaveURL(/\/keys$/);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Copied");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
  await expect(page).toHaveURL(/\/settings$/);
});
