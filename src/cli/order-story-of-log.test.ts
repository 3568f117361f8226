import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_ACCEPTED, EVENT_TRADED } from "../codec/event.ts";
import { newRecord } from "../codec/record-for-test.ts";
import { openListedExchange, TestSession, until } from "../exchange/exchange-for-test.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { tellOrderStory } from "./order-story-of-log.ts";
import { storyText, storyTexts } from "./order-story-text.ts";

const WORDS = { price: String, quantity: String };

test("the story of an order is read from the log of a running exchange", async (t) => {
  const { exchange, directory } = await openListedExchange(t);
  const session = new TestSession(exchange);
  const order = { orderQtyLots: 5, priceTicks: 100 };
  session.enter(newRecord({ ...order, clOrdId: "a", side: SIDE_SELL }));
  session.enter(newRecord({ ...order, clOrdId: "b", side: SIDE_SELL }));
  session.enter(newRecord({ ...order, clOrdId: "c", side: SIDE_BUY, orderQtyLots: 7 }));
  await until("all is durable", () => session.answers.length === 3);

  const { story, instrument } = tellOrderStory(directory, 2, 100);
  assert.equal(instrument?.symbol, "XYZ");
  assert.deepEqual(
    story.lines.map((line) => (line.what === "event" ? line.eventKind : line.what)),
    [EVENT_ACCEPTED, "place", "passed", EVENT_TRADED, "place"],
  );
  assert.deepEqual(
    story.lines.slice(1, 4).map((line) => storyText(line, WORDS).trim()),
    [
      "3    displayed at 100, behind 5 in 1 orders",
      "4    passed over: order 1 traded 5 at 100, earlier at its price",
      "4  traded 2 at 100: 2 done, 3 open",
    ],
  );
});

test("an order that the log does not have has no story", async (t) => {
  const { directory } = await openListedExchange(t);
  assert.equal(tellOrderStory(directory, 99, 100).instrument, undefined);
});

test("others that are served for one reason in a row are one line from the fourth on", () => {
  const passed = (sequence: number, lastPxTicks: number) =>
    ({
      what: "passed",
      sequence,
      orderId: 9,
      lastPxTicks,
      lastQtyLots: 2,
      why: "better price",
    }) as const;
  const stands = { what: "place", where: "displayed", priceTicks: 90 } as const;
  const place = { ...stands, sequence: 6, ordersAhead: 0, lotsAhead: 0 };
  const few = [passed(3, 95), passed(4, 96), passed(5, 94)];
  const story = [...few, place, ...few, passed(8, 99)];
  assert.deepEqual(
    storyTexts(story, WORDS).map((text) => text.trim()),
    [
      "3    passed over: order 9 traded 2 at 95, better price",
      "4    passed over: order 9 traded 2 at 96, better price",
      "5    passed over: order 9 traded 2 at 94, better price",
      "6    displayed at 90, behind 0 in 0 orders",
      "3    passed over 4 times until 8: 8 at 94 to 99, better price",
    ],
  );
});
