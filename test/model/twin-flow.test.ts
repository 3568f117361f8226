// The twin alone under random flows of everything it knows: what must hold whatever the rules say.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../../src/base/prng.ts";
import {
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_CANCELED,
  EVENT_COMMAND_REJECTED,
  EVENT_DISPLAYED,
  EVENT_PREVENTED,
  EVENT_REJECTED,
  EVENT_RESTATED,
  EVENT_TERMS,
  EVENT_TRIGGERED,
} from "../../src/codec/event.ts";
import { TEST_LIMITS } from "../../src/engine/engine-for-test.ts";
import { reasonName } from "../../src/model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { FEATURES } from "./feature-names.ts";
import { displayedLots } from "./naive-order.ts";
import { NaiveVenue } from "./naive-venue.ts";
import { RandomFlow } from "./random-flow.ts";

const COMMANDS = Number(process.env["OUTCRY_TWIN_COMMANDS"] ?? 25_000);
const COMMANDS_PER_FLOW = 500;
const KNOWN_SEED = 20_261_125;
/** Event kind and its reasons: flows that miss one of them prove less than they say. */
const OUTCOMES: readonly (readonly [number, string])[] = [
  [EVENT_REJECTED, "WOULD_TRIGGER NO_REFERENCE EXPIRE_TIME NO_CALENDAR PHASE DISPLAY_QTY TERMS"],
  [EVENT_REJECTED, "QUOTE_AMOUNT LINKED POST_ONLY_WOULD_TRADE FOK_UNFILLABLE BOOK_FULL"],
  [EVENT_CANCELED, "SELF_TRADE EXPIRED PROTECTION MIN_QTY LINKED POST_ONLY_WOULD_TRADE"],
  [EVENT_CANCELED, "FOK_UNFILLABLE WOULD_TRIGGER NO_LIQUIDITY IOC_REMAINDER BELOW_EXECUTED"],
  [EVENT_AMENDED, "REPRICED"],
  [EVENT_RESTATED, "REPRICED"],
  [EVENT_AMEND_REJECTED, "UNSUPPORTED_ORDER DISPLAY_QTY EXPIRE_TIME WOULD_TRIGGER"],
  [EVENT_COMMAND_REJECTED, "NOT_PERMITTED TERMS"],
  ...[EVENT_TRIGGERED, EVENT_DISPLAYED, EVENT_PREVENTED, EVENT_TERMS, EVENT_RESTATED].map(
    (kind) => [kind, ""] as const,
  ),
];

function runFlow(seed: number, counts: Map<string, number>): void {
  const random = new Prng(seed);
  const ordersMax = [10, 60, 4096][random.nextBelow(3)];
  const venue = new NaiveVenue({ ...TEST_LIMITS, accountsMax: 6, ordersMax });
  const flow = new RandomFlow(random, venue, FEATURES);
  for (const instrument of flow.instruments) venue.apply({ kind: "instrument", instrument }, 0);
  for (let n = 0; n < COMMANDS_PER_FLOW; n++) {
    const timeMicros = flow.nextTimeMicros();
    const expired = venue.apply({ kind: "clock", clock: {} }, timeMicros);
    const command = flow.next();
    for (const { kind, reason } of [...expired, ...venue.apply(command, timeMicros)]) {
      const outcome = `${kind} ${reasonName(reason)}`;
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    checkBooks(venue, JSON.stringify(command));
  }
}

function checkBooks(venue: NaiveVenue, command: string): void {
  for (const instrumentId of venue.instruments.keys()) {
    const { bids, asks } = venue.depth(instrumentId);
    const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]];
    assert.ok(bid === undefined || ask === undefined || bid < ask, `never crossed: ${command}`);
    for (const side of [SIDE_BUY, SIDE_SELL]) {
      for (const order of venue.queue(instrumentId, side, "displayed")) {
        assert.ok(displayedLots(order) > 0, "who is displayed shows something");
      }
    }
  }
  for (const order of venue.workingOrders()) {
    assert.notEqual(order.place, "nowhere", "between commands every order stands somewhere");
    assert.ok(order.leavesQtyLots > 0, "what works has something left");
    assert.equal(order.orderQtyLots, order.cumQtyLots + order.leavesQtyLots, "nothing is lost");
  }
}

/** Plays flows of `commands` commands in all and counts their outcomes. */
function runFlows(firstSeed: number, commands: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let n = 0; n < commands / COMMANDS_PER_FLOW; n++) {
    try {
      runFlow(firstSeed + n, counts);
    } catch (cause) {
      throw new Error(`seed ${firstSeed + n}`, { cause });
    }
  }
  return counts;
}

test("whatever is asked of it, the twin's displayed books are never crossed", (t) => {
  const firstSeed = Date.now() & 0x7fff_ffff;
  t.diagnostic(`seeds from ${firstSeed}`);
  runFlows(firstSeed, COMMANDS / 5);
});

test("flows from known seeds reach every kind of outcome", () => {
  const counts = runFlows(KNOWN_SEED, COMMANDS);
  const missing = OUTCOMES.flatMap(([kind, names]) =>
    names.split(" ").map((name) => `${kind} ${name}`),
  ).filter((outcome) => !counts.has(outcome));
  assert.deepEqual(missing, []);
});
