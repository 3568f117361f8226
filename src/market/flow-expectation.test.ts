import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { RecordBuffer, writeU64 } from "../base/record-buffer.ts";
import { encodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  EVENT_BYTES,
  EVENT_CL_ORD_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_REASON_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  FLAG_AGGRESSOR,
  FLAG_ON_BOOK,
} from "../codec/event.ts";
import { DepthFold } from "./depth-fold.ts";
import type { CommandOutcome } from "./expected-line.ts";
import { FlowExpectation, type PlacedDifference } from "./flow-expectation.ts";
import { flowFile } from "./flow-file-for-test.ts";

/** The events of a command that traded with these makers: [id, price, lots]. */
function tradesOf(...fills: (readonly [string, number, number])[]): CommandOutcome {
  const events = RecordBuffer.ofBytes(Math.max(1, fills.length * 2) * EVENT_BYTES);
  fills.forEach(([makerId, priceTicks, qtyLots], index) => {
    for (const [half, flags] of [FLAG_ON_BOOK, FLAG_AGGRESSOR].entries()) {
      const at = (index * 2 + half) * EVENT_WORDS;
      events.words[at] = EVENT_TRADED << 8;
      events.words[at + EVENT_REASON_WORD] = flags << 16;
      events.words[at + EVENT_LAST_PX_TICKS_WORD] = priceTicks;
      writeU64(events.words, at + EVENT_LAST_QTY_LOTS_WORD, qtyLots);
      const id = half === 0 ? makerId : "77";
      encodeClOrdId(id, events.bytes, (at + EVENT_CL_ORD_ID_WORD) * 4);
    }
  });
  return { events, startWord: 0, endWord: fills.length * 2 * EVENT_WORDS, depth: new DepthFold() };
}

function depthOf(bids: [number, number][], asks: [number, number][]): CommandOutcome {
  const outcome = tradesOf();
  for (const [priceTicks, qtyLots] of bids) outcome.depth.bids.add(priceTicks, qtyLots);
  for (const [priceTicks, qtyLots] of asks) outcome.depth.asks.add(priceTicks, qtyLots);
  return outcome;
}

async function compare(
  context: TestContext,
  lines: readonly string[],
  outcomes: readonly CommandOutcome[],
): Promise<PlacedDifference | number> {
  const path = flowFile(context, "x.expected.jsonl.gz", lines.join("\n"));
  const expectation = await FlowExpectation.open(path);
  for (const [commandNumber, outcome] of outcomes.entries()) {
    while (expectation.needsAdvance(commandNumber)) await expectation.advance();
    const difference = expectation.check(commandNumber, outcome);
    if (difference !== undefined) return difference;
  }
  const difference = expectation.checkEnd(outcomes.length);
  expectation.close();
  return difference ?? expectation.comparedCount;
}

test("executions are compared in order, makers by id, and counted one by one", async (context) => {
  const lines = ['{"n":1,"fills":[[5,100,10],[6,101,3]]}', '{"n":3,"fills":[[6,101,1]]}'];
  const outcomes = [
    tradesOf(),
    tradesOf(["5", 100, 10], ["6", 101, 3]),
    tradesOf(),
    tradesOf(["6", 101, 1]),
  ];
  assert.equal(await compare(context, lines, outcomes), 3);
  const swapped = [outcomes[0], tradesOf(["6", 101, 3], ["5", 100, 10]), ...outcomes.slice(2)];
  const difference = await compare(context, lines, swapped);
  assert.ok(typeof difference === "object");
  assert.equal(difference.expected, "fills [[5, 100, 10], [6, 101, 3]]");
  assert.equal(difference.found, "fills [[6, 101, 3], [5, 100, 10]]");
  assert.deepEqual([difference.commandNumber, difference.line], [1, 1]);
});

test("one execution more or fewer than expected is a difference", async (context) => {
  const line = '{"n":0,"fills":[[5,100,10],[6,101,3]]}';
  for (const outcome of [
    tradesOf(["5", 100, 10]),
    tradesOf(["5", 100, 10], ["6", 101, 3], ["7", 101, 1]),
    tradesOf(),
  ]) {
    assert.equal(typeof (await compare(context, [line], [outcome])), "object");
  }
});

test("unordered executions are compared as a set with repeats", async (context) => {
  const line = '{"n":0,"fills":[[5,100,10],[6,100,3],[6,100,3]],"unordered":true}';
  const same = tradesOf(["6", 100, 3], ["5", 100, 10], ["6", 100, 3]);
  assert.equal(await compare(context, [line], [same]), 3);
  const other = tradesOf(["6", 100, 3], ["5", 100, 10], ["5", 100, 10]);
  assert.equal(typeof (await compare(context, [line], [other])), "object");
});

test("order ids beyond 2^53 are compared digit by digit", async (context) => {
  const line = '{"n":0,"fills":[[9007199254740993,100,10]]}';
  assert.equal(await compare(context, [line], [tradesOf(["9007199254740993", 100, 10])]), 1);
  const near = tradesOf(["9007199254740992", 100, 10]);
  assert.equal(typeof (await compare(context, [line], [near])), "object");
});

test("books are compared whole, best bids and offers at the top only", async (context) => {
  const book = depthOf(
    [
      [99, 5],
      [98, 1],
    ],
    [
      [101, 7],
      [101, 1],
    ],
  );
  const full = '{"after_n":0,"bids":[[99,5,1],[98,1,1]],"asks":[[101,8,2]]}';
  assert.equal(await compare(context, [full], [book]), 1);
  const short = '{"after_n":0,"bids":[[99,5,1]],"asks":[[101,8,2]]}';
  const difference = await compare(context, [short], [book]);
  assert.ok(typeof difference === "object");
  assert.deepEqual(
    [difference.expected, difference.found],
    ["bid level 2 empty", "bid level 2 [98, 1, 1]"],
  );
  const top = '{"after_n":0,"bid":99,"bid_qty":5,"ask":101,"ask_qty":8}';
  assert.equal(await compare(context, [top], [book]), 1);
  const empty = '{"after_n":0,"bid":99,"bid_qty":5,"ask":null,"ask_qty":null}';
  assert.equal(typeof (await compare(context, [empty], [book])), "object");
});

for (const [what, lines, message] of [
  ["no JSON", ["{"], /:1: expected a JSON object/],
  ["no object", ["[1]"], /:1: expected a JSON object/],
  ["an empty file", [], /expected at least one expectation/],
  ["an unknown field", ['{"n":0,"fills":[],"maybe":1}'], /:1: expected \{"n"/],
  ["a fill without its lots", ['{"n":0,"fills":[[1,2]]}'], /:1: expected \{"n"/],
  ["half a book", ['{"after_n":0,"bids":[]}'], /:1: expected \{"after_n"/],
  [
    "lines out of order",
    ['{"n":0,"fills":[]}', '{"n":0,"fills":[]}'],
    /:2: expected a command after 0/,
  ],
] as const) {
  test(`${what} in an expectation file is named with its line`, async (context) => {
    await assert.rejects(compare(context, lines, [tradesOf(), tradesOf()]), message);
  });
}
