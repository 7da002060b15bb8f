/**
 * Every test of a file `*.both.spec.ts` runs twice, with and without JavaScript. A file
 * `*.plain.spec.ts` is only for a browser that has none, any other `*.spec.ts` only for one that has.
 *
 * The browser is the system's (`TESSERA_CHROMIUM`); nothing is downloaded.
 */
import { defineConfig, devices } from "@playwright/test";

/** Without them the browser looks for its maker's services, network or not. */
const alone = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
];

/** No GPU where tests run; and no sandbox for root, who cannot have one. */
const unattended = ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];

export default defineConfig({
  testDir: "tests",
  // One picture for all machines: letters come with us, so that they look alike.
  snapshotPathTemplate: "{testDir}/pictures/{arg}{ext}",
  // A server for each worker; two cores are busy with one of them and a browser.
  workers: 1,
  // A test that passes now and then has found something: the closing lines name it, and `cargo xtask
  // test` fails if there are more than two.
  retries: 1,
  forbidOnly: Boolean(process.env["CI"]),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/report.json" }]],
  use: {
    ...devices["Desktop Chrome"],
    actionTimeout: 10_000,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    // What is tested is what the server sends; `offline.spec.ts` tests what is kept.
    serviceWorkers: "block",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env["TESSERA_CHROMIUM"] ?? "/usr/bin/chromium",
      args: [...unattended, ...alone],
    },
  },
  projects: [
    { name: "hydrated", testIgnore: "**/*.plain.spec.ts" },
    {
      name: "plain",
      testMatch: ["**/*.plain.spec.ts", "**/*.both.spec.ts"],
      use: { javaScriptEnabled: false },
    },
  ],
});
