// What `why` says of orders against the twin: where they stand, and that whoever was served instead
// of them came first for the reason that is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_ACCEPTED, EVENT_TRADED } from "../../src/codec/event.ts";
import type { PlainEvent } from "../../src/codec/record-for-test.ts";
import { RecordedEngine, TEST_LIMITS } from "../../src/engine/engine-for-test.ts";
import { OrderStory } from "../../src/engine/order-story.ts";
import type { StoryPassed, StoryPlace } from "../../src/model/order-story.ts";
import { FEATURES } from "./feature-names.ts";
import { isAllOrNone, isBuy, reachableLots, type TwinOrder } from "./naive-order.ts";
import { NaiveVenue } from "./naive-venue.ts";
import { COMMANDS_PER_FLOW } from "./twin-flow.ts";
import { recordOf, TwinRun, type TwinStep } from "./twin-run.ts";

const FLOWS = 6;
const LINES_MAX = 10_000;
/** Of the orders that are accepted every so many-th is followed. */
const FOLLOWED_EVERY = 5;
const PLACES: Record<StoryPlace["where"], TwinOrder["place"]> = {
  displayed: "displayed",
  dark: "dark",
  gathering: "gathering",
  "waiting for a price": "waiting",
  parked: "parked",
};

/** The story of one order so far, and how much of it was looked at. */
type Followed = { readonly orderId: number; readonly story: OrderStory; seen: number };
type Orders = ReadonlyMap<number, TwinOrder>;

test("why an order did not fill is what happened in the book", (t) => {
  const firstSeed = Date.now() & 0x7fff_ffff;
  t.diagnostic(`seeds from ${firstSeed}`);
  const tally = new Map<string, number>();
  for (let seed = firstSeed; seed < firstSeed + FLOWS; seed++) {
    for (const told of followFlow(seed)) tally.set(told, (tally.get(told) ?? 0) + 1);
  }
  t.diagnostic([...tally].map(([told, count]) => `${told} ${count}`).join(", "));
});

function followFlow(seed: number): string[] {
  const run = new TwinRun(seed, FEATURES, COMMANDS_PER_FLOW);
  run.drawOnly(COMMANDS_PER_FLOW);
  const recorded = new RecordedEngine(TEST_LIMITS);
  const twin = new NaiveVenue(TEST_LIMITS);
  const followed: Followed[] = [];
  const told: string[] = [];
  for (const { command, timeMicros } of withClocks(run.drawn, twin)) {
    const before = ordersOf(twin);
    twin.apply(command, timeMicros);
    const events = recorded.apply(recordOf(command), timeMicros);
    for (const { kind, orderId } of events) {
      if (kind !== EVENT_ACCEPTED || orderId % FOLLOWED_EVERY !== 0) continue;
      const story = new OrderStory(recorded.engine, orderId, LINES_MAX);
      followed.push({ orderId, story, seen: 0 });
    }
    for (const each of followed) told.push(...look(each, before, ordersOf(twin), events, seed));
  }
  return told;
}

/** Whatever is due by then comes first. */
function* withClocks(steps: readonly TwinStep[], twin: NaiveVenue): Generator<TwinStep> {
  for (const step of steps) {
    const dueMicros = twin.nextTimerMicros() ?? Number.POSITIVE_INFINITY;
    const { command, timeMicros } = step;
    if (command.kind !== "clock" && dueMicros <= timeMicros) {
      yield { command: { kind: "clock", clock: {} }, timeMicros };
    }
    yield step;
  }
}

function ordersOf(twin: NaiveVenue): Orders {
  return new Map(twin.workingOrders().map((order) => [order.orderId, { ...order }]));
}

function look(
  followed: Followed,
  before: Orders,
  after: Orders,
  events: readonly PlainEvent[],
  seed: number,
): string[] {
  const { orderId, story, seen } = followed;
  story.observe();
  followed.seen = story.lines.length;
  const wasThere = before.get(orderId);
  const isTold = events.some((event) => event.orderId === orderId);
  return story.lines.slice(seen).map((line) => {
    const where = `seed ${seed}, order ${orderId}: ${JSON.stringify(line)}`;
    if (line.what === "place") assertPlace(line, after.get(orderId), after, where);
    if (line.what === "passed") {
      assert.ok(wasThere !== undefined, where);
      const traded = events.filter((event) => event.kind === EVENT_TRADED);
      assert.ok(traded.some((event) => event.orderId === line.orderId));
      if (!isTold) assertPassed(line, wasThere, before.get(line.orderId), where);
      return line.why;
    }
    return line.what;
  });
}

function assertPlace(
  line: StoryPlace,
  order: TwinOrder | undefined,
  orders: Orders,
  where: string,
): void {
  assert.equal(PLACES[line.where], order?.place, where);
  if (order === undefined || (line.where !== "displayed" && line.where !== "dark")) return;
  const ahead = [...orders.values()].filter((other) => isAhead(other, order));
  const lots = ahead.reduce((sum, other) => sum + reachableLots(other), 0);
  assert.deepEqual([line.ordersAhead, line.lotsAhead], [ahead.length, lots], where);
}

/** Better price, then in sight, then older. */
function isAhead(other: TwinOrder, order: TwinOrder): boolean {
  const { instrumentId, place, priceTicks, side } = other;
  const stands = place === "displayed" || place === "dark";
  if (!stands || instrumentId !== order.instrumentId || side !== order.side) return false;
  const better = (priceTicks - order.priceTicks) * (isBuy(order) ? 1 : -1);
  if (better !== 0) return better > 0;
  if (place !== order.place) return place === "displayed";
  return other.arrival < order.arrival;
}

/** `other` is undefined where it came with the command that lets it trade. */
function assertPassed(
  { lastPxTicks, why }: StoryPassed,
  order: TwinOrder,
  other: TwinOrder | undefined,
  where: string,
): void {
  const better = (lastPxTicks - order.priceTicks) * (isBuy(order) ? 1 : -1);
  switch (why) {
    case "better price":
      assert.ok(better > 0, where);
      return;
    case "earlier at its price":
      assert.ok(better === 0, where);
      assert.ok(other !== undefined && isAhead(other, order), where);
      return;
    case "displayed before dark":
      assert.ok(order.place === "dark" && better === 0 && other?.place !== "dark", where);
      return;
    case "trades whole or not at all":
      assert.ok(isAllOrNone(order), where);
      return;
    case "waits for a price":
      assert.equal(order.place, "waiting", where);
      return;
    case "parked":
      assert.equal(order.place, "parked", where);
      return;
    case "first in the call":
    case "the level is shared pro rata":
      assert.ok(better <= 0 || Number.isNaN(better), where);
  }
}
