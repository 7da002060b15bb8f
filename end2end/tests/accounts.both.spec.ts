import { admin, expect, test } from "../fixtures/tessera.ts";

test("somebody is invited, joins, is given another role, and is shut out", async ({
  page,
  browser,
  fresh,
  visit,
  alive,
  forgive,
  javaScriptEnabled,
}) => {
  await visit(page, `${fresh.url}/login?next=/accounts`);
  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveTitle("Accounts · Tessera");
  await alive(page);
  await page.getByRole("link", { name: "Invite" }).click();
  await expect(page).toHaveTitle("Invite somebody · Tessera");
  await alive(page);
  await page.getByRole("radio", { name: /Editor/ }).check();
  await page.getByRole("button", { name: "Make link" }).click();
  const secret = page.locator(".secret");
  await expect(secret).toHaveText(/\/setup\?code=tsi_/);
  const link = (await secret.textContent()) ?? "";
  expect(link).toContain(fresh.url);

  const theirs = await browser.newPage({ javaScriptEnabled: javaScriptEnabled ?? true });
  await theirs.goto(link);
  await expect(theirs.getByRole("heading", { name: "Join Tessera" })).toBeVisible();
  await alive(theirs);
  await expect(theirs.getByText("admin has invited you. Your role: Editor.")).toBeVisible();
  await theirs.getByLabel("Name").fill("eve");
  await theirs.getByLabel("Password").fill("long enough for all");
  await theirs.getByRole("button", { name: "Create account" }).click();
  await expect(theirs).toHaveTitle("Overview · Tessera");
  await theirs.goto(`${fresh.url}/accounts`);
  await expect(theirs.getByRole("heading", { name: "Not permitted" })).toBeVisible();

  await visit(page, `${fresh.url}/accounts`);
  await page.getByRole("link", { name: "eve" }).click();
  await expect(page.getByRole("heading", { name: "eve", level: 1 })).toBeVisible();
  await alive(page);
  await page.getByRole("radio", { name: /Manager/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Saved.");
  await alive(page);
  expect(await fresh.command(["user", "list"])).toMatch(/eve\s+manager/);
  await page.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByText("Nobody is signed in with this account.")).toBeVisible();
  await theirs.goto(`${fresh.url}/tokens`);
  await expect(theirs).toHaveTitle("Sign in · Tessera");
  await theirs.context().close();

  await visit(page, `${fresh.url}/accounts`);
  await page.getByRole("link", { name: "admin", exact: true }).click();
  await expect(page.getByRole("heading", { name: "admin", level: 1 })).toBeVisible();
  await alive(page);
  await page.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByRole("alert")).toContainText("This is the last account that can administer.");
  await alive(page);
  forgive(/status of 422/);
});

test("one's own password is changed, and other sessions end", async ({
  page,
  browser,
  fresh,
  visit,
  alive,
  forgive,
  javaScriptEnabled,
}) => {
  const other = await browser.newPage({ javaScriptEnabled: javaScriptEnabled ?? true });
  for (const one of [other, page]) {
    await one.goto(`${fresh.url}/login?next=/account`);
    await alive(one);
    await one.getByLabel("Name").fill(admin.name);
    await one.getByLabel("Password").fill(admin.password);
    await one.getByRole("button", { name: "Sign in" }).click();
    await expect(one).toHaveTitle("My account · Tessera");
  }
  await alive(page);
  await expect(page.getByRole("button", { name: "End session" })).toHaveCount(1);
  await expect(page.getByText("This session")).toBeVisible();
  const present = page.getByLabel("Present password");
  const next = page.getByLabel("New password");
  await present.fill("not the password");
  await next.fill("another long password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(present).toHaveAccessibleDescription(/This is not your present password\./);
  await alive(page);
  await present.fill(admin.password);
  await next.fill("another long password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Password changed.");
  await expect(page.getByRole("button", { name: "End session" })).toHaveCount(0);
  await other.goto(`${fresh.url}/tokens`);
  await expect(other).toHaveTitle("Sign in · Tessera");
  await other.context().close();
  await visit(page, `${fresh.url}/account`);
  await expect(page).toHaveTitle("My account · Tessera");
  forgive(/status of 422/);
});
