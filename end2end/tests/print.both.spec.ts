/** Labels on paper, as an independent reader sees them. */
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { expect, test } from "../fixtures/tessera.ts";
import { add, unique } from "../fixtures/tokens.ts";

const run = promisify(execFile);

/** Pixels of a picture of paper, at 10 a millimetre: a strip is higher than two labels, the next begins within it. */
const strip = { height: 700, step: 350, last: 2450 };

/**
 * What zbar reads on the pages of a PDF. Of dozens of codes in one picture it misses one now and then, so it is shown
 * whole pages and then strips of them.
 */
async function readPdf(pdf: string, folder: string, isSingle: boolean): Promise<string[]> {
  const values = new Set<string>();
  const picture = (name: string, options: string[]): Promise<unknown> =>
    run("pdftoppm", [...options, "-gray", "-png", pdf, path.join(folder, name)]);
  for (const resolution of isSingle ? ["200"] : ["180", "225", "300"]) {
    await picture(`at-${resolution}`, ["-r", resolution]);
  }
  for (let top = 0; !isSingle && top <= strip.last; top += strip.step) {
    const part = ["-x", "0", "-y", `${top}`, "-W", "2200", "-H", `${strip.height}`];
    await picture(`from-${top}`, ["-r", "254", ...part]);
  }
  for (const name of (await readdir(folder)).filter((name) => name.endsWith(".png"))) {
    const { stdout } = await run("zbarimg", ["--raw", "-q", path.join(folder, name)]).catch(nothingRead);
    for (const line of stdout.split("\n")) if (line !== "") values.add(line);
  }
  return [...values].sort();
}

/** A picture without a code, such as a strip of an empty end of a page, is no failure of the reader. */
function nothingRead(error: { code?: number }): { stdout: string } {
  if (error.code === 4) return { stdout: "" };
  throw error;
}

test("every code of a hundred labels is read off the paper, on each grid", async ({
  page,
  tessera,
  signIn,
  visit,
}, testInfo) => {
  test.setTimeout(240_000);
  const word = unique("print");
  const made: string[] = [];
  for (let n = 0; n < 100; n += 1) {
    const value = `${word}-${String(n).padStart(3, "0")}-5e1f0a77c2d94b`;
    await add(tessera, { value, usage_count: "1" });
    made.push(value);
  }
  await signIn(page);
  for (const [grid, pages] of [
    ["a4-3x8", 5],
    ["a4-4x10", 3],
    ["letter-3x10", 4],
    ["single", 100],
    ["own&columns=4&rows=6", 5],
  ] as const) {
    await visit(page, `/tokens/print?q=${word}&grid=${grid}`);
    await expect(page.getByRole("status").filter({ hasText: "labels" })).toHaveText("100 of 100 labels drawn");
    await expect(page.locator("svg.sheet")).toHaveCount(pages);
    const folder = testInfo.outputPath(grid.split("&")[0] ?? "");
    const pdf = path.join(folder, "labels.pdf");
    await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: false });
    const { stdout } = await run("pdfinfo", [pdf]);
    expect(stdout, grid).toMatch(new RegExp(`Pages:\\s+${pages}\\n`));
    expect(await readPdf(pdf, folder, grid === "single"), grid).toEqual([...made].sort());
  }
});

test("a sheet has the tokens that were named, and says what is on the label", async ({
  page,
  tessera,
  signIn,
  visit,
}) => {
  const value = unique("label");
  const uid = await add(tessera, { value });
  const other = await add(tessera, { value: unique("other") });
  await signIn(page);
  await visit(page, `/tokens?q=${value}`);
  await page.getByRole("link", { name: "Print these as labels" }).click();
  await expect(page).toHaveURL(`/tokens/print?q=${value}`);
  await expect(page.getByRole("img", { name: `QR code of ${value}` })).toBeVisible();
  await visit(page, `/tokens/print?ids=${uid},${other},00000000-0000-4000-8000-000000000000`);
  await expect(page.locator("svg.sheet path[role=img]")).toHaveCount(2);
  await page.getByLabel("Labels", { exact: true }).selectOption("own");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByLabel("Columns", { exact: true }).fill("2");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/columns=2/);
  await expect(page.locator("svg.sheet path[role=img]")).toHaveCount(2);
  await visit(page, "/tokens/print?q=nothing-at-all");
  await expect(page.getByRole("heading", { name: "Nothing to print" })).toBeVisible();
});
