// Opens the reports of a run in Chromium with the network denied. Where they are comes in the environment, from run.py.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const { PAGE, ALLURE_PAGE, EVIL_PAGE, EVIL_ALLURE_PAGE, LARGE_PAGE, CHROMIUM, IMAGES } = process.env;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DEVIATION = "ENT-DIS-01/legacy";
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
});
after(() => browser?.close());

// A page that may load the file itself and nothing else. `asked` collects everything that it tried to load.
async function opened(file, options = {}, t = undefined) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
  t?.after(() => context.close());
  const page = await context.newPage();
  const asked = [], wrong = [], dialogs = [];
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(pathToFileURL(file).href)) return route.continue();
    asked.push(url);
    return route.abort();
  });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  page.on("dialog", (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  return { page, asked, wrong, dialogs };
}

async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

test("the guard sees a page that calls home", async (t) => {
  const file = join(mkdtempSync(join(tmpdir(), "scim-conformance-")), "page.html");
  t.after(() => rmSync(dirname(file), { recursive: true }));
  writeFileSync(file, '<title>x</title><script async src="https://www.googletagmanager.com/gtag/js"></script><img src="https://evil.invalid/x">');
  const { asked } = await opened(file, {}, t);
  assert.deepEqual(asked.sort(), ["https://evil.invalid/x", "https://www.googletagmanager.com/gtag/js"]);
  assert.notDeepEqual(await violations((await opened(file, {}, t)).page), []);
});

for (const colorScheme of ["light", "dark"]) {
  test(`our page, ${colorScheme}: verdict first, nothing is loaded, no accessibility violation`, async (t) => {
    const { page, asked, wrong } = await opened(PAGE, { colorScheme }, t);
    assert.match(await page.locator("h1").innerText(), /^Works with Entra: only with the compliance flag/);
    assert.equal(await page.locator("h1").count(), 1);
    await page.screenshot({ path: `${IMAGES}/report-${colorScheme}.png` });
    assert.deepEqual(await violations(page), []);
    await page.locator("details").evaluateAll((all) => all.slice(0, 100).forEach((one) => { one.open = true; }));
    assert.deepEqual(await violations(page), []);
    assert.deepEqual([asked, wrong], [[], []]);
  });
}

test("our page: a deviation and its exchange open by the keyboard, without a script", async (t) => {
  const { page, asked, wrong } = await opened(PAGE, { javaScriptEnabled: false }, t);
  const cause = page.locator("li.cause").first();
  const exchange = cause.locator("details").first();
  assert.equal(await exchange.getByText("Replace is not a valid operation").isVisible(), false);
  await exchange.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.ok(await exchange.getByText("PatchOp").first().isVisible());
  assert.ok(await exchange.getByText("Bearer $SCIM_CONFORMANCE_TOKEN").first().isVisible());
  await cause.evaluate((one) => one.scrollIntoView());
  await page.screenshot({ path: `${IMAGES}/report-evidence.png` });
  const repeat = cause.locator("details", { hasText: "Repeat it with curl" });
  await repeat.locator("summary").click();
  assert.match(await repeat.locator("pre").innerText(), /USER_1=\$\(curl /);
  assert.deepEqual([asked, wrong], [[], []]);
});

test("our page: a link to a scenario opens its entry", async (t) => {
  const { page } = await opened(PAGE, {}, t);
  const entry = page.locator(`[id="${DEVIATION}"]`);
  assert.equal(await entry.isVisible(), false);
  await page.evaluate((id) => { location.hash = id; }, DEVIATION);
  await entry.waitFor({ state: "visible", timeout: 5000 });
  assert.match(await entry.innerText(), /keeps access after leaving/);
});

test("our page on a phone: nothing is wider than the screen", async (t) => {
  const { page } = await opened(PAGE, { viewport: { width: 360, height: 740 } }, t);
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(widths[0] <= widths[1], `${widths}`);
});

test("our page prints: verdict, causes, waivers and requirements are on paper", async (t) => {
  const { page } = await opened(PAGE, {}, t);
  await page.emulateMedia({ media: "print" });
  for (const id of ["moments", "fix", "waivers", "requirements"]) assert.ok(await page.locator(`#${id}`).isVisible(), id);
  assert.ok(await page.getByText("A deleted user is gone: DELETE returns 204, then 404").first().isVisible());
  assert.ok((await page.pdf({ format: "A4" })).length > 50_000);
});

test("our page: what a target wrote does not run and does not load anything", async (t) => {
  const { page, asked, wrong, dialogs } = await opened(EVIL_PAGE, {}, t);
  await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => globalThis.evil), undefined);
  assert.equal(await page.locator("img, iframe, script, svg").count(), 0);
  assert.deepEqual([asked, wrong, dialogs], [[], [], []]);
});

test("our page with 1,000 scenarios and bodies of a megabyte opens, and jumps", async (t) => {
  const begun = performance.now();
  const { page } = await opened(LARGE_PAGE, {}, t);
  assert.match(await page.locator("h1").innerText(), /Works with Entra/);
  assert.ok((await page.locator("#scenarios ~ details").count()) >= 1000);
  const seconds = (performance.now() - begun) / 1000;
  console.log(`# opened in ${seconds.toFixed(1)} s`);
  assert.ok(seconds < 30, `${seconds}`);
});

test("Allure's page: it renders, nothing is asked for, a deviation and its exchange can be clicked open", async (t) => {
  const { page, asked, wrong } = await opened(ALLURE_PAGE, { viewport: { width: 1400, height: 1000 } }, t);
  await page.getByText("02 match").first().waitFor({ timeout: 20_000 });
  assert.ok(await page.getByText("run id").first().isVisible(), "the variables of the run");
  await page.screenshot({ path: `${IMAGES}/allure-tree.png` });
  assert.ok(await page.getByText("Categories", { exact: true }).first().isVisible());
  await page.getByText(`${DEVIATION} Disable a user`).first().click();
  await page.getByText("Category: Entra dialect").first().waitFor({ timeout: 10_000 });
  await page.getByText("exchange", { exact: true }).last().click();
  await page.getByText('"scimType"').last().waitFor({ timeout: 10_000 });
  await page.screenshot({ path: `${IMAGES}/allure-deviation.png` });
  assert.deepEqual(asked, []);
  assert.deepEqual(wrong.filter((text) => !text.includes("Content Security Policy")), []);
});

test("Allure's page: what a target wrote does not run and does not load anything", async (t) => {
  const { page, asked, dialogs } = await opened(EVIL_ALLURE_PAGE, { viewport: { width: 1400, height: 1000 } }, t);
  await page.getByText(`${DEVIATION} Disable a user`).first().click();
  await page.getByText("exchange", { exact: true }).last().click();
  await page.getByText("alert(2)").last().waitFor({ timeout: 10_000 });
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => globalThis.evil), undefined);
  assert.deepEqual([asked, dialogs], [[], []]);
});
