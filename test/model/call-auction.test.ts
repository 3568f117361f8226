// Call auctions: worked by hand, by the naive reading of the rulebook and by the engine, all alike.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Prng } from "../../src/base/prng.ts";
import { RANDOM_CALLS } from "../dose.ts";
import { type EngineCallOrder, engineCall } from "./call-engine.ts";
import { type CallOutcome, type CallTick, naiveCall, ticksOf } from "./naive-call.ts";

type Vector = {
  readonly name: string;
  readonly reference?: number;
  readonly orders: readonly (EngineCallOrder & { readonly limit?: number })[];
  readonly ticks: readonly CallTick[];
  readonly price: number | null;
  readonly paired: number;
  readonly imbalance: number;
};

const FILE = new URL("../data/call-vectors.json", import.meta.url);
const { vectors } = JSON.parse(readFileSync(FILE, "utf8")) as { vectors: readonly Vector[] };
const ORDERS_MAX = 24;

for (const vector of vectors) {
  test(`call auction: ${vector.name}`, () => {
    const orders = vector.orders.map(({ limit, ...order }) => {
      return limit === undefined ? order : { ...order, limitTicks: limit };
    });
    const taking = orders.filter(({ allOrNone, stop }) => !allOrNone && stop === undefined);
    const naive = naiveCall(taking, vector.reference);
    const { priceTicks, pairedLots, imbalanceLots } = naive;
    const found = [priceTicks ?? null, pairedLots, imbalanceLots];
    assert.deepEqual(found, [vector.price, vector.paired, vector.imbalance]);
    if (vector.ticks.length > 0) {
      const worked = new Map(ticksOf(taking, vector.reference).map((tick) => [tick[0], tick]));
      for (const tick of vector.ticks) assert.deepEqual(worked.get(tick[0]), tick);
    }
    assertSame(engineCall(orders, vector.reference), naive);
    assertSame(engineCall(orders, vector.reference, true), naive, "buy and sell swapped");
  });
}

test("there are vectors for every rule and its tie-breaker both ways", () => {
  const rules = [1, 2, 3, 4, 5].map((rule) => {
    return vectors.filter(({ name }) => name.startsWith(`rule ${rule}:`)).length;
  });
  assert.ok(rules.every((count) => count >= 2) && vectors.length >= 25, `found ${rules}`);
});

test("random books: the engine's price and fills are those of a look at every tick", (t) => {
  const seed = Number(process.env["SEED"] ?? Date.now() & 0x7fff_ffff);
  t.diagnostic(`SEED=${seed}`);
  const random = new Prng(seed);
  let pricesFound = 0;
  for (let round = 0; round < RANDOM_CALLS; round++) {
    const orders = randomOrders(random);
    const reference = random.nextChance(2, 3) ? 85 + random.nextBelow(30) : undefined;
    const naive = naiveCall(orders, reference);
    if (naive.priceTicks !== undefined) pricesFound++;
    assertSame(engineCall(orders, reference), naive, JSON.stringify({ orders, reference }));
  }
  assert.ok(pricesFound > RANDOM_CALLS / 4, "many of them have a price");
});

function assertSame(engine: CallOutcome, naive: CallOutcome, message?: string): void {
  const plain = ({ fills, ...rest }: CallOutcome) => {
    return { ...rest, fills: Object.fromEntries([...fills].sort()) };
  };
  assert.deepEqual(plain(engine), plain(naive), message);
}

function randomOrders(random: Prng): EngineCallOrder[] {
  const spread = 1 + random.nextBelow(20);
  return Array.from({ length: random.nextBelow(ORDERS_MAX) }, (_, n) => {
    const side = random.nextChance(1, 2) ? "buy" : "sell";
    const lots = 1 + random.nextBelow(random.nextChance(1, 3) ? 3 : 20);
    const name = `o${n}`;
    if (random.nextChance(1, 6)) return { name, side, lots };
    const limitTicks = 100 + random.nextBelow(spread) - random.nextBelow(spread);
    if (random.nextChance(1, 6)) return { name, side, lots, limitTicks, hidden: true };
    if (lots > 1 && random.nextChance(1, 6)) return { name, side, lots, limitTicks, shows: 1 };
    return { name, side, lots, limitTicks };
  });
}
