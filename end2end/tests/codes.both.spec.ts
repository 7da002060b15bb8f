import type { Page, TestInfo } from "@playwright/test";

import { read, values } from "../fixtures/codes.ts";
import { expect, test } from "../fixtures/tessera.ts";
import { add } from "../fixtures/tokens.ts";

/** What the reader sees on the page, photographed as it is shown. */
async function readPage(page: Page, testInfo: TestInfo): Promise<string> {
  const picture = testInfo.outputPath("code.png");
  await page.getByRole("region", { name: "QR code" }).screenshot({ path: picture });
  return read(picture);
}

test.use({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 });

for (const { what, make } of values) {
  test(`the code of ${what} is read off the screen, light and dark, and off the PNG`, async ({
    page,
    tessera,
    signIn,
    visit,
  }, testInfo) => {
    const given = make();
    const uid = await add(tessera, { value: given });
    const value = given || uid;
    await signIn(page);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await visit(page, `/tokens/${uid}`);
      expect(await readPage(page, testInfo), colorScheme).toBe(value);
    }
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "PNG" }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe(`${uid}.png`);
    const picture = testInfo.outputPath("saved.png");
    await saved.saveAs(picture);
    expect(await read(picture)).toBe(value);
  });
}
