import { expect, test } from "../fixtures/tessera.ts";

/** The link that the server printed when it started. */
function printedLink(log: string): string {
  const link = /http:\/\/\S+\/setup\?code=\S+/.exec(log)?.[0];
  expect(link, "the server prints a set-up link").toBeDefined();
  return link ?? "";
}

test("the printed link makes the first account, and no second one", async ({ page, unset, visit }) => {
  const link = printedLink(unset.log);
  await visit(page, link);
  await expect(page).toHaveTitle("Set up Tessera · Tessera");
  await page.getByLabel("Name").fill("ada");
  await page.getByLabel("Password").fill("long enough for all");
  await page.getByRole("button", { name: "Create account" }).click();

  await expect(page).toHaveURL(`${unset.url}/`);
  await expect(page.getByRole("heading", { name: "No tokens yet" })).toBeVisible();
  await expect(page.getByRole("button", { name: "ada" })).toBeVisible();
  expect(await unset.command(["user", "list"])).toMatch(/^ada\s+admin/);

  await visit(page, link);
  await expect(page.getByRole("alert")).toContainText("This link is no longer good.");
  await expect(page.getByRole("button", { name: "Create account" })).toHaveCount(0);
});

test("a password that is too short makes no account", async ({ page, unset, visit }) => {
  await visit(page, printedLink(unset.log));
  const password = page.getByLabel("Password");
  await expect(password).toHaveAccessibleDescription("At least 10 characters.");
  await page.getByLabel("Name").fill("ada");
  await password.pressSequentially("ninechars");
  await page.getByRole("button", { name: "Create account" }).click();

  await expect(password).toBeFocused();
  await expect(page).toHaveURL(/\/setup\?code=/);
  expect(await unset.command(["user", "list"])).not.toContain("ada");
});

test("a link that the server did not print opens nothing", async ({ page, unset, visit }) => {
  await visit(page, `${unset.url}/setup?code=guessed`);
  await expect(page.getByRole("alert")).toContainText("This link is no longer good.");
  await expect(page.getByLabel("Password")).toHaveCount(0);
});
