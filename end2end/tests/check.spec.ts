/** Codes that say a link: what a telephone's own camera opens, and what our scanner makes of it. */
import { writeFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { read } from "../fixtures/codes.ts";
import type { Server } from "../fixtures/server.ts";
import { admin, expect, test } from "../fixtures/tessera.ts";
import { add, unique } from "../fixtures/tokens.ts";

async function signIn(page: Page, tessera: Server, next: string): Promise<void> {
  await page.goto(`${tessera.url}/login?next=${next}`);
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname === next);
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
}

test("a code that says a link is read by a phone without an account, and by a scanner", async ({
  page,
  browser,
  fresh,
}, testInfo) => {
  const value = `${unique("Jörg")} 100 %`;
  const uid = await add(fresh, { value, usage_count: "1" });
  await fresh.command(["settings", "set", "qr_content=link", "qr_correction=Q", "qr_margin=5"]);
  await signIn(page, fresh, "/tokens");
  await page.goto(`${fresh.url}/tokens/${uid}`);
  const picture = testInfo.outputPath("link.png");
  await page.getByRole("img", { name: value }).screenshot({ path: picture });
  const link = await read(picture);
  expect(link).toBe(`${fresh.url}/t#${encodeURIComponent(value)}`);
  // The JSON API draws the same.
  const program = testInfo.outputPath("program.png");
  const answer = await fresh.api(`/tokens/${uid}/qr_code`);
  await writeFile(program, Buffer.from(await answer.arrayBuffer()));
  expect(await read(program)).toBe(link);

  const phone = await browser.newContext();
  const asked: string[] = [];
  phone.on("request", (request) => asked.push(`${request.url()} ${request.headers()["referer"] ?? ""}`));
  const stranger = await phone.newPage();
  await stranger.goto(link);
  await expect(stranger.locator(".door-word")).toHaveText("Good");
  expect(asked).not.toEqual([]);
  expect(asked.filter((line) => line.includes("100"))).toEqual([]);
  await phone.close();
  await fresh.logged();
  expect(fresh.log).not.toContain("100%20");

  await page.goto(`${fresh.url}/scan`);
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
  await page.locator("h1").click();
  await page.keyboard.type(link, { delay: 5 });
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${fresh.url}/tokens/${uid}`);
  // What it shows has come before the server goes.
  await expect(page.getByRole("img", { name: value })).toBeVisible();
});
