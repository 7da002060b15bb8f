/**
 * Takes the pictures of docs/screens: `npm run screens`, on a site that was built. They show an installation that is in
 * use; nothing is asserted but that the pages are there.
 */
import { defineConfig } from "@playwright/test";

import tests from "./playwright.config.ts";

export default defineConfig({
  ...tests,
  testDir: "screens",
  retries: 0,
  timeout: 180_000,
  reporter: [["list"]],
  projects: [{ name: "screens" }],
});
