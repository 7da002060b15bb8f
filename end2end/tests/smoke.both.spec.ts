import { expect, test } from "../fixtures/tessera.ts";

test("the sign-in page is there for everyone", async ({ page, axe }) => {
  await page.goto("/login");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeEnabled();
  await axe(page);
});

test("who signs in is let in", async ({ page, signIn }) => {
  await signIn(page);
  await page.goto("/tokens");
  await expect(page).toHaveURL(/\/tokens$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("a program with a key is let in, one without is not", async ({ tessera }) => {
  const withKey = await tessera.api("/tokens/add_token", { method: "POST" });
  expect(await withKey.json()).toMatchObject({ success: true });
  const without = await fetch(new URL("/tokens/add_token", tessera.url), { method: "POST" });
  expect(without.status).toBe(401);
});
