import { expect, test } from "../fixtures/tessera.ts";
import { add, query, unique } from "../fixtures/tokens.ts";

test.beforeEach(({ page, signIn }) => signIn(page));

test("the box in the head stands for the rows, and Escape takes all ticks away", async ({
  page,
  tessera,
  visit,
  axe,
}) => {
  const word = unique("head");
  for (const n of [1, 2, 3]) await add(tessera, { value: `${word}-${n}` });
  await visit(page, `/tokens?q=${word}`);
  const head = page.getByRole("checkbox", { name: "Select all on this page" });
  const row = page.getByRole("checkbox", { name: `Select ${word}-1` });
  const bar = page.getByRole("group", { name: "Selected tokens" });
  const isMixed = () => head.evaluate((box) => (box as HTMLInputElement).indeterminate);

  await row.check();
  await expect(bar.getByRole("status")).toHaveText("1 selected");
  expect(await isMixed()).toBe(true);
  await head.check();
  await expect(bar.getByRole("status")).toHaveText("3 selected");
  expect(await isMixed()).toBe(false);
  await axe(page);
  await row.uncheck();
  await expect(bar.getByRole("status")).toHaveText("2 selected");
  expect(await isMixed()).toBe(true);
  await page.keyboard.press("Escape");
  await expect(bar).toBeHidden();
  await expect(head).not.toBeChecked();
  expect(await isMixed()).toBe(false);
  await head.check();
  await bar.getByRole("button", { name: "Clear selection" }).click();
  await expect(bar).toBeHidden();
});

test("a tick is of its token, and of none that comes into its row", async ({ page, tessera, visit }) => {
  const word = unique("rows");
  for (let n = 10; n < 63; n += 1) await add(tessera, { value: `${word}-${n}` });
  await visit(page, `/tokens?q=${word}&sort=value`);
  const boxes = page.getByRole("checkbox", { name: `Select ${word}` });
  const bar = page.getByRole("group", { name: "Selected tokens" });
  const ticked = (): Promise<number> =>
    boxes.evaluateAll((all) => all.filter((box) => (box as HTMLInputElement).checked).length);
  await expect(boxes).toHaveCount(50);
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await bar.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText(`${word}-10`)).toHaveCount(0);
  await expect(boxes).toHaveCount(50);
  await expect.poll(ticked).toBe(0);
  await expect(bar).toBeHidden();

  await boxes.nth(0).check();
  await bar.getByRole("checkbox", { name: "All that match (51)" }).check();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Page 2", exact: true }).click();
  await expect(boxes).toHaveCount(1);
  await expect.poll(ticked).toBe(0);
  await expect(bar).toBeHidden();
});

test("all that match are no longer meant once a row is unticked", async ({ page, tessera, visit }) => {
  const word = unique("pages");
  const made = await Promise.all(
    Array.from({ length: 52 }, (_, n) => add(tessera, { value: `${word}-${n}` })),
  );
  expect(made).toHaveLength(52);
  await visit(page, `/tokens?q=${word}`);
  const rows = page.getByRole("checkbox", { name: `Select ${word}` });
  const bar = page.getByRole("group", { name: "Selected tokens" });
  const all = bar.getByRole("checkbox", { name: "All that match (52)" });
  await rows.first().check();
  await all.check();
  await expect(bar.getByRole("status")).toHaveText("52 selected");
  await expect(rows.last()).toBeChecked();
  await rows.last().uncheck();
  await expect(all).not.toBeChecked();
  await expect(bar.getByRole("status")).toHaveText("49 selected");
});

test("what others changed since is not acted on", async ({ page, tessera, visit, forgive }) => {
  const word = unique("race");
  const uid = await add(tessera, { value: `${word}-1` });
  await add(tessera, { value: `${word}-2` });
  await visit(page, `/tokens?q=${word}`);
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  await tessera.api(`/tokens/${uid}/delete_token`, { method: "POST" });
  await page.getByRole("group", { name: "Selected tokens" }).getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("alert")).toContainText("By now it is 1 token. Nothing was changed");
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  expect(await query(tessera, `${word}-2`)).not.toBeNull();
  forgive(/status of 409/);
});
