import path from "node:path";

import type { Browser, Page } from "@playwright/test";

import type { Server } from "../fixtures/server.ts";
import { admin, expect, test } from "../fixtures/tessera.ts";
import { add, consume } from "../fixtures/tokens.ts";

const folder = path.resolve(import.meta.dirname, "../../docs/screens");

/** A local time of the site, so many days from now. */
function day(offset: number, time: string): string {
  const date = new Date(Date.now() + offset * 86_400_000);
  return `${date.toISOString().slice(0, 10)}T${time}`;
}

/** Tokens as an event has them, some used, some over. Returns the one to look at. */
async function furnish(server: Server): Promise<string> {
  await server.command(["settings", "set", "site_timezone=Europe/Vienna"]);
  const shown = await add(server, { value: "7f0c1c9e-41b2-4a52-9b7e-0a5c3e5b5a69", usage_count: "10", valid_to: day(6, "22:00:00") });
  const kinds = [
    { usage_count: "1", valid_to: day(6, "22:00:00") },
    { usage_count: "5", lock_time: "3600", valid_to: day(6, "22:00:00") },
    { usage_count: "1", valid_to: day(-3, "22:00:00") },
    { usage_count: "-1" },
    { usage_count: "3", valid_from: day(2, "08:00:00"), valid_to: day(2, "18:00:00") },
    { usage_count: "2", valid_to: day(0, "23:30:00") },
  ];
  for (let n = 0; n < 60; n += 1) {
    const uid = await add(server, { value: `GALA-26-${String(1000 + n * 37)}`, ...kinds[n % kinds.length] });
    if (n % 3 === 0 || n < 12) await consume(server, uid);
    if (n % 12 === 0) await consume(server, uid);
  }
  for (let n = 0; n < 3; n += 1) await consume(server, shown);
  return shown;
}

async function open(browser: Browser, server: Server, width: number, height: number): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: "light",
    locale: "en-GB",
    timezoneId: "Europe/Vienna",
    baseURL: server.url,
  });
  const page = await context.newPage();
  await page.goto("/login");
  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/login");
  return page;
}

async function take(page: Page, address: string, name: string): Promise<void> {
  const response = await page.goto(address);
  expect(response?.status()).toBe(200);
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled" });
}

test("every page", async ({ browser, fresh, unset }) => {
  const uid = await furnish(fresh);
  const desk = await open(browser, fresh, 1440, 900);
  const pages = {
    overview: "/",
    tokens: "/tokens",
    token: `/tokens/${uid}`,
    "token-edit": `/tokens/${uid}/edit`,
    "token-delete": `/tokens/${uid}/delete`,
    "tokens-codes": "/tokens/codes?size=75",
    "tokens-filter": "/tokens/filter?ends=next-7",
    "tokens-new": "/tokens/new",
    "tokens-print": "/tokens/print?status=active",
    "tokens-selection": "/tokens/selection?act=window&q=GALA&all=60",
    "tokens-trash": "/tokens/trash",
    scan: "/scan?mode=use",
    activity: "/activity",
    keys: "/keys",
    "keys-new": "/keys/new",
    accounts: "/accounts",
    "accounts-invite": "/accounts/invite",
    account: "/account",
    audit: "/audit",
    settings: "/settings",
  };
  for (const [name, address] of Object.entries(pages)) await take(desk, address, name);
  const linked = {
    "keys-rotate": ["/keys", "a[href$=rotate]"],
    "keys-revoke": ["/keys", "a[href$=revoke]"],
    "accounts-one": ["/accounts", "a.row-title"],
  } as const;
  for (const [name, [list, link]] of Object.entries(linked)) {
    await desk.goto(list);
    await take(desk, (await desk.locator(link).first().getAttribute("href")) ?? "", name);
  }
  await desk.context().clearCookies();
  await take(desk, "/login", "login");
  await take(desk, "/t#GALA-26-1148", "check");
  const link = /http\S+\/setup\?code=\S+/.exec(unset.log)?.[0] ?? "";
  await take(desk, link, "setup");

  const phone = await open(browser, fresh, 390, 844);
  await take(phone, "/tokens", "tokens-phone");
  await take(phone, "/scan?mode=use", "scan-phone");
  await add(fresh, { value: "GALA-26-door", usage_count: "1" });
  for (const name of ["door-accepted-phone", "door-refused-phone"]) {
    await phone.goto("/scan?mode=use");
    await expect(phone.locator("html")).toHaveAttribute("data-hydrated", "");
    await phone.getByLabel("Value").fill("GALA-26-door");
    await phone.getByLabel("Value").press("Enter");
    await expect(phone.locator(".door")).toBeVisible();
    await phone.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled" });
  }
});
