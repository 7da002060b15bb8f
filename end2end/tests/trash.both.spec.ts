import { expect, test } from "../fixtures/tessera.ts";
import { add, query, unique } from "../fixtures/tokens.ts";

test.beforeEach(({ page, signIn }) => signIn(page));

test("a deleted token comes back by a click on Undo, and from the trash", async ({
  page,
  tessera,
  visit,
  axe,
}) => {
  const value = unique("bin");
  const uid = await add(tessera, { value });
  const messages = page.getByRole("status", { name: "Messages" });
  const remove = async () => {
    await visit(page, `/tokens/${uid}/delete`);
    await page.getByRole("button", { name: "Delete token" }).click();
    await expect(messages).toContainText("Token deleted.");
    expect(await query(tessera, value)).toBeNull();
  };

  await remove();
  await axe(page);
  await messages.getByRole("button", { name: "Undo" }).click();
  await expect(messages).toContainText("Token restored.");
  await expect(page.getByRole("link", { name: value, exact: true })).toBeVisible();
  expect(await query(tessera, value)).toMatchObject({ uid });

  await remove();
  await visit(page, "/tokens");
  await page.getByRole("link", { name: "Trash" }).click();
  await expect(page).toHaveTitle("Trash · Tessera");
  await axe(page);
  await page.getByRole("button", { name: `Restore ${value}` }).click();
  await expect(messages).toContainText("Token restored.");
  await expect(page.getByRole("row", { name: value })).toHaveCount(0);
  expect(await query(tessera, value)).toMatchObject({ uid });
});

test("what cannot come back says so", async ({ page, tessera, visit, forgive }) => {
  const value = unique("heir");
  const uid = await add(tessera, { value });
  await visit(page, `/tokens/${uid}/delete`);
  await page.getByRole("button", { name: "Delete token" }).click();
  await expect(page).toHaveURL((url) => url.pathname === "/tokens");
  await add(tessera, { value });
  await visit(page, "/tokens/trash");
  await page.getByRole("button", { name: `Restore ${value}` }).first().click();
  await expect(page.getByText("Another token has this value.")).toBeVisible();
  forgive(/status of 422/);
});
