import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { unique } from "../fixtures/tokens.ts";

/** The secret that the page shows, whole. */
async function shownKey(page: Page): Promise<string> {
  const secret = page.locator(".secret");
  await expect(secret).toHaveText(/^tsr_[0-9a-f]{72}$/);
  return (await secret.textContent()) ?? "";
}

/** What the server answers to whoever asks with this key. */
async function answerTo(url: string, key: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  return (await fetch(`${url}/tokens/query_token?value=x`, { headers })).status;
}

test("a key is made, shown once, rotated with an overlap, and revoked", async ({
  page,
  tessera,
  signIn,
  visit,
  alive,
}) => {
  const name = unique("door");
  await signIn(page);
  await visit(page, "/keys");
  await page.getByRole("link", { name: "New key" }).click();
  await expect(page).toHaveTitle("New API key · Tessera");
  await alive(page);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("checkbox", { name: "Create" }).check();
  await page.getByText("90 days").click();
  await page.getByRole("button", { name: "Create key" }).click();
  await expect(page.getByRole("heading", { name: `Key of “${name}”` })).toBeVisible();
  const first = await shownKey(page);
  expect(page.url()).not.toContain("tsr_");
  expect(await answerTo(tessera.url, first)).toBe(200);
  await alive(page);
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("link", { name: "Close" }).click();

  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText(first.slice(0, 12));
  await expect(row).toContainText("View, Use, Create");
  await expect(row).toContainText("by admin");
  await expect(page.getByText(first)).toHaveCount(0);

  await row.getByRole("link", { name: `Rotate ${name}` }).click();
  await expect(page).toHaveTitle("Rotate API key · Tessera");
  await alive(page);
  await page.getByText("No expiry").click();
  await page.getByText("1 hour").click();
  await page.getByRole("button", { name: "Rotate key" }).click();
  const second = await shownKey(page);
  expect(second).not.toBe(first);
  for (const key of [first, second]) expect(await answerTo(tessera.url, key)).toBe(200);
  await visit(page, "/keys");
  await expect(row).toContainText("Former key good until");

  await row.getByRole("link", { name: `Revoke ${name}` }).click();
  await alive(page);
  await page.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Key revoked.");
  await expect(row).toContainText("Revoked");
  await expect(row.getByRole("link")).toHaveCount(0);
  for (const key of [first, second]) expect(await answerTo(tessera.url, key)).toBe(401);
  expect(tessera.log).not.toMatch(/tsr_[0-9a-f]{20}/);
});

test("an end has to be chosen, and a name be free", async ({
  page,
  signIn,
  visit,
  alive,
  forgive,
}) => {
  await signIn(page);
  await visit(page, "/keys/new");
  const name = page.getByLabel("Name");
  await name.fill("test");
  await page.getByRole("button", { name: "Create key" }).click();
  // The browser insists, and nothing was sent.
  await expect(page.locator(".secret")).toHaveCount(0);
  await page.getByText("On a day…").click();
  await page.getByLabel("Last day").fill("2001-01-01");
  await page.getByRole("button", { name: "Create key" }).click();
  await expect(page.getByLabel("Last day")).toHaveAccessibleDescription(/out of range/);
  await alive(page);
  await expect(name).toHaveValue("test");
  await page.getByText("30 days").click();
  await page.getByRole("button", { name: "Create key" }).click();
  await expect(name).toHaveAccessibleDescription(/This name is taken\./);
  await alive(page);
  forgive(/status of 422/);
});
