/**
 * How long pages take until they can be used, and how fast codes are drawn.
 *
 * Each line of the result is `what=a word` and `name=number`, as `cargo xtask bench` reads them: milliseconds, bytes, and
 * codes a second.
 */
import { appendFile } from "node:fs/promises";

import { type Browser, type BrowserContext, type Page, expect, test } from "@playwright/test";

/** Told by `cargo xtask bench`: where the server is, who is signed in there, how many rounds, and where results go. */
const told = (name: string): string => {
  const value = process.env[`TESSERA_BENCH_${name}`];
  if (value === undefined) throw new Error(`TESSERA_BENCH_${name} is missing`);
  return value;
};

/** Pages by the words of the report; how they are when one comes to them by their address. */
const PAGES = {
  login: "/login",
  list: "/tokens",
  overview: "/",
  codes: "/tokens/codes",
};

/** So many times as slow is the processor of a modest phone. */
const SLOW = 4;

/** A page that has had no long task for so long, in milliseconds, has nothing left to do (Lighthouse's definition). */
const QUIET = 5000;

/** What the page notes of itself, in milliseconds since it was asked for. */
type Notes = {
  /** When the scripts had taken it over. */
  hydrated: number;
  /** Of each task of 50 ms or more, when it ended and how long it was. */
  tasks: { end: number; length: number }[];
};

declare global {
  interface Window {
    notes: Notes;
  }
}

/** Notes what happens from the first moment on. */
function takeNotes(): void {
  const notes: Notes = { hydrated: 0, tasks: [] };
  window.notes = notes;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      notes.tasks.push({ end: startTime + duration, length: duration });
    }
  }).observe({ type: "longtask", buffered: true });
  new MutationObserver((_, observer) => {
    if (!document.documentElement?.hasAttribute("data-hydrated")) return;
    notes.hydrated = performance.now();
    observer.disconnect();
  }).observe(document, { attributes: true, childList: true, subtree: true, attributeFilter: ["data-hydrated"] });
}

/** A browser that has nothing of the site yet, with somebody who is signed in. */
async function anew(browser: Browser, signedIn: boolean): Promise<BrowserContext> {
  const url = told("URL");
  const context = await browser.newContext({ baseURL: url, serviceWorkers: "block" });
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(told("COOKIE")) ?? [];
  if (signedIn) await context.addCookies([{ name, value, url }]);
  await context.addInitScript(takeNotes);
  return context;
}

async function slowDown(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
}

/** Goes to a page and waits until it has nothing left to do. */
async function visit(page: Page, address: string): Promise<Record<string, number>> {
  const response = await page.goto(address);
  expect(response?.status()).toBe(200);
  // And not where it sends who is not signed in.
  expect(new URL(page.url()).pathname).toBe(address);
  const isQuiet = (quiet: number) => {
    const last = Math.max(window.notes.hydrated, ...window.notes.tasks.map(({ end }) => end));
    return window.notes.hydrated > 0 && performance.now() - last > quiet;
  };
  await page.waitForFunction(isQuiet, QUIET, { polling: 250, timeout: 120_000 });
  return page.evaluate(() => {
    const { hydrated, tasks } = window.notes;
    const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
    const files = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const bytes = (files as PerformanceResourceTiming[]).map(({ transferSize }) => transferSize);
    return {
      painted,
      interactive: Math.max(painted, hydrated, ...tasks.map(({ end }) => end)),
      longest: Math.max(0, ...tasks.map(({ length }) => length)),
      bytes: bytes.reduce((sum, some) => sum + some, 0),
    };
  });
}

/** From a page of fewer codes to one of 1,000, all of which the browser draws. */
async function draw(page: Page): Promise<Record<string, number>> {
  await page.goto("/tokens/codes");
  await page.waitForFunction(() => window.notes.hydrated > 0);
  const link = page.getByRole("link", { name: "1,000", exact: true });
  await link.waitFor();
  await page.waitForTimeout(1000);
  return link.evaluate(async (link: HTMLElement) => {
    const asked = performance.now();
    const before = window.notes.tasks.length;
    const drawn = () => (document.querySelector("progress[max='1000']") ? document.querySelectorAll(".code").length : 0);
    const result = new Promise<{ first: number; begun: number; ended: number }>((resolve) => {
      let first = 0;
      let begun = 0;
      new MutationObserver((_, observer) => {
        const count = document.querySelectorAll(".code").length;
        if (begun === 0 && drawn() > 0) [first, begun] = [count, performance.now()];
        if (begun === 0 || count < 1000) return;
        observer.disconnect();
        // What is in the page now is painted with the next frame.
        requestAnimationFrame(() => setTimeout(() => resolve({ first, begun, ended: performance.now() })));
      }).observe(document.body, { childList: true, subtree: true });
    });
    link.click();
    const { first, begun, ended } = await result;
    // A task is told of a moment after its end.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return {
      rate: ((1000 - first) * 1000) / (ended - begun),
      waited: ended - asked,
      longest: Math.max(0, ...window.notes.tasks.slice(before).map(({ length }) => length)),
    };
  });
}

async function keep(what: string, numbers: Record<string, number>): Promise<void> {
  const pairs = Object.entries(numbers).map(([name, number]) => `${name}=${number.toFixed(1)}`);
  await appendFile(told("RESULT"), `${[`what=${what}`, ...pairs].join(" ")}\n`);
}

test("pages", async ({ browser }) => {
  const rounds = Number(told("ROUNDS"));
  test.setTimeout(rounds * 5 * 60_000);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, address] of Object.entries(PAGES)) {
      const context = await anew(browser, name !== "login");
      const page = await context.newPage();
      await slowDown(page, SLOW);
      await keep(`${name}-first`, await visit(page, address));
      await keep(`${name}-again`, await visit(page, address));
      await context.close();
    }
    for (const rate of [1, SLOW]) {
      const context = await anew(browser, true);
      const page = await context.newPage();
      await slowDown(page, rate);
      await keep(`drawn-${rate}`, await draw(page));
      await context.close();
    }
  }
});
