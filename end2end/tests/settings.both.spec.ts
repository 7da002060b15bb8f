import { admin, expect, test } from "../fixtures/tessera.ts";

test("settings are changed, and refused where they contradict each other", async ({
  page,
  fresh,
  visit,
  alive,
  forgive,
}) => {
  await visit(page, `${fresh.url}/login?next=/settings`);
  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveTitle("Settings · Tessera");
  await alive(page);
  const before = await fresh.command(["settings", "export"]);
  const end = page.getByRole("group", { name: "Morning" }).getByLabel("End");
  await end.fill("07:00");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(end).toHaveAccessibleDescription(/The end must be after the start\./);
  expect(await fresh.command(["settings", "export"])).toBe(before);
  await alive(page);
  forgive(/status of 422/);

  await end.fill("11:30");
  await page.getByLabel("Time zone").fill("Europe/Vienna");
  await page.getByLabel("Uses").fill("3");
  await page.getByLabel("A link").check();
  await page.getByLabel("Damage a code bears").selectOption("H · 30 %");
  await page.getByLabel("Margin").fill("2");
  await page.getByLabel("Keep attempts for").fill("400");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Saved.");
  expect(JSON.parse(await fresh.command(["settings", "export"]))).toMatchObject({
    morning: { start: "08:00", end: "11:30" },
    site_timezone: "Europe/Vienna",
    language: "browser",
    qr_content: "link",
    qr_correction: "H",
    qr_margin: 2,
    retention_days: 400,
  });
  await visit(page, `${fresh.url}/tokens/new`);
  await expect(page.getByLabel("Uses")).toHaveValue("3");
  await expect(page.getByText("Times are local to Europe/Vienna.")).toBeVisible();
});

test("pages speak the site's language to those who have chosen none", async ({ page, fresh, visit }) => {
  await fresh.command(["settings", "set", "language=de"]);
  await expect(async () => {
    await visit(page, `${fresh.url}/login`);
    await expect(page.locator("html")).toHaveAttribute("lang", "de", { timeout: 100 });
  }).toPass();
  await expect(page.getByRole("button", { name: "Anmelden" })).toBeVisible();
});
