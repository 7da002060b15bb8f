/**
 * What pages of others can make the browser of somebody who is signed in send, spends and changes
 * nothing. One of them is on another site (`localhost`), one on another port of the same: to that the
 * cookie goes along with whatever it asks for.
 */
import { Elsewhere } from "../fixtures/elsewhere.ts";
import type { Server } from "../fixtures/server.ts";
import { expect, test as base } from "../fixtures/tessera.ts";
import { add, consume, everything, query, unique } from "../fixtures/tokens.ts";

const test = base.extend<{ foreign: Elsewhere; host: string }>({
  host: ["localhost", { option: true }],
  foreign: async ({ host }, use) => {
    const site = await Elsewhere.start(host);
    await use(site);
    await site.stop();
  },
});

/** The addresses under which a GET spends a use for programs. */
const consumptions = (tessera: Server, uid: string) => [
  `${tessera.url}/tokens/${uid}/consume_token`,
  `${tessera.url}/${uid}/consume_token`,
  `${tessera.url}/tokens/consume_token?token_uid=${uid}`,
];

/** Every call and server function that changes something, with what would make it do so. */
const changes = (uid: string): [address: string, fields: Record<string, string>][] => [
  [`/tokens/${uid}/consume_token`, {}],
  [`/${uid}/consume_token`, {}],
  ["/tokens/consume_token", { token_uid: uid }],
  [`/tokens/${uid}/update_token`, { usage_count: "99" }],
  [`/tokens/${uid}/edit_token`, { usage_count: "99" }],
  [`/${uid}/update_token`, { usage_count: "99" }],
  [`/tokens/${uid}/delete_token`, {}],
  [`/${uid}/delete_token`, {}],
  ["/tokens/delete_tokens", { token_uids: `["${uid}"]` }],
  ["/tokens/add_token", { value: "planted" }],
  ["/fn/add_tokens", { "form[amount]": "1", "form[value]": "planted", "form[uses]": "1" }],
  ["/fn/set_uses", { uid, uses: "99" }],
  ["/fn/set_window", { uid, preset: "today" }],
  ["/fn/set_disabled", { uid, disabled: "true" }],
  ["/fn/change_token", { "form[uid]": uid, "form[version]": "0", "form[uses]": "99" }],
  ["/fn/delete_token", { uid }],
  ["/fn/change_settings", { "form[zone]": "Europe/Vienna", "form[default_uses]": "99" }],
  ["/fn/sign_in", { "form[name]": "eve", "form[password]": "not this one" }],
  ["/fn/set_language", { language: "de" }],
  ["/fn/set_theme", { theme: "dark" }],
  ["/fn/set_single_keys", { on: "false" }],
  ["/fn/sign_out", {}],
];

/** What the server answered to calls and functions while `act` went on: `GET 403`, each once. */
async function answers(tessera: Server, act: () => Promise<unknown>): Promise<string[]> {
  await tessera.logged();
  const start = tessera.log.length;
  const given = () => {
    const lines = tessera.log.slice(start).split("\n");
    const said = lines.map((line) => /method=(\w+) route="\S*(?:_token|\/fn\/)\S*" status=(\d+)/.exec(line));
    return [...new Set(said.filter((found) => found !== null).map(([, how, no]) => `${how} ${no}`))];
  };
  await act();
  await expect.poll(given, "the browser asked, and the server answered").not.toEqual([]);
  return given();
}

/** How the browser notes that it was told no, or does not show what it was told. */
const noes = /status of 40[13]|net::ERR_(BLOCKED|FAILED)|blocked by CORS policy|frame-ancestors/;

for (const [name, host] of [
  ["another site", "localhost"],
  ["another port", "127.0.0.1"],
] as const) {
  test.describe(`a page on ${name}`, () => {
    test.use({ host });
    // Who comes with the cookie is known, and may not (403); who comes without is nobody (401).
    const embedded = host === "127.0.0.1" ? 403 : 401;
    let uid: string;
    let before: string[];

    test.beforeEach(async ({ page, signIn, tessera }) => {
      await signIn(page);
      uid = await add(tessera, { value: unique("theirs"), usage_count: "5" });
      before = await everything(tessera);
    });

    test.afterEach(async ({ page, tessera, forgive, visit }) => {
      forgive(noes);
      expect(await everything(tessera), "nothing was spent or changed").toEqual(before);
      // The session is still there, and the page as it was: English and light.
      await visit(page, `${tessera.url}/tokens`);
      await expect(page.getByRole("heading", { level: 1, name: "Tokens" })).toBeVisible();
      await expect(page.locator("html")).not.toHaveAttribute("data-theme");
    });

    test("spends nothing by a link, an address, a redirect or a window", async ({
      page,
      context,
      tessera,
      foreign,
    }) => {
      for (const address of consumptions(tessera, uid)) {
        foreign.pages.set("/link", `<a href="${address}">A prize</a>`);
        await page.goto(`${foreign.url}/link`);
        const link = page.getByRole("link", { name: "A prize" });
        // The cookie goes along with a link, even from another site.
        expect(await answers(tessera, () => link.click()), `link to ${address}`).toEqual(["GET 403"]);

        foreign.pages.set("/redirect", address);
        const redirect = () => page.goto(`${foreign.url}/redirect`);
        expect(await answers(tessera, redirect), `redirect to ${address}`).toEqual(["GET 403"]);

        foreign.pages.set("/refresh", `<meta http-equiv="refresh" content="0;url=${address}">`);
        const refresh = () => page.goto(`${foreign.url}/refresh`);
        expect(await answers(tessera, refresh), `refresh to ${address}`).toEqual(["GET 403"]);
        await page.waitForURL(address);

        foreign.pages.set("/window", `<button onclick="window.open('${address}')">Open</button>`);
        await page.goto(`${foreign.url}/window`);
        const opened = context.waitForEvent("page");
        const open = () => page.getByRole("button", { name: "Open" }).click();
        expect(await answers(tessera, open), `window of ${address}`).toEqual(["GET 403"]);
        await (await opened).close();

        const type = () => page.goto(address);
        expect(await answers(tessera, type), `${address} typed`).toEqual(["GET 403"]);
      }
    });

    test("spends nothing by what it embeds or fetches ahead", async ({ page, tessera, foreign }) => {
      const tags = [
        (address: string) => `<img alt="" src="${address}">`,
        (address: string) => `<link rel="stylesheet" href="${address}">`,
        (address: string) => `<link rel="prefetch" href="${address}">`,
        (address: string) => `<script src="${address}"></script>`,
        (address: string) => `<video src="${address}"></video>`,
      ];
      for (const address of consumptions(tessera, uid)) {
        for (const tag of tags) {
          foreign.pages.set("/embed", tag(address));
          const embed = () => page.goto(`${foreign.url}/embed`);
          expect(await answers(tessera, embed), tag(address)).toEqual([`GET ${embedded}`]);
        }
        foreign.pages.set("/frame", `<iframe title="frame" src="${address}"></iframe>`);
        const frame = () => page.goto(`${foreign.url}/frame`);
        expect(await answers(tessera, frame), `frame of ${address}`).toEqual([`GET ${embedded}`]);
      }
    });

    test("spends nothing by fetch", async ({ page, tessera, foreign }) => {
      foreign.pages.set("/fetch", "");
      await page.goto(`${foreign.url}/fetch`);
      const fetched = (address: string, options: RequestInit) => () =>
        page.evaluate(
          ([address, options]) =>
            fetch(address, { ...options, credentials: "include" }).then(
              () => "answered",
              () => "refused",
            ),
          [address, options] as const,
        );
      for (const address of consumptions(tessera, uid)) {
        for (const method of ["GET", "POST"]) {
          const quietly = fetched(address, { method, mode: "no-cors" });
          expect(await answers(tessera, quietly), `${method} ${address}`).toEqual([
            `${method} ${embedded}`,
          ]);
        }
        // One that asks first is not answered yes, and does not go on.
        const asking = fetched(address, { headers: { "x-anything": "1" } });
        expect(await answers(tessera, asking), address).toEqual(["OPTIONS 405"]);
        expect(await asking(), address).toBe("refused");
      }
    });

    test("changes nothing by a form", async ({ context, tessera, foreign }) => {
      for (const [path, fields] of changes(uid)) {
        const inputs = Object.entries(fields).map(
          ([name, value]) => `<input type="hidden" name='${name}' value='${value}'>`,
        );
        const action = `${tessera.url}${path}`;
        foreign.pages.set(
          "/form",
          `<form method="post" action="${action}">${inputs.join("")}<button>Win</button></form>`,
        );
        const page = await context.newPage();
        await page.goto(`${foreign.url}/form`);
        const post = () => page.getByRole("button", { name: "Win" }).click();
        // A server function refuses whoever comes from elsewhere before it asks who they are.
        const no = path.startsWith("/fn/") ? 403 : embedded;
        expect(await answers(tessera, post), path).toEqual([`POST ${no}`]);
        await page.close();
      }
    });
  });
}

test("our own pages do not spend by a link either, only a script of theirs does", async ({
  page,
  tessera,
  signIn,
  visit,
  forgive,
}) => {
  const value = unique("ours");
  const uid = await add(tessera, { value, usage_count: "5" });
  const [address] = consumptions(tessera, uid);
  await signIn(page);
  await visit(page, "/tokens");
  await page.evaluate((address) => {
    const link = document.createElement("a");
    Object.assign(link, { href: address, rel: "external", textContent: "Spend" });
    document.body.append(link);
  }, `${address}`);
  const click = () => page.getByRole("link", { name: "Spend" }).click();
  expect(await answers(tessera, click)).toEqual(["GET 403"]);
  forgive(noes);

  await visit(page, "/tokens");
  const answer = await page.evaluate(async (address) => (await fetch(address)).json(), `${address}`);
  expect(answer).toMatchObject({ success: true, consumed: true, remaining: 4 });
  expect(await query(tessera, value)).toMatchObject({ usage_count: 4 });
});

test("the same calls with an API key do what they say", async ({ tessera }) => {
  const value = unique("program");
  const uid = await add(tessera, { value, usage_count: "5" });
  const from = { headers: { origin: "http://localhost:1", "sec-fetch-site": "cross-site" } };
  for (const [n, address] of consumptions(tessera, uid).entries()) {
    const answer = await tessera.api(address, from);
    expect(await answer.json()).toMatchObject({ success: true, remaining: 4 - n });
  }
  expect(await consume(tessera, uid)).toMatchObject({ success: true, remaining: 1 });
  for (const [path, fields] of changes(uid)) {
    if (!/update_token|edit_token/.test(path)) continue;
    const body = new URLSearchParams({ ...fields });
    const answer = await tessera.api(path, { ...from, method: "POST", body });
    expect(await answer.json(), path).toMatchObject({ success: true });
  }
  expect(await query(tessera, value)).toMatchObject({ usage_count: 99 });
  const gone = await tessera.api(`/tokens/${uid}/delete_token`, { ...from, method: "POST" });
  expect(await gone.json()).toMatchObject({ success: true });
  expect(await query(tessera, value)).toBeNull();
});
