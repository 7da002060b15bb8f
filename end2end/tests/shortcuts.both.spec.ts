import { expect, test } from "../fixtures/tessera.ts";

test("single keys are switched off in one's own account, in this browser", async ({ page, signIn, visit, alive }) => {
  await signIn(page);
  await visit(page, "/account");
  const choice = page.getByRole("group", { name: "Single keys" });
  const [on, off] = [choice.getByRole("button", { name: "On" }), choice.getByRole("button", { name: "Off" })];
  await expect(on).toHaveAttribute("aria-pressed", "true");
  await off.click();
  await expect(off).toHaveAttribute("aria-pressed", "true");
  await expect(page).toHaveURL(/\/account\??$/);
  await expect.poll(async () => (await page.context().cookies()).map((cookie) => cookie.name)).toContain("tessera_keys");
  await page.reload();
  await alive(page);
  await expect(off).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator("html")).toHaveAttribute("data-keys", "off");
  await on.click();
  await expect(on).toHaveAttribute("aria-pressed", "true");
});
