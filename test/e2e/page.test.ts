// The page in a real Chromium against the real exchange as a real process: an order is placed,
// rests, trades and disappears; another is canceled; the page survives a restart of the exchange.

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { formatSteps } from "../../web/src/grid.ts";
import { type Instrument, instrumentOf } from "../../web/src/instrument.ts";
import type { WireInstrument } from "../../web/src/wire.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const MISSING = existsSync(CHROMIUM) ? false : "install chromium: apt-get install chromium";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** The first start builds the page and opens a database. */
const START_MILLIS_MAX = 120_000;
const STEP_MILLIS_MAX = 15_000;
const POLL_MILLIS = 20;
/** What has been answered is shown. */
const NEXT_PICTURE =
  "new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))";

/** Key id and secret, both hexadecimal. */
const FIRST_KEY = /outcry-[0-9a-f]{12}-[0-9a-f]{64}/;

type Exchange = { readonly process: ChildProcess; readonly url: string; readonly key: string };

/** Starts `./outcry start` and waits until it has printed where it listens, and its first key. */
async function startExchange(
  dataDirectory: string,
  port: number,
  knownKey: string,
): Promise<Exchange> {
  const args = ["start", "--port", String(port), "--no-simulator", "--data", dataDirectory];
  const child = spawn("./outcry", args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const deadline = AbortSignal.timeout(START_MILLIS_MAX);
  let printed = "";
  return await new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`outcry start ${why}; it printed:\n${printed}`));
    deadline.addEventListener("abort", () => fail(`said no address in ${START_MILLIS_MAX} ms`));
    child.on("exit", (code) => fail(`ended with code ${code}`));
    const onText = (chunk: Buffer) => {
      printed += chunk.toString();
      const url = /http:\/\/[\w.[\]]+:\d+(?=\D)/.exec(printed)?.[0];
      const key = FIRST_KEY.exec(printed)?.[0] ?? knownKey;
      if (url !== undefined && key !== "") resolve({ process: child, url, key });
    };
    child.stdout.on("data", onText);
    child.stderr.on("data", onText);
  });
}

async function stopExchange(exchange: Exchange): Promise<void> {
  const { process: child } = exchange;
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

/** An order over REST, as another program of the account would send it. */
async function postOrder(exchange: Exchange, order: Record<string, unknown>): Promise<unknown> {
  const response = await fetch(`${exchange.url}/orders`, {
    method: "POST",
    headers: { authorization: `Bearer ${exchange.key}`, "content-type": "application/json" },
    body: JSON.stringify(order),
  });
  assert.equal(response.status, 201, await response.clone().text());
  return await response.json();
}

/** A command of the exchange's operator, as `outcry operator` sends it. */
async function operate(exchange: Exchange, command: string, fields: object): Promise<void> {
  const response = await fetch(`${exchange.url}/operator/${command}`, {
    method: "POST",
    headers: { authorization: `Bearer ${operatorKey}`, "content-type": "application/json" },
    body: JSON.stringify(fields),
  });
  assert.equal(response.status, 200, await response.clone().text());
}

/**
 * Waits until the JavaScript `expression` is true in the page. Asked from outside, because the
 * page's content security policy forbids the evaluation that playwright's own waiting does inside.
 */
async function untilTrue(page: Page, expression: string): Promise<void> {
  const deadlineMillis = performance.now() + STEP_MILLIS_MAX;
  while ((await page.evaluate(expression)) !== true) {
    assert.ok(performance.now() < deadlineMillis, `within ${STEP_MILLIS_MAX} ms: ${expression}`);
    await setTimeout(POLL_MILLIS);
  }
}

/** The text of the first element of a selector, as JavaScript in the page. */
function textOf(selector: string): string {
  return `document.querySelector(${JSON.stringify(selector)})?.textContent`;
}

async function enterOrder(page: Page, price: string, qty: string): Promise<void> {
  await page.fill("#ticket-price", price);
  await page.fill("#ticket-qty", qty);
  await page.press("#ticket-qty", "Enter");
}

/** A test that needs the browser: without one it is skipped and says what to install. */
function pageTest(name: string, run: () => Promise<void> | void): void {
  test(name, { skip: MISSING }, run);
}

let dataDirectory = "";
let exchange: Exchange;
let operatorKey = "";
let browser: Browser;
let page: Page;
let instrument: Instrument;
const faults: string[] = [];

/** Text of a price some way above the lowest legal one. */
function priceAt(ticksAbove: number): string {
  return formatSteps(Math.max(0, instrument.priceTicksMin) + ticksAbove, instrument.price);
}

function qtyOf(lots: number): string {
  return formatSteps(instrument.orderQtyLotsMin * lots, instrument.qty);
}

function openOrder(price: string): string {
  return `[...document.querySelectorAll("#orders-rows tr")]
    .some((row) => row.cells[4].textContent === "${price}")`;
}

function ownRung(price: string, qty: string): string {
  return `[...document.querySelectorAll("#ladder .mine")].some((row) =>
    row.cells[0].textContent === "${qty}" && row.cells[1].textContent === "${price}")`;
}

before(async () => {
  if (MISSING !== false) return;
  dataDirectory = await mkdtemp(path.join(tmpdir(), "outcry-page-"));
  exchange = await startExchange(dataDirectory, 0, "");
  const args = ["key", "add", "--role", "operator", "--data", dataDirectory];
  operatorKey = spawnSync("./outcry", args, { cwd: ROOT, encoding: "utf8" }).stdout.trim();
  const response = await fetch(`${exchange.url}/instruments`);
  const answer = (await response.json()) as { instruments: WireInstrument[] };
  instrument = instrumentOf(answer.instruments[0]);

  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({ viewport, colorScheme: "dark" });
  page = await context.newPage();
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  await page.goto(`${exchange.url}/#key=${exchange.key}`);
  await untilTrue(page, `${textOf("#key-open")}.startsWith("Account")`);
});

after(async () => {
  await browser?.close();
  if (exchange !== undefined) await stopExchange(exchange);
  if (dataDirectory !== "") await rm(dataDirectory, { recursive: true, force: true });
});

pageTest("the key in the address logs in and leaves the address bar", () => {
  assert.equal(new URL(page.url()).hash, "");
});

pageTest("a limit order rests in the ladder and among the open orders", async () => {
  await enterOrder(page, priceAt(1000), qtyOf(3));
  await untilTrue(page, openOrder(priceAt(1000)));
  await untilTrue(page, ownRung(priceAt(1000), qtyOf(3)));
});

pageTest("a trade against it shows in tape and fills, and the order disappears", async () => {
  const sell = { symbol: instrument.symbol, side: "sell", ordType: "limit", timeInForce: "ioc" };
  await postOrder(exchange, { ...sell, price: priceAt(1000), orderQty: qtyOf(3) });
  await untilTrue(page, `!(${openOrder(priceAt(1000))})`);
  await untilTrue(page, `document.querySelector("#ladder .mine") === null`);
  const print = `document.querySelector("#tape-rows tr.sell")`;
  await untilTrue(page, `${print}?.cells[1].textContent === "▼ ${priceAt(1000)}"`);
  await untilTrue(page, `${print}.cells[2].textContent === "${qtyOf(3)}"`);
  await untilTrue(
    page,
    `document.querySelector("#fills-rows tr").cells[4].textContent === "${qtyOf(3)}"`,
  );
});

pageTest("a fill that the operator takes back says so, now and on the next visit", async () => {
  const row = `document.querySelector("#fills-rows tr")`;
  const tradeId = (await page.textContent("#fills-rows tr td:last-child")) ?? "";
  await operate(exchange, "setAccount", { accountId: 1 });
  const sell = { symbol: instrument.symbol, side: "sell", ordType: "limit", orderQty: qtyOf(1) };
  await enterOrder(page, priceAt(1000), qtyOf(1));
  await postOrder(exchange, { ...sell, price: priceAt(1000) });
  await untilTrue(page, `${row}.cells[5].textContent !== ${JSON.stringify(tradeId)}`);
  const newest = Number(await page.textContent("#fills-rows tr td:last-child"));
  await operate(exchange, "bustTrade", { tradeId: newest });
  await untilTrue(page, `${row}.cells[5].textContent === "${newest} busted"`);
  await page.reload();
  await untilTrue(page, `${row}?.cells[5].textContent === "${newest} busted"`);
});

pageTest("an order entered elsewhere shows, and its cancel button ends it", async () => {
  const buy = { symbol: instrument.symbol, side: "buy", ordType: "limit" };
  await postOrder(exchange, { ...buy, price: priceAt(900), orderQty: qtyOf(2) });
  await untilTrue(page, ownRung(priceAt(900), qtyOf(2)));
  await page.click("#orders-rows .cancel");
  await untilTrue(page, `document.querySelectorAll("#orders-rows tr").length === 0`);
  await untilTrue(page, `document.querySelector("#ladder .mine") === null`);
});

pageTest(
  "a price chosen in the ladder fills the ticket, and arrow keys step it by a tick",
  async () => {
    await enterOrder(page, priceAt(800), qtyOf(1));
    await untilTrue(page, ownRung(priceAt(800), qtyOf(1)));
    await page.fill("#ticket-price", "");
    await page.click("#ladder .mine .price button");
    assert.equal(await page.inputValue("#ticket-price"), priceAt(800));
    await page.press("#ticket-price", "ArrowUp");
    await page.press("#ticket-price", "Shift+ArrowUp");
    assert.equal(await page.inputValue("#ticket-price"), priceAt(811));
  },
);

pageTest("a refusal of the exchange stands in the ticket in its own words", async () => {
  await page.check("#ticket-post-only");
  await page.keyboard.press("s");
  await enterOrder(page, priceAt(700), qtyOf(1));
  await untilTrue(page, `${textOf("#ticket-fault")}.includes("POST_ONLY_WOULD_TRADE")`);
  await page.uncheck("#ticket-post-only");
  await page.keyboard.press("b");
});

pageTest("a price between two ticks is refused beside its field and nothing is sent", async () => {
  await enterOrder(page, `${priceAt(800)}1`, qtyOf(1));
  await untilTrue(page, `${textOf("#ticket-price-fault")}.startsWith("Price steps by")`);
  assert.equal(await page.getAttribute("#ticket-price", "aria-invalid"), "true");
});

pageTest("a comma is refused beside its field, and stepping leaves it as it is", async () => {
  await enterOrder(page, priceAt(800), "1,000");
  await untilTrue(page, `${textOf("#ticket-qty-fault")}.startsWith("Quantity: no commas")`);
  await page.fill("#ticket-qty", "1,000");
  await page.press("#ticket-qty", "ArrowUp");
  assert.equal(await page.inputValue("#ticket-qty"), "1,000");
  await untilTrue(page, `${textOf("#ticket-submit")} === "Buy at ${priceAt(800)}"`);
  await untilTrue(page, `document.querySelectorAll("#orders-rows tr").length === 1`);
});

pageTest("Enter held down enters one order", async () => {
  await page.fill("#ticket-price", priceAt(601));
  await page.fill("#ticket-qty", qtyOf(1));
  await page.focus("#ticket-qty");
  await page.keyboard.down("Enter");
  await untilTrue(page, openOrder(priceAt(601)));
  // A key that is down already repeats itself.
  for (let i = 0; i < 5; i++) await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  // Whatever those entered is open before the next order is.
  await page.fill("#ticket-price", priceAt(602));
  await page.press("#ticket-qty", "Enter");
  await untilTrue(page, openOrder(priceAt(602)));
  assert.equal(await page.locator("#orders-rows tr").count(), 3);
  for (const left of [2, 1]) {
    await page.click("#orders-rows .cancel");
    await untilTrue(page, `document.querySelectorAll("#orders-rows tr").length === ${left}`);
  }
});

pageTest(
  "a stop waits among the open orders with its type and price, and is no lot of the book",
  async () => {
    const { symbol } = instrument;
    await enterOrder(page, priceAt(550), qtyOf(1));
    await untilTrue(page, ownRung(priceAt(550), qtyOf(1)));
    const waiting = { symbol, side: "buy", ordType: "stopLimit", orderQty: qtyOf(1) };
    await postOrder(exchange, { ...waiting, stopPx: priceAt(5000), price: priceAt(550) });
    const type = textOf("#orders-rows tr td.type");
    await untilTrue(page, `${type} === "Stop limit ${priceAt(5000)}"`);
    await untilTrue(page, ownRung(priceAt(550), qtyOf(1)));
    const orderId = await page.getAttribute("#orders-rows tr", "data-order-id");
    const amended = await fetch(`${exchange.url}/orders/${orderId}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${exchange.key}`, "content-type": "application/json" },
      body: JSON.stringify({ stopPx: priceAt(6000) }),
    });
    assert.equal(amended.status, 200);
    await untilTrue(page, `${type} === "Stop limit ${priceAt(6000)}"`);
  },
);

pageTest(
  "a cancel by key leaves the focus on the next Cancel, an end elsewhere on none",
  async () => {
    const focused = `document.activeElement.dataset.orderId`;
    await untilTrue(page, `document.querySelectorAll("#orders-rows tr").length === 3`);
    const [, second, third] = (await page.evaluate(
      `[...document.querySelectorAll("#orders-rows tr")].map((row) => row.dataset.orderId)`,
    )) as string[];
    await page.focus("#orders-rows tr:nth-child(1) .cancel");
    await page.keyboard.press("Enter");
    await untilTrue(page, `${focused} === "${second}"`);
    await fetch(`${exchange.url}/orders/${second}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${exchange.key}` },
    });
    await untilTrue(page, `document.activeElement.dataset.view === "orders"`);
    await untilTrue(
      page,
      `document.querySelector("#orders-rows tr").dataset.orderId === "${third}"`,
    );
  },
);

pageTest("an instrument that is listed now can be chosen without another visit", async () => {
  await page.fill("#ticket-price", priceAt(123));
  await operate(exchange, "createInstrument", {
    ...{ instrumentId: 900, symbol: "LATE", currency: "USD", priceDecimals: 2, tickUnits: 1 },
    ...{ qtyDecimals: 0, lotUnits: 1, priceTicksMin: 1, priceTicksMax: 1_000_000 },
    ...{ orderQtyLotsMin: 1, orderQtyLotsMax: 1000 },
  });
  await untilTrue(page, `${textOf("#symbol")}.includes("LATE")`);
  assert.equal(await page.inputValue("#symbol"), instrument.symbol);
  assert.equal(await page.inputValue("#ticket-price"), priceAt(123), "what was typed stays");
});

pageTest("cancel all ends every open order", async () => {
  await enterOrder(page, priceAt(600), qtyOf(1));
  await untilTrue(page, `document.querySelectorAll("#orders-rows tr").length === 2`);
  await page.click("#cancel-all");
  await untilTrue(page, `document.querySelectorAll("#orders-rows tr").length === 0`);
});

for (const colorScheme of ["dark", "light"] as const) {
  for (const [width, height] of [
    [1280, 800],
    [1920, 1080],
    [390, 844],
  ] as const) {
    pageTest(`nothing overflows at ${width}x${height}, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await untilTrue(page, `document.documentElement.dataset.theme === "${colorScheme}"`);
      const tabs = width < 1180 ? ["trade", "chart", "tape", "orders"] : [];
      for (const tab of tabs) {
        await page.click(`#tabbar [data-tab="${tab}"]`);
        await assertFits(page, width, height);
      }
      if (tabs.length === 0) await assertFits(page, width, height);
      else await page.click(`#tabbar [data-tab="trade"]`);
    });
  }
}

pageTest("in a call the bar holds the phase and all else, however narrow the window", async () => {
  const { symbol } = instrument;
  await operate(exchange, "setPhase", { symbol, phase: "volatilityCall" });
  await untilTrue(page, `${textOf("#phase-name")} === "Volatility call"`);
  for (const width of [390, 700, 900, 1180, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    await assertFits(page, width, 800);
  }
  const crossing = { symbol, ordType: "limit", price: priceAt(400), orderQty: qtyOf(1) };
  for (const side of ["buy", "sell"]) await postOrder(exchange, { ...crossing, side });
  await operate(exchange, "setPhase", { symbol, phase: "continuous" });
  await untilTrue(page, `document.querySelector("#phase").hidden`);
  const print = `document.querySelector("#tape-rows tr.call")`;
  await untilTrue(page, `${print}?.cells[1].textContent === "◆ ${priceAt(400)}"`);
});

pageTest("columns of the book follow a window that gets narrower", async () => {
  for (const width of [900, 390]) {
    await page.setViewportSize({ width, height: 844 });
    const panel = `document.querySelector("#ladder").parentElement`;
    await untilTrue(page, `document.querySelector("#ladder").clientWidth <= ${panel}.clientWidth`);
  }
});

pageTest("in a low window the order can still be sent", async () => {
  for (const [width, height] of [
    [640, 360],
    [844, 390],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.locator("#ticket-submit").scrollIntoViewIfNeeded();
    const box = await page.locator("#ticket-submit").boundingBox();
    const bar = await page.locator("#tabbar").boundingBox();
    assert.ok(box !== null && bar !== null && box.y + box.height <= bar.y, `${width}x${height}`);
  }
});

pageTest("the console stays free of errors", () => {
  assert.deepEqual(faults, []);
});

pageTest(
  "after a restart of the exchange the page is live again with the resting order",
  async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await enterOrder(page, priceAt(500), qtyOf(4));
    await untilTrue(page, ownRung(priceAt(500), qtyOf(4)));
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/instruments", async (route) => {
      await asked;
      await route.continue();
    });
    await stopExchange(exchange);
    await untilTrue(page, `document.querySelector("#connection").dataset.state !== "live"`);
    const opacity = `Number(getComputedStyle(document.querySelector("#ladder")).opacity)`;
    await untilTrue(page, `${opacity} < 1`);
    const port = Number(new URL(exchange.url).port);
    exchange = await startExchange(dataDirectory, port, exchange.key);
    await untilTrue(page, `document.querySelector("#connection").dataset.state === "live"`);
    await untilTrue(page, `${opacity} === 1`);
    await untilTrue(page, `${textOf("#ladder-spread")} === "waiting for the book"`);
    assert.equal(await page.locator("#ladder .mine").count(), 0, "no book of before");
    answer();
    await untilTrue(page, openOrder(priceAt(500)));
    await untilTrue(page, `/^\\d\\d:/.test(${textOf("#orders-rows td.time")})`);
    await untilTrue(page, ownRung(priceAt(500), qtyOf(4)));
  },
);

pageTest("two tabs of a browser are two accounts, over a reload too", async () => {
  const args = ["key", "add", "--account", "2", "--data", dataDirectory];
  const other = spawnSync("./outcry", args, { cwd: ROOT, encoding: "utf8" }).stdout.trim();
  const tab = await page.context().newPage();
  const text = textOf("#key-open");
  const deadlineMillis = performance.now() + STEP_MILLIS_MAX;
  // The exchange takes a new key within a second.
  do {
    assert.ok(performance.now() < deadlineMillis, "the key of account 2 is taken");
    await tab.goto(`${exchange.url}/?${performance.now()}#key=${other}`);
    await untilTrue(tab, `/^(Account|Key)/.test(${text})`);
  } while ((await tab.evaluate(text)) !== "Account 2");
  await page.reload();
  await untilTrue(page, `${text} === "Account 1"`);
  await tab.reload();
  await untilTrue(tab, `${text} === "Account 2"`);
  await tab.close();
});

pageTest("a forgotten key's fills do not come back with a late answer", async () => {
  await untilTrue(page, `document.querySelectorAll("#fills-rows tr").length > 0`);
  const forgotten = Promise.withResolvers<void>();
  await page.route("**/history/executions*", async (route) => {
    await forgotten.promise;
    await route.continue();
  });
  await page.reload();
  await untilTrue(page, `${textOf("#key-open")}.startsWith("Account")`);
  await page.click("#key-open");
  await page.click("#key-forget");
  await untilTrue(page, `${textOf("#key-open")} === "Log in"`);
  const late = page.waitForResponse("**/history/executions*");
  forgotten.resolve();
  await (await late).finished();
  await page.evaluate(NEXT_PICTURE);
  assert.equal(await page.locator("#fills-rows tr").count(), 0);
});

/** The page never scrolls, and every panel and control shown lies inside the window. */
async function assertFits(page: Page, width: number, height: number): Promise<void> {
  const root = "document.documentElement";
  assert.equal(await page.evaluate(`${root}.scrollWidth`), width);
  assert.equal(await page.evaluate(`${root}.scrollHeight`), height);
  const outside =
    await page.evaluate(`[...document.querySelectorAll(".panel, .bar > *, button, select, input")]
    .filter((element) => element.getClientRects().length > 0)
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
    .map((element) => element.id || element.className)`);
  assert.deepEqual(outside, []);
}
