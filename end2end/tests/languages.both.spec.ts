import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures/tessera.ts";
import { add, consume, unique } from "../fixtures/tokens.ts";

/** Words that are the same in both languages, and names that are nobody's to translate. */
const shared = [
  "Tessera",
  "English",
  "Deutsch",
  "Token",
  "Status",
  "Codes",
  "Name",
  "System",
  "Admin",
  "optional",
  "UTC",
  "SVG",
  "PNG",
];

/** What the page says, to the eye and to a screen reader, a piece each; numbers say nothing. */
async function says(page: Page): Promise<string[]> {
  const pieces = await page.locator("html").evaluate((root) => {
    const found = document.title.split(" · ");
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (node instanceof Text) {
        const silent = node.parentElement?.closest("script, style, template, datalist");
        if (!silent) found.push(...node.data.split(" · "));
      } else if (node instanceof Element) {
        for (const name of ["aria-label", "title", "placeholder", "alt"]) {
          found.push(node.getAttribute(name) ?? "");
        }
      }
    }
    return found;
  });
  return [...new Set(pieces.map((piece) => piece.trim()).filter((piece) => /\p{L}{2}/u.test(piece)))];
}

test("a page speaks the language that the browser asks for", async ({ browser, tessera }) => {
  for (const [locale, lang, title] of [
    ["de-AT", "de", "Anmelden · Tessera"],
    ["en-GB", "en", "Sign in · Tessera"],
    ["fr-FR", "en", "Sign in · Tessera"],
  ] as const) {
    const page = await browser.newPage({ locale });
    await page.goto(`${tessera.url}/login`);
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
    await expect(page).toHaveTitle(title);
    await page.context().close();
  }
});

test("all pages are German once German is chosen, and English again", async ({
  page,
  tessera,
  signIn,
  visit,
  alive,
  forgive,
}) => {
  const value = unique("wert");
  const uid = await add(tessera, { value, usage_count: "1", lock_time: "60" });
  await consume(tessera, uid);
  await consume(tessera, uid);
  await signIn(page);
  const pages: [address: string, german: string][] = [
    [`/tokens?q=${value}`, "Token"],
    ["/tokens?q=nothing-at-all", "Token"],
    [`/tokens/codes?q=${value}`, "Token"],
    ["/tokens/filter?created=last-7", "Token filtern"],
    ["/tokens/new", "Neue Token"],
    [`/tokens/${uid}`, value],
    [`/tokens/${uid}/edit`, "Token bearbeiten"],
    [`/tokens/${uid}/delete`, "Diesen Token löschen?"],
    ["/tokens/print?q=nothing-at-all", "Etiketten drucken"],
    ["/scan?unknown=1", "Scannen"],
    ["/scan?mode=use", "Scannen"],
    ["/tokens/00000000-0000-4000-8000-000000000000", "Diesen Token gibt es nicht"],
    ["/settings", "Einstellungen"],
    ["/keys", "API-Schlüssel"],
    ["/keys/new", "Neuer API-Schlüssel"],
    ["/accounts", "Konten"],
    ["/accounts/invite", "Jemanden einladen"],
    ["/account", "Mein Konto"],
    ["/nowhere", "Seite nicht gefunden"],
    ["/login", "Anmelden"],
    ["/setup?code=guessed", "Tessera einrichten"],
  ];
  const english = new Map<string, string[]>();
  for (const [address] of pages) {
    await visit(page, address);
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    english.set(address, await says(page));
  }

  await visit(page, `/tokens?q=${value}`);
  await page.getByRole("button", { name: "Account and display" }).click();
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page).toHaveURL(`/tokens?q=${value}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Token");
  await expect(page.getByText("1–1 von 1", { exact: true })).toBeVisible();
  const own = new Set([...shared, "admin", "test", "by admin", "127.0.0.1", value]);
  for (const [address, title] of pages) {
    await visit(page, address);
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expect(page).toHaveTitle(`${title} · Tessera`);
    const said = new Set(english.get(address));
    // Names that other tests gave, and the beginnings of keys, are data.
    const isData = /^tsr_|-[0-9a-z]{8}-\d+$/;
    // Captions show a value in groups.
    const isOwn = (piece: string) =>
      own.has(piece) || own.has(piece.replaceAll(" ", "")) || isData.test(piece);
    const left = (await says(page)).filter((piece) => said.has(piece) && !isOwn(piece));
    expect(left, `${address} in English still`).toEqual([]);
  }

  await visit(page, "/tokens");
  await page.getByRole("button", { name: "Konto und Anzeige" }).click();
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await alive(page);
  await expect(page).toHaveTitle("Tokens · Tessera");
  forgive(/status of 404/);
});

test("a form says in German what is wrong", async ({ page, tessera, signIn, visit, alive, forgive }) => {
  const value = unique("vergeben");
  await add(tessera, { value });
  await signIn(page);
  await page.context().addCookies([{ name: "tessera_language", value: "de", url: tessera.url }]);
  await visit(page, "/tokens/new");
  await page.getByLabel("Wert oder Präfix").fill(value);
  await page.getByRole("button", { name: "Token anlegen" }).click();
  await expect(page.getByRole("alert").first()).toHaveText("Einige Felder brauchen noch einen Blick.");
  await expect(page.getByLabel("Wert oder Präfix")).toHaveAccessibleDescription(
    /Ein anderer Token hat diesen Wert\./,
  );
  await alive(page);
  forgive(/status of 422/);
});
