/**
 * Measures pages in a browser: `cargo xtask bench` runs it on a server of its own and reads what it leaves. Nothing is
 * asserted but that the pages are there.
 */
import { defineConfig } from "@playwright/test";

import tests from "./playwright.config.ts";

export default defineConfig({
  ...tests,
  testDir: "bench",
  retries: 0,
  reporter: [["list"]],
  // A trace of what is measured would be measured too.
  use: { ...tests.use, screenshot: "off", trace: "off" },
  projects: [{ name: "bench" }],
});
