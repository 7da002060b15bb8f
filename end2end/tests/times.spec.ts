/**
 * Times of a site in one zone, seen by a reader in another, over both changes of the clocks. What the host sends is in
 * the site's time, and the page swaps in the reader's once it is alive.
 */
import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import type { Server } from "../fixtures/server.ts";
import { add, unique } from "../fixtures/tokens.ts";

// Clocks in Vienna go forward at 01:00 UTC of 28 March 2027, and go back at 01:00 UTC of 25 October 2026.
const moments = ["2027-03-28T00:59:00Z", "2027-03-28T01:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];

type Zone = "UTC" | "Europe/Vienna" | "Asia/Kathmandu";

/** What clocks show at each of the moments, and how far ahead of UTC they are. */
const clocks: Record<Zone, { en: string[]; de: string[]; ahead: string[] }> = {
  UTC: {
    en: ["Sun 28 Mar 2027, 00:59", "Sun 28 Mar 2027, 01:00", "Sun 25 Oct 2026, 00:30", "Sun 25 Oct 2026, 01:30"],
    de: [
      "So, 28. März 2027, 00:59",
      "So, 28. März 2027, 01:00",
      "So, 25. Okt. 2026, 00:30",
      "So, 25. Okt. 2026, 01:30",
    ],
    ahead: ["", "", "", ""],
  },
  "Europe/Vienna": {
    en: ["Sun 28 Mar 2027, 01:59", "Sun 28 Mar 2027, 03:00", "Sun 25 Oct 2026, 02:30", "Sun 25 Oct 2026, 02:30"],
    de: [
      "So, 28. März 2027, 01:59",
      "So, 28. März 2027, 03:00",
      "So, 25. Okt. 2026, 02:30",
      "So, 25. Okt. 2026, 02:30",
    ],
    ahead: [" (UTC+1)", " (UTC+2)", " (UTC+2)", " (UTC+1)"],
  },
  "Asia/Kathmandu": {
    en: ["Sun 28 Mar 2027, 06:44", "Sun 28 Mar 2027, 06:45", "Sun 25 Oct 2026, 06:15", "Sun 25 Oct 2026, 07:15"],
    de: [
      "So, 28. März 2027, 06:44",
      "So, 28. März 2027, 06:45",
      "So, 25. Okt. 2026, 06:15",
      "So, 25. Okt. 2026, 07:15",
    ],
    ahead: [" (UTC+5:45)", " (UTC+5:45)", " (UTC+5:45)", " (UTC+5:45)"],
  },
};

const zones = Object.keys(clocks) as Zone[];

/** Sets the zone of the site, and waits until the server has heard of it. */
async function setZone(page: Page, tessera: Server, zone: string): Promise<void> {
  await tessera.command(["settings", "set", `site_timezone=${zone}`]);
  await expect
    .poll(async () => (await page.request.get("/tokens/new")).text(), { timeout: 10_000 })
    .toContain(`Times are local to ${zone}.`);
}

test.afterEach(async ({ page, tessera }) => {
  await page.context().clearCookies({ name: "tessera_language" });
  await setZone(page, tessera, "UTC");
});

for (const reader of zones) {
  test.describe(`a reader in ${reader}`, () => {
    test.use({ timezoneId: reader });

    test(`sees each moment on the own clock, whatever the site's (${reader})`, async ({
      page,
      tessera,
      signIn,
      visit,
    }) => {
      test.setTimeout(120_000);
      const word = unique("clock");
      const values = moments.map((_, n) => `${word}-${n}`);
      for (const [n, at] of moments.entries()) {
        const end = n < 2 ? { valid_from: at } : { valid_to: at };
        await add(tessera, { value: `${word}-${n}`, usage_count: "1", ...end });
      }
      await signIn(page);
      const cell = (n: number) =>
        page.getByRole("row", { name: new RegExp(values[n] ?? "") }).locator(`time[datetime="${moments[n]}"]`);
      for (const site of zones) {
        await setZone(page, tessera, site);
        const sent = await (await page.request.get(`/tokens?q=${word}`)).text();
        for (const [n, at] of moments.entries()) {
          const { en, ahead } = clocks[site];
          const title = `${en[n]}:00 ${site}${ahead[n]}`;
          expect(sent).toMatch(new RegExp(`<time datetime="${at}"[^>]*>(<!>)?${en[n]}`));
          expect(sent).toContain(title);
        }
        for (const language of ["en", "de"] as const) {
          await page.context().addCookies([{ name: "tessera_language", value: language, url: tessera.url }]);
          await visit(page, `/tokens?q=${word}`);
          for (const n of moments.keys()) await expect(cell(n)).toHaveText(clocks[reader][language][n] ?? "");
        }
        await page.context().clearCookies({ name: "tessera_language" });
      }
    });

    test(`is told what other clocks show, by pointing and with the keyboard (${reader})`, async ({
      page,
      tessera,
      signIn,
      visit,
    }) => {
      const at = "2027-03-28T01:00:00Z";
      const value = unique("beside");
      await add(tessera, { value, usage_count: "1", valid_from: at });
      await signIn(page);
      await setZone(page, tessera, "Europe/Vienna");
      await visit(page, `/tokens?q=${value}`);
      const time = page.locator(`time[datetime="${at}"]`);
      const beside = page.getByRole("tooltip");
      const others = ["Sun 28 Mar 2027, 03:00:00 Europe/Vienna (UTC+2)", "Sun 28 Mar 2027, 01:00:00 UTC"];
      const own = `${clocks[reader].en[1]}:00 ${reader}${clocks[reader].ahead[1]}`;
      const clocksTold = [...(others.includes(own) ? [] : [own]), ...others];

      await expect(beside).toBeHidden();
      await time.hover();
      await expect(beside).toBeVisible();
      const [distance, ...told] = (await beside.innerText()).split("\n");
      expect(distance).toMatch(/^in \d+ days$/);
      // Browsers spell it as it was before 1993.
      expect(told.map((line) => line.replace("Katmandu", "Kathmandu"))).toEqual(clocksTold);
      // It stays for whoever points at it, and goes with the pointer or by Escape.
      await beside.hover();
      await page.waitForTimeout(400);
      await expect(beside).toBeVisible();
      await page.getByRole("heading", { level: 1 }).hover();
      await expect(beside).toBeHidden();

      await time.focus();
      await expect(beside).toBeVisible();
      await expect(time).toHaveAccessibleDescription(/01:00:00 UTC/);
      await page.keyboard.press("Escape");
      await expect(beside).toBeHidden();
      await expect(time).toBeFocused();
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Tab");
      await expect(time).toBeFocused();
      await expect(beside).toBeVisible();
      await page.keyboard.press("Tab");
      await expect(beside).toBeHidden();
    });
  });
}

test.describe("on a phone", () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 740 }, timezoneId: "Asia/Kathmandu" });

  test("a touch tells what other clocks show, and another takes it away", async ({
    page,
    tessera,
    signIn,
    visit,
    axe,
  }) => {
    const value = unique("touch");
    const uid = await add(tessera, {
      value,
      usage_count: "1",
      valid_from: "2026-10-25T00:30:00Z",
      valid_to: "2027-03-28T01:00:00Z",
    });
    await signIn(page);
    await setZone(page, tessera, "Europe/Vienna");
    await visit(page, `/tokens/${uid}`);
    const beside = page.getByRole("tooltip");
    await page.locator(`time[datetime="2026-10-25T00:30:00Z"]`).tap();
    await expect(beside).toBeVisible();
    await expect(beside).toContainText(/06:15:00 Asia\/Kath?mandu \(UTC\+5:45\)/);
    await expect(beside).toContainText("02:30:00 Europe/Vienna (UTC+2)");
    await expect(beside).toBeInViewport({ ratio: 1 });
    await axe(page);
    await page.getByRole("heading", { level: 1 }).tap();
    await expect(beside).toBeHidden();
  });
});
