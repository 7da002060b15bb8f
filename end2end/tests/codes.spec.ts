import { readFile, writeFile } from "node:fs/promises";

import { read, values } from "../fixtures/codes.ts";
import { expect, test } from "../fixtures/tessera.ts";
import { add, unique } from "../fixtures/tokens.ts";

for (const { what, make } of values) {
  test(`the SVG of ${what} is drawn by a browser and read`, async ({
    page,
    context,
    tessera,
    signIn,
    visit,
  }, testInfo) => {
    const given = make();
    const uid = await add(tessera, { value: given });
    await signIn(page);
    await visit(page, `/tokens/${uid}`);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "SVG" }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe(`${uid}.svg`);

    const drawing = await readFile(await saved.path(), "base64");
    const viewer = await context.newPage();
    await viewer.setContent(`<img alt="code" src="data:image/svg+xml;base64,${drawing}">`);
    const image = viewer.getByRole("img", { name: "code" });
    await expect(image).toHaveJSProperty("complete", true);
    const picture = testInfo.outputPath("drawn.png");
    await image.screenshot({ path: picture });
    expect(await read(picture)).toBe(given || uid);
  });
}

test("a program gets the same code as a PNG", async ({ tessera }, testInfo) => {
  const value = "Jürgen & Åsa 🎟️";
  const uid = await add(tessera, { value });
  const answer = await tessera.api(`/tokens/${uid}/qr_code`);
  expect(answer.headers.get("content-type")).toBe("image/png");
  const picture = testInfo.outputPath("program.png");
  await writeFile(picture, Buffer.from(await answer.arrayBuffer()));
  expect(await read(picture)).toBe(value);
});

test("the value of a token is copied, and the page says so", async ({
  page,
  context,
  tessera,
  signIn,
  visit,
}) => {
  const value = `${unique("copy")} ü 🎟️`;
  const uid = await add(tessera, { value });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signIn(page);
  await visit(page, `/tokens/${uid}`);
  await page.getByRole("button", { name: "Copy value" }).click();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Value copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(value);

  await visit(page, `/tokens?q=${encodeURIComponent(value)}`);
  await page.evaluate(() => navigator.clipboard.writeText("something else"));
  await page.getByRole("row").getByRole("button", { name: "Copy value" }).click();
  await expect(page.getByRole("status", { name: "Messages" })).toContainText("Value copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(value);
});
