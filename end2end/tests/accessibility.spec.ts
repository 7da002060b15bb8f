import { admin, expect, test } from "../fixtures/tessera.ts";
import { add, consume, unique } from "../fixtures/tokens.ts";

// Colours are judged as they stay, not on their way.
test.use({ contextOptions: { reducedMotion: "reduce" } });

const screens = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 360, height: 740 },
};

for (const language of ["en", "de"]) {
  for (const [screen, viewport] of Object.entries(screens)) {
    test(`every page can be used by everyone: ${language}, ${screen}, light and dark`, async ({
      page,
      tessera,
      signIn,
      visit,
      axe,
      forgive,
    }) => {
      test.setTimeout(480_000);
      const word = unique("all");
      const make = (state: string, parameters: Parameters<typeof add>[1]) =>
        add(tessera, { value: `${word} ${state}`, ...parameters });
      const locked = await make("locked", { usage_count: "5", lock_time: "3600" });
      await consume(tessera, locked);
      await consume(tessera, locked);
      const ended = await make("ended", { usage_count: "1", valid_to: "2001-01-01T00:00:00" });
      await make("active", { usage_count: "5" });
      await make("used up", { usage_count: "0" });
      await make("scheduled", { usage_count: "-1", valid_from: "2099-01-01T00:00:00" });
      await make("soon", { usage_count: "1", valid_to: new Date(Date.now() + 3_600_000).toISOString() });
      for (let n = 0; n < 51; n += 1) await make(`${n}`, { usage_count: "1" });

      await page.setViewportSize(viewport);
      await signIn(page);
      await page.context().addCookies([{ name: "tessera_language", value: language, url: tessera.url }]);
      const linked = async (list: string, link: string): Promise<string> => {
        await visit(page, list);
        return (await page.locator(link).first().getAttribute("href")) ?? "";
      };
      for (const address of [
        "/login",
        "/setup?code=guessed",
        "/",
        `/tokens?q=${word}&sort=created`,
        `/tokens?q=${word}&sort=created&page=2`,
        "/tokens?q=nothing-at-all&status=locked",
        `/tokens?q=${word}&ends=next-30&uses_to=5`,
        `/tokens/codes?q=${word}&size=50&per=200`,
        "/tokens/codes?q=nothing-at-all",
        `/tokens/filter?q=${word}&ends=next-30`,
        "/tokens/filter?created_from=2031-01-01&uses_from=3",
        "/tokens/new",
        `/tokens/new?like=${ended}`,
        `/tokens/${locked}`,
        `/tokens/${ended}`,
        `/tokens/${locked}/edit`,
        `/tokens/${locked}/delete`,
        "/tokens/trash",
        `/tokens/selection?act=delete&q=${word}&all=57`,
        `/tokens/selection?act=window&uid=${locked}`,
        `/tokens/selection?act=uses&uid=${locked}`,
        `/t#${word} locked`,
        "/activity",
        "/activity?outcome=refused",
        "/audit",
        "/audit?action=change",
        `/tokens/print?ids=${locked}`,
        "/scan?unknown=1",
        "/scan?mode=use",
        "/settings",
        "/keys",
        "/keys/new",
        "/accounts",
        "/accounts/invite",
        "/account",
        await linked("/keys", "a[href$=rotate]"),
        await linked("/keys", "a[href$=revoke]"),
        await linked("/accounts", "a.row-title"),
        "/nowhere",
      ]) {
        await visit(page, address);
        await page.emulateMedia({ colorScheme: "light" });
        await axe(page);
        // A theme changes nothing but colours.
        await page.emulateMedia({ colorScheme: "dark" });
        await axe(page, "colours");
      }
      forgive(/status of 404/);
    });
  }
}

test("the first account and the first token are for everyone too", async ({
  page,
  fresh,
  unset,
  visit,
  axe,
}) => {
  await visit(page, /http:\S+\/setup\?code=\S+/.exec(unset.log)?.[0] ?? "");
  await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
  await axe(page);
  await visit(page, `${fresh.url}/login`);
  await page.getByLabel("Name").fill(admin.name);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "No tokens yet" })).toBeVisible();
  for (const viewport of Object.values(screens)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await axe(page);
    }
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`what is pointed at, focused, wrong or open can be seen (${colorScheme})`, async ({
    page,
    tessera,
    signIn,
    visit,
    axe,
    forgive,
  }) => {
    test.setTimeout(60_000);
    const value = unique("state");
    const uid = await add(tessera, { value, usage_count: "1" });
    await page.emulateMedia({ colorScheme });
    await signIn(page);
    await visit(page, "/tokens/new");
    await page.getByLabel("Value or prefix").fill(value);
    await page.getByLabel("Lock after use").fill("");
    const create = page.getByRole("button", { name: "Create token" });
    await create.hover();
    await axe(page);
    await page.getByText("Morning", { exact: true }).hover();
    await page.getByLabel("Label").focus();
    await axe(page);
    await create.click();
    await expect(page.getByLabel("Value or prefix")).toHaveAttribute("aria-invalid", "true");
    await axe(page);
    forgive(/status of 422/);

    await visit(page, `/tokens/${uid}`);
    await page.getByRole("link", { name: "Edit" }).hover();
    await axe(page);
    await page.getByRole("button", { name: "Disable" }).click();
    await expect(page.getByRole("status", { name: "Messages" })).toContainText("Token disabled.");
    await page.getByRole("link", { name: "Dismiss message" }).hover();
    await axe(page);
    await page.getByRole("link", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete this token?" });
    await expect(dialog).toBeVisible();
    await dialog.getByRole("button", { name: "Delete token" }).hover();
    await axe(page);
    await page.keyboard.press("Escape");

    await visit(page, `/tokens?q=${value}`);
    await page.getByRole("rowheader").hover();
    await axe(page);
    await page.getByRole("button", { name: "Account and display" }).click();
    await page.getByRole("button", { name: "Sign out" }).hover();
    await axe(page);
  });
}
