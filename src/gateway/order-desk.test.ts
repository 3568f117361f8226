import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { TEST_INSTRUMENT } from "../engine/engine-for-test.ts";
import { openListedExchange, until } from "../exchange/exchange-for-test.ts";
import { REASON_BUSY } from "../model/reasons.ts";
import type { Venue } from "../model/venue.ts";
import { CommandSession } from "./command-session.ts";
import { GatewayCounts } from "./gateway-counts.ts";
import { OrderDesk } from "./order-desk.ts";

type Result = { readonly clOrdId?: string; readonly ordStatus?: string; readonly code?: string };

/** A desk at a venue that does not take the commands numbered in `busyAt`, from 0. */
async function openDesk(t: TestContext, pendingMax: number, busyAt: readonly number[] = []) {
  const { exchange } = await openListedExchange(t);
  let submitted = 0;
  const venue: Pick<
    Venue,
    "openSession" | "closeSession" | "submit" | "instrumentById" | "instrumentBySymbol" | "stages"
  > = {
    stages: exchange.stages,
    openSession: (onAnswer) => exchange.openSession(onAnswer),
    closeSession: (sessionId) => exchange.closeSession(sessionId),
    submit: (record, offsetBytes) =>
      busyAt.includes(submitted++) ? REASON_BUSY : exchange.submit(record, offsetBytes),
    instrumentById: (instrumentId) => exchange.instrumentById(instrumentId),
    instrumentBySymbol: (symbol) => exchange.instrumentBySymbol(symbol),
  };
  const counts = new GatewayCounts();
  const session = new CommandSession(venue as Venue, pendingMax);
  return { desk: new OrderDesk(venue as Venue, session, counts), counts };
}

function batchOf(clOrdIds: readonly string[]): Buffer {
  const entries = clOrdIds.map((clOrdId) => ({
    new: {
      symbol: TEST_INSTRUMENT.symbol,
      side: "buy",
      ordType: "limit",
      price: clOrdId.endsWith("!") ? "999999.00" : "100.00",
      orderQty: "1",
      clOrdId,
    },
  }));
  return Buffer.from(JSON.stringify({ orders: entries }));
}

/** Enters each batch at once; their results when all are there, an entry as its id or its code. */
async function enter(
  desk: OrderDesk,
  batches: readonly (readonly string[])[],
): Promise<string[][]> {
  const answers = new Map<number, string[]>();
  for (const [index, clOrdIds] of batches.entries()) {
    assert.equal(desk.scan(1, batchOf(clOrdIds)), clOrdIds.length);
    desk.enterScanned(clOrdIds.length, (json) => {
      const { results } = JSON.parse(json.take()) as { results: Result[] };
      assert.ok(!answers.has(index), "a batch is answered once");
      answers.set(
        index,
        results.map((result) => result.code ?? `${result.clOrdId} ${result.ordStatus}`),
      );
    });
  }
  await until("all batches are answered", () => answers.size === batches.length);
  return batches.map((_, index) => answers.get(index) ?? []);
}

function outcomesOf(counts: GatewayCounts): Record<string, number> {
  const ofNew = [...counts.labeled()].filter(({ labels }) => labels["kind"] === "new");
  return Object.fromEntries(ofNew.map(({ labels, count }) => [labels["outcome"], count]));
}

test("an order that the venue does not take is answered at its own place", async (t) => {
  const { desk, counts } = await openDesk(t, 100, [1, 2, 5]);
  assert.deepEqual(await enter(desk, [["a", "b", "c", "d", "e!", "f"]]), [
    ["a new", "BUSY", "BUSY", "d new", "PRICE_OUT_OF_RANGE", "BUSY"],
  ]);
  assert.deepEqual(outcomesOf(counts), { accepted: 2, rejected: 1, refused: 3 });
  assert.equal(desk.pendingCount, 0);
});

test("batches that are answered in turns do not write into each other", async (t) => {
  // The first order of the first two batches is refused at once: both are begun, neither is done.
  const { desk } = await openDesk(t, 100, [0, 2, 4, 5]);
  assert.deepEqual(await enter(desk, [["a", "b"], ["c", "d"], ["e", "f"], ["g"]]), [
    ["BUSY", "b new"],
    ["BUSY", "d new"],
    ["BUSY", "BUSY"],
    ["g new"],
  ]);
});

test("beyond the commands that may wait it is BUSY, and later batches are taken", async (t) => {
  const { desk } = await openDesk(t, 3);
  assert.deepEqual(
    await enter(desk, [
      ["a", "b"],
      ["c", "d"],
    ]),
    [
      ["a new", "b new"],
      ["c new", "BUSY"],
    ],
  );
  assert.equal(desk.pendingCount, 0);
  assert.deepEqual(await enter(desk, [["e", "f", "g"]]), [["e new", "f new", "g new"]]);
});
