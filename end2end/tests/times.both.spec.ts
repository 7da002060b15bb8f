/** Times that are typed, on the nights on which the clocks of the site are changed. */
import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import type { Server } from "../fixtures/server.ts";
import { query, unique } from "../fixtures/tokens.ts";

async function setZone(page: Page, tessera: Server, zone: string): Promise<void> {
  await tessera.command(["settings", "set", `site_timezone=${zone}`]);
  const form = async () => (await page.request.get("/tokens/new")).text();
  await expect.poll(form, { timeout: 10_000 }).toContain(`Times are local to ${zone}.`);
}

test.beforeEach(async ({ page, tessera, signIn }) => {
  await signIn(page);
  await setZone(page, tessera, "Europe/Vienna");
});

test.afterEach(async ({ page, tessera }) => {
  await page.context().clearCookies({ name: "tessera_language" });
  await setZone(page, tessera, "UTC");
});

test("a time that the clocks skip is refused at its field, with the one to use instead", async ({
  page,
  tessera,
  visit,
  forgive,
}) => {
  const value = unique("skipped");
  for (const [language, own, create, sentence] of [
    ["en", "From – to", "Create token", /put forward over this time\. Use Sun 28 Mar 2027, 03:30 instead\./],
    ["de", "Von – bis", "Token anlegen", /überspringt.*Nehmen Sie stattdessen So, 28\. März 2027, 03:30\./],
  ] as const) {
    await page.context().addCookies([{ name: "tessera_language", value: language, url: tessera.url }]);
    await visit(page, "/tokens/new");
    await page.locator('[name="form[value]"]').fill(value);
    await page.getByText(own, { exact: true }).click();
    const field = page.locator('[name="form[from]"]');
    await field.fill("2027-03-28T02:30");
    await page.getByRole("button", { name: create }).click();
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(sentence);
    expect(await query(tessera, value)).toBeNull();
  }
  forgive(/status of 422/);
});

test("of a time that comes twice the first is meant, and the page says so", async ({
  page,
  tessera,
  visit,
  alive,
}) => {
  const value = unique("twice");
  await visit(page, "/tokens/new");
  await page.getByLabel("Value or prefix").fill(value);
  await page.getByText("From – to", { exact: true }).click();
  await page.locator('[name="form[from]"]').fill("2026-10-25T02:30");
  await page.locator('[name="form[to]"]').fill("2026-10-25T03:30");
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(value);
  await alive(page);
  const first = "Sun 25 Oct 2026, 02:30 comes twice, for the clocks are put back. The first is meant.";
  await expect(page.getByText(first)).toBeVisible();
  await expect(page.locator("time").filter({ hasText: "02:30" })).toHaveAttribute("datetime", "2026-10-25T00:30:00Z");
  await expect(page.locator("time").filter({ hasText: "03:30" })).toHaveAttribute("datetime", "2026-10-25T02:30:00Z");

  // Who saves the form without a touch leaves it as it is.
  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByText(first)).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(first)).toBeVisible();
  expect(await query(tessera, value)).toMatchObject({
    valid_from: expect.stringContaining("02:30:00"),
    valid_to: expect.stringContaining("03:30:00"),
  });

  await page.context().addCookies([{ name: "tessera_language", value: "de", url: tessera.url }]);
  await page.reload();
  await alive(page);
  await expect(page.getByText("So, 25. Okt. 2026, 02:30 kommt zweimal")).toBeVisible();
  await expect(page.getByText("Gemeint ist das erste Mal.")).toBeVisible();
});
