import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { add, consume, unique } from "../fixtures/tokens.ts";

/** How much wider the page is than the screen. */
function excess(page: Page, width: number): Promise<number> {
  return page.locator("html").evaluate((root, width) => root.scrollWidth - width, width);
}

test.use({ viewport: { width: 360, height: 740 } });

for (const language of ["en", "de"]) {
  test(`no page is wider than a phone (${language})`, async ({
    page,
    tessera,
    signIn,
    visit,
    forgive,
  }) => {
    const value = unique("W".repeat(400)).padEnd(1000, "_long");
    const uid = await add(tessera, { value, usage_count: "2147483647", lock_time: "2147483647" });
    await consume(tessera, uid);
    await consume(tessera, uid);
    await signIn(page);
    await page.context().addCookies([{ name: "tessera_language", value: language, url: tessera.url }]);
    for (const address of [
      "/",
      "/tokens",
      `/tokens?q=${value}`,
      "/tokens?q=nothing-at-all",
      `/tokens?q=${value}&created=last-30&used=last-7&uses_from=1&uses_to=2147483647`,
      `/tokens/codes?q=${value}`,
      `/tokens/codes?q=${value}&size=300&per=1000`,
      "/tokens/filter?ends_from=2031-01-01",
      "/tokens/new",
      `/tokens/${uid}`,
      `/tokens/${uid}/edit`,
      `/tokens/${uid}/delete`,
      `/tokens/print?ids=${uid}`,
      "/tokens/print?q=nothing-at-all&grid=own",
      "/scan",
      "/scan?mode=use&unknown=1",
      "/tokens/00000000-0000-4000-8000-000000000000",
      "/tokens/trash",
      "/activity",
      "/audit",
      "/settings",
      "/keys",
      "/keys/new",
      "/accounts",
      "/accounts/invite",
      "/account",
      "/nowhere",
      "/login",
      "/setup?code=guessed",
    ]) {
      await page.setViewportSize({ width: 360, height: 740 });
      await visit(page, address);
      for (const width of [360, 320]) {
        await page.setViewportSize({ width, height: 740 });
        expect(await excess(page, width), `${address.slice(0, 60)} at ${width} px`).toBeLessThanOrEqual(0);
      }
    }
    forgive(/status of 404/);
  });
}

test("the bar at the bottom leads everywhere and hides nothing", async ({ page, signIn, visit }) => {
  await signIn(page);
  await visit(page, "/tokens");
  const bar = page.getByRole("navigation", { name: "Main" });
  const place = await bar.boundingBox();
  expect(place?.y).toBeGreaterThan(740 - 80);
  const account = page.getByRole("button", { name: "Account and display" });
  const administration = page.getByRole("navigation", { name: "Administration" });
  for (const [name, address] of [
    ["Accounts", /\/accounts$/],
    ["API keys", /\/keys$/],
    ["Settings", /\/settings$/],
  ] as const) {
    await account.click();
    await administration.getByRole("link", { name }).click();
    await expect(page).toHaveURL(address);
  }

  // The last button of the page can be scrolled clear of the bar.
  const save = page.getByRole("button", { name: "Save" });
  await page.keyboard.press("End");
  await expect
    .poll(async () => {
      const [button, bottom] = [await save.boundingBox(), await bar.boundingBox()];
      return button !== null && bottom !== null && button.y + button.height <= bottom.y;
    })
    .toBe(true);

  await bar.getByRole("link", { name: "Tokens" }).click();
  await expect(page).toHaveURL(/\/tokens$/);
  await account.click();
  const menu = page.getByRole("button", { name: "Sign out" });
  await expect(menu).toBeInViewport({ ratio: 1 });
  expect(await excess(page, 360)).toBeLessThanOrEqual(0);
});

test("what is pressed on a phone is at least 24 pixels wide and high", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const uid = await add(tessera, { value: unique("size"), usage_count: "1" });
  await signIn(page);
  for (const address of ["/tokens", "/tokens/new", `/tokens/${uid}`, "/settings"]) {
    await visit(page, address);
    const controls = page.getByRole("button").or(page.getByRole("checkbox")).or(page.locator(".btn"));
    const small = await controls.evaluateAll((found) =>
      found
        .map((control) => ({ control, box: (control.closest("label") ?? control).getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
        .map(({ control, box }) => `${control.outerHTML} ${box.width} × ${box.height}`),
    );
    expect(small, address).toEqual([]);
  }
});
