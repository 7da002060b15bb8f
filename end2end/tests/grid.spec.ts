/** Many codes on their way: the page stays at hand while they are drawn. */
import { expect, test } from "../fixtures/tessera.ts";
import { unique } from "../fixtures/tokens.ts";

test("a thousand new tokens are shown as codes, which come while the page can be used", async ({
  page,
  signIn,
  visit,
  alive,
  axe,
}) => {
  test.setTimeout(180_000);
  const label = unique("Gala");
  await signIn(page);
  await visit(page, "/tokens/new");
  await page.getByLabel("Amount").fill("1000");
  await page.getByLabel("Label").fill(label);
  // Whoever sees the bar stops at once: a machine is quick enough to do so, and to know what it says then.
  await page.evaluate(() => {
    const observer = new MutationObserver(() => {
      const bar = document.querySelector("progress");
      const stop = document.querySelector<HTMLButtonElement>("progress + button");
      if (!bar || !stop) return;
      observer.disconnect();
      requestAnimationFrame(() => stop.click());
    });
    observer.observe(document.body, { childList: true, subtree: true });
  });
  await page.getByRole("button", { name: /^Create/ }).click();
  const bar = page.getByRole("progressbar", { name: "Drawing codes" });
  const told = page.getByRole("status").filter({ hasText: "codes drawn" });
  const codes = page.getByRole("main").locator(".code");
  await expect(page.getByRole("button", { name: "Go on" })).toBeVisible({ timeout: 30_000 });
  const drawn = await codes.count();
  expect(drawn).toBeGreaterThanOrEqual(24);
  expect(drawn).toBeLessThan(1000);
  await expect(bar).toHaveAttribute("max", "1000");
  await expect(bar).toHaveAttribute("value", String(drawn));
  await expect(told).toHaveText(`${drawn} of 1,000 codes drawn`);
  await axe(page);
  await page.waitForTimeout(200);
  expect(await codes.count()).toBe(drawn);

  await page.getByRole("button", { name: "Go on" }).click();
  await expect(told).toHaveText("1,000 of 1,000 codes drawn", { timeout: 60_000 });
  await expect(codes).toHaveCount(1000);
  await expect(bar).toHaveCount(0);
  await expect(codes.last()).toContainText(`${label}-1000`);

  // What the host has drawn is taken over, and the others follow.
  await page.reload();
  await alive(page);
  await expect(told).toHaveText("1,000 of 1,000 codes drawn", { timeout: 60_000 });
  await expect(codes).toHaveCount(1000);
});

test("a page that is left while codes are drawn leaves nothing behind", async ({ page, signIn, visit }) => {
  test.setTimeout(120_000);
  const label = unique("Left");
  await signIn(page);
  await visit(page, "/tokens/new");
  await page.getByLabel("Amount").fill("1000");
  await page.getByLabel("Label").fill(label);
  await page.getByRole("button", { name: /^Create/ }).click();
  await expect(page.getByRole("progressbar", { name: "Drawing codes" })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("link", { name: "Settings" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Settings");
  await expect(page.getByRole("progressbar")).toHaveCount(0);
});
