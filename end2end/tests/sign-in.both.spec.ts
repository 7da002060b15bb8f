import { admin, expect, test } from "../fixtures/tessera.ts";

test("who is not signed in is asked to, and comes back to where they wanted", async ({
  page,
  fresh,
  visit,
}) => {
  await visit(page, `${fresh.url}/settings?from=here`);
  await expect(page).toHaveURL(`${fresh.url}/login?next=/settings%3Ffrom%3Dhere`);
  await expect(page).toHaveTitle("Sign in · Tessera");
  await page.getByLabel("Name").fill("ADMIN");
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${fresh.url}/settings?from=here`);
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
});

test("a wrong password is refused with an alert, and the right one then accepted", async ({
  page,
  fresh,
  visit,
  alive,
  forgive,
}) => {
  await visit(page, `${fresh.url}/login`);
  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toHaveText("Name or password is not right.");
  expect(page.url()).not.toContain("not%20the%20password");
  await alive(page);
  forgive(/status of 401/);

  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${fresh.url}/`);
  await expect(page.getByRole("link", { name: "Create the first token" })).toBeVisible();
});

test("who signs out has to sign in again", async ({ page, signIn, visit }) => {
  await signIn(page, { anew: true });
  await visit(page, "/tokens");
  await page.getByRole("button", { name: "Account and display" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login$/);
  await visit(page, "/tokens");
  await expect(page).toHaveURL(/\/login\?next=\/tokens$/);
});

test("the front door is the overview", async ({ page, signIn, visit }) => {
  await signIn(page);
  await visit(page, "/");
  await expect(page).toHaveTitle("Overview · Tessera");
});
