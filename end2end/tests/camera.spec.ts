/** What the camera of a phone sees, and what its screen shows then. */
import { readFile } from "node:fs/promises";

import type { Locator, Page } from "@playwright/test";

import { show, withCamera } from "../fixtures/camera.ts";
import { expect, test } from "../fixtures/tessera.ts";
import { add, consume, query, unique } from "../fixtures/tokens.ts";

test.use({ viewport: { width: 360, height: 780 } });
test.use({
  launchOptions: async ({ launchOptions }, use) => {
    await use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...withCamera] });
  },
});

const door = (page: Page): Locator => page.locator(".door");
const start = (page: Page): Promise<void> => page.getByRole("button", { name: "Use the camera" }).click();

/** The screen is the stored picture, but for what differs each time. */
async function isPicture(page: Page, name: string): Promise<void> {
  await expect(page).toHaveScreenshot(`${name}.png`, {
    mask: [page.locator(".door-word .nums"), page.locator(".door-sentence"), page.locator(".door-facts dd")],
    maskColor: "#808080",
    animations: "disabled",
    // Another version of the browser draws letters a little differently; another colour or sign is more than that.
    maxDiffPixelRatio: 0.03,
  });
}

test("a code that the camera sees opens its token", async ({ page, tessera, signIn, visit }) => {
  const uid = await add(tessera, { value: `${unique("Jörg")} 🎟️` });
  await signIn(page);
  await visit(page, "/scan");
  await show(page, tessera, uid);
  await start(page);
  await expect(page).toHaveURL(`/tokens/${uid}`);
});

test("a code before the camera is accepted once, and then refused as used up", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const value = unique("camera");
  const uid = await add(tessera, { value, usage_count: "1" });
  await signIn(page);
  await visit(page, "/scan?mode=use");
  await show(page, tessera, uid);
  await start(page);
  await expect(door(page)).toHaveClass(/door-ok/);
  await isPicture(page, "door-accepted");
  // The camera goes on by itself. The same code is still before it, and is not meant again.
  await expect(door(page)).toHaveCount(0, { timeout: 4_000 });
  await page.waitForTimeout(3_500);
  await expect(door(page)).toHaveCount(0);
  expect((await query(tessera, value))?.usage_count).toBe(0);

  await page.getByRole("button", { name: "Stop the camera" }).click();
  await page.waitForTimeout(3_200);
  await start(page);
  await expect(door(page)).toHaveClass(/door-no/);
  await isPicture(page, "door-used-up");
  await page.waitForTimeout(2_500);
  await expect(door(page)).toBeVisible();
  await page.getByRole("button", { name: "Next scan" }).click();
  await expect(page.locator(".camera-lines li")).toHaveCount(2);
});

test("a locked token is told to wait, and for how long", async ({ page, tessera, signIn, visit }) => {
  const value = unique("locked");
  const uid = await add(tessera, { value, usage_count: "5", lock_time: "600" });
  await consume(tessera, uid);
  await signIn(page);
  await visit(page, "/scan?mode=use");
  await show(page, tessera, uid);
  await start(page);
  await expect(door(page)).toHaveClass(/door-wait/);
  const left = async (): Promise<number> => {
    const [, minutes, seconds] = /Wait (\d+):(\d\d)/.exec(await door(page).innerText()) ?? [];
    return Number(minutes) * 60 + Number(seconds);
  };
  const first = await left();
  expect(first).toBeGreaterThan(560);
  expect(first).toBeLessThanOrEqual(600);
  await expect.poll(left).toBeLessThan(first);
  await isPicture(page, "door-locked");
});

test("an expired token is refused", async ({ page, tessera, signIn, visit }) => {
  const uid = await add(tessera, { value: unique("ended"), usage_count: "5", valid_to: "2020-01-01T00:00:00" });
  await signIn(page);
  await visit(page, "/scan?mode=use");
  await show(page, tessera, uid);
  await start(page);
  await expect(door(page)).toHaveClass(/door-no/);
  await expect(door(page)).toContainText("Expired");
  await isPicture(page, "door-expired");
});

test("the picture fills a phone, and is left by its button, by typing and by leaving the page", async ({
  page,
  tessera,
  signIn,
  visit,
  axe,
}) => {
  const uid = await add(tessera, { usage_count: "5" });
  await show(page, tessera, uid);
  await signIn(page);
  await visit(page, "/scan?mode=use");
  await start(page);
  await expect(door(page)).toHaveClass(/door-ok/);
  await expect(door(page)).toHaveCount(0, { timeout: 4_000 });
  const camera = page.getByRole("region", { name: "Camera" });
  await expect(camera).toBeVisible();
  expect(await camera.boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 780 });
  await axe(page);
  // Nothing that it covers takes the focus.
  for (let n = 0; n < 6; n += 1) {
    await page.keyboard.press("Tab");
    const covered = await page.evaluate(() => {
      const focused = document.activeElement;
      return focused !== document.body && focused?.closest(".camera") === null;
    });
    expect(covered).toBe(false);
  }
  await page.getByRole("button", { name: "Type a code" }).click();
  await expect(page.getByLabel("Value")).toBeFocused();
  await expect(camera).toHaveCount(0);

  // Off is off: no track of the camera is left running.
  await start(page);
  await expect(camera).toBeVisible();
  const track = await page.evaluateHandle(() => {
    const stream = document.querySelector("video")?.srcObject;
    return stream instanceof MediaStream ? stream.getVideoTracks()[0] : undefined;
  });
  expect(await track.evaluate((track) => track?.readyState)).toBe("live");
  await page.getByRole("button", { name: "Stop the camera" }).click();
  expect(await track.evaluate((track) => track?.readyState)).toBe("ended");
});

test("who does not allow the camera is told how to go on", async ({ page, signIn, visit }) => {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await signIn(page);
  await visit(page, "/scan");
  await start(page);
  await expect(page.getByRole("alert")).toContainText("The camera is not allowed for this page");
  await expect(page.getByLabel("Value")).toBeVisible();
});

test("what reads codes is loaded by a camera and by nothing else", async ({ page, tessera, signIn, visit }) => {
  const loaded: string[] = [];
  page.context().on("request", (request) => loaded.push(new URL(request.url()).pathname));
  const uid = await add(tessera, {});
  await signIn(page);
  await visit(page, "/tokens");
  await visit(page, "/scan");
  const scanner = (): string[] => loaded.filter((path) => path.startsWith("/scanner/"));
  expect(scanner()).toEqual([]);
  await show(page, tessera, uid);
  await start(page);
  await expect(page).toHaveURL(`/tokens/${uid}`);
  expect(scanner()).toEqual([
    "/scanner/worker.js",
    "/scanner/zxing-3.1.4/reader.js",
    "/scanner/zxing-3.1.4/zxing_reader.wasm",
  ]);
});

test("what reads codes is what its makers published", async () => {
  const ours = new URL("../../public/scanner/zxing-3.1.4/", import.meta.url);
  const theirs = new URL("../node_modules/zxing-wasm/dist/", import.meta.url);
  for (const [own, published] of [
    ["reader.js", "iife/reader/index.js"],
    ["zxing_reader.wasm", "reader/zxing_reader.wasm"],
  ] as const) {
    expect((await readFile(new URL(own, ours))).equals(await readFile(new URL(published, theirs)))).toBe(true);
  }
});
