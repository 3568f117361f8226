// The market simulator in a real exchange on a real log.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { EVENT_WORDS } from "../../src/codec/event.ts";
import { ENGINE_LIMITS } from "../../src/engine/engine-limits.ts";
import { VENUE_TEST_LOG } from "../../src/exchange/exchange-for-test.ts";
import { openExchange } from "../../src/exchange/open-exchange.ts";
import { SIMULATED_INSTRUMENTS } from "../../src/market/simulated-instruments.ts";
import { MAKER_ORDERS_MAX } from "../../src/market/simulated-maker.ts";
import { MAKER_ACCOUNT_IDS } from "../../src/market/simulator.ts";
import { SimulatorDriver } from "../../src/market/simulator-driver.ts";
import { REASON_BUSY, REASON_STOPPED } from "../../src/model/reasons.ts";
import type { Venue } from "../../src/model/venue.ts";

const DEADLINE_MILLIS = 30_000;
const LEVELS = 10;
const LIMITS = { ...ENGINE_LIMITS, instrumentsMax: 16 };
const INSTRUMENT_IDS = SIMULATED_INSTRUMENTS.map(({ instrument }) => instrument.instrumentId);

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MILLIS;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `expected within ${DEADLINE_MILLIS} ms: ${what}`);
    await wait(10);
  }
}

function isAlive(venue: Venue): boolean {
  return INSTRUMENT_IDS.every((instrumentId) => {
    if (venue.instrumentById(instrumentId) === undefined) return false;
    const { bids, asks } = venue.marketData.depth(instrumentId, LEVELS);
    return bids.length === LEVELS && asks.length === LEVELS;
  });
}

async function restingOrders(venue: Venue): Promise<number> {
  let orderCount = 0;
  for (const accountId of MAKER_ACCOUNT_IDS) {
    orderCount += await new Promise<number>((resolve) => {
      venue.queryOpenOrders(accountId, 0, 10_000, (_words, startWord, endWord) => {
        resolve((endWord - startWord) / EVENT_WORDS - 1);
      });
    });
  }
  return orderCount;
}

function open(directory: string) {
  return openExchange({ directory, limits: LIMITS, log: VENUE_TEST_LOG });
}

test("a new exchange comes alive, and a restarted one goes on", async (context) => {
  const directory = mkdtempSync(join(tmpdir(), "outcry-simulator-"));
  context.after(() => rmSync(directory, { recursive: true }));
  const first = await open(directory);
  const driver = new SimulatorDriver(first.exchange, { commandsPerSecond: 1000 });
  await until("ladders on both sides of all instruments", () => isAlive(first.exchange));
  const hasTraded = (instrumentId: number) =>
    first.exchange.marketData.recentTrades(instrumentId, 1).length === 1;
  await until("a trade in every instrument", () => INSTRUMENT_IDS.every(hasTraded));
  driver.stop();
  const lastTrades = INSTRUMENT_IDS.map((id) => first.exchange.marketData.recentTrades(id, 1)[0]);
  await first.exchange.stop();

  const second = await open(directory);
  const restarted = new SimulatorDriver(second.exchange, { commandsPerSecond: 1000 });
  const sequence = second.exchange.health().sequence;
  await until("2000 commands more", () => second.exchange.health().sequence > sequence + 2000);
  restarted.stop();
  assert.ok(isAlive(second.exchange));
  const ordersMax = INSTRUMENT_IDS.length * 2 * (MAKER_ORDERS_MAX + 1);
  const found = await restingOrders(second.exchange);
  assert.ok(found <= ordersMax, `expected at most ${ordersMax} resting orders, found ${found}`);
  for (const { instrumentId, lastPxTicks } of lastTrades) {
    const now = second.exchange.marketData.recentTrades(instrumentId, 1)[0].lastPxTicks;
    const movedTicks = Math.abs(now - lastPxTicks);
    assert.ok(
      movedTicks < lastPxTicks / 20,
      `${instrumentId}: expected near ${lastPxTicks}, found ${now}`,
    );
  }
  await second.exchange.stop();
});

/** The exchange with another answer to every submission. */
function answering(venue: Venue, answer: () => number): Venue {
  return new Proxy(venue, {
    get(target, name) {
      if (name === "submit") return answer;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test("BUSY makes the simulator wait longer each time, STOPPED ends it", async (context) => {
  const directory = mkdtempSync(join(tmpdir(), "outcry-simulator-"));
  context.after(() => rmSync(directory, { recursive: true }));
  const { exchange } = await open(directory);
  const setUp = new SimulatorDriver(exchange);
  await until("the instruments are listed", () =>
    INSTRUMENT_IDS.every((id) => exchange.instrumentById(id) !== undefined),
  );
  setUp.stop();

  let reason = REASON_BUSY;
  let submissionCount = 0;
  const venue = answering(exchange, () => {
    submissionCount++;
    return reason;
  });
  const driver = new SimulatorDriver(venue, { commandsPerSecond: 1000 });
  await until("four refused submissions", () => submissionCount >= 4);
  assert.ok(driver.isRunning);
  // Without waiting there would be one a command: twenty in every step of 20 ms.
  const countBefore = submissionCount;
  await until("one more", () => submissionCount > countBefore);
  assert.equal(submissionCount, countBefore + 1);
  for (const instrumentId of INSTRUMENT_IDS) {
    assert.ok(driver.restingOrders(instrumentId) <= 2 * MAKER_ORDERS_MAX);
  }
  reason = REASON_STOPPED;
  await until("it ends by itself", () => !driver.isRunning);
  await exchange.stop();
});
