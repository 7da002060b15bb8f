/** The icons of the installed app, drawn from the one that browsers show: `npm run screens -- icons`. */
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";

import { expect, test } from "@playwright/test";

const source = path.resolve(import.meta.dirname, "../../public");

/**
 * `any` has the round corners of the drawing. `full` covers the square, for systems that cut a shape of their own out
 * of it: what must be seen lies in the middle four fifths.
 */
const icons = [
  { name: "icon-192.png", size: 192, kind: "any" },
  { name: "icon-512.png", size: 512, kind: "any" },
  { name: "maskable-192.png", size: 192, kind: "full" },
  { name: "maskable-512.png", size: 512, kind: "full" },
  { name: "apple-touch-icon.png", size: 180, kind: "full" },
] as const;

test("the icons are drawn", async ({ page }) => {
  const drawing = await readFile(path.join(source, "favicon.svg"), "utf8");
  await mkdir(path.join(source, "icons"), { recursive: true });
  for (const { name, size, kind } of icons) {
    const ground = /fill="(#[0-9a-f]{6})"/.exec(drawing)?.[1] ?? "";
    expect(ground).not.toBe("");
    const edge = kind === "full" ? size * 0.08 : 0;
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<style>html, body { margin: 0; background: ${kind === "full" ? ground : "transparent"} }
       svg { display: block; margin: ${edge}px; width: ${size - 2 * edge}px }</style>${drawing}`,
    );
    await page.screenshot({ path: path.join(source, "icons", name), omitBackground: true });
  }
});
