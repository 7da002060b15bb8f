import { test } from "../fixtures/tessera.ts";
import { add, consume, unique } from "../fixtures/tokens.ts";

test("every page can be used by everyone without a script", async ({
  page,
  tessera,
  signIn,
  visit,
  axe,
  forgive,
}) => {
  test.setTimeout(120_000);
  const uid = await add(tessera, { value: unique("plain"), usage_count: "1" });
  await consume(tessera, uid);
  await consume(tessera, uid);
  await signIn(page);
  for (const address of [
    "/login",
    "/setup?code=guessed",
    "/tokens",
    "/tokens?q=nothing-at-all&status=locked",
    "/tokens/new",
    `/tokens/${uid}`,
    `/tokens/${uid}/edit`,
    `/tokens/${uid}/delete`,
    `/tokens/print?ids=${uid}`,
    "/settings",
    "/keys",
    "/keys/new",
    "/accounts",
    "/accounts/invite",
    "/account",
    "/nowhere",
  ]) {
    await visit(page, address);
    await axe(page);
  }
  forgive(/status of 404/);
});
