import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EVENT_ACCEPTED,
  EVENT_CANCELED,
  EVENT_COMMAND_REJECTED,
  EVENT_END,
  EVENT_TRADED,
} from "../codec/event.ts";
import { cancelRecord, newRecord, type PlainEvent, readEvents } from "../codec/record-for-test.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { openListedExchange, TestSession, until } from "../exchange/exchange-for-test.ts";
import { REASON_BUSY, REASON_NONE, REASON_OUTCOME_UNKNOWN } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { BackgroundThreads } from "./background-threads.ts";
import { ThreadPreviews } from "./previews.ts";

const SALE = { clOrdId: "sale", side: SIDE_SELL, orderQtyLots: 5, priceTicks: 100 };
const BUY = { clOrdId: "buy", side: SIDE_BUY, orderQtyLots: 5, priceTicks: 100, accountId: 2 };

function previewOfBuy(exchange: Exchange, answers: PlainEvent[][]): number {
  return exchange.preview(newRecord(BUY), 0, (words, startWord, endWord) => {
    answers.push(readEvents(words, startWord, endWord));
  });
}

test("a preview is of the moment it is asked at, and trading goes on meanwhile", async (t) => {
  const previewer = new ThreadPreviews(new BackgroundThreads());
  const { exchange } = await openListedExchange(t, { previews: previewer });
  const session = new TestSession(exchange);
  session.enter(newRecord(SALE));
  const previews: PlainEvent[][] = [];
  assert.equal(previewOfBuy(exchange, previews), REASON_NONE);
  assert.equal(previewOfBuy(exchange, previews), REASON_BUSY, "one at a time");
  session.enter(cancelRecord({ clOrdId: SALE.clOrdId }));
  await until("both are answered", () => previews.length === 1 && session.answers.length === 2);
  const kinds = (events: PlainEvent[]) => events.map(({ kind }) => kind);
  assert.deepEqual(kinds(session.answers[1] ?? []), [EVENT_CANCELED, EVENT_END]);
  assert.deepEqual(kinds(previews[0] ?? []), [
    EVENT_ACCEPTED,
    EVENT_TRADED,
    EVENT_TRADED,
    EVENT_END,
  ]);
});

test("a preview that nobody could work out is answered: its outcome is unknown", async (t) => {
  const asked: (() => void)[] = [];
  const { exchange } = await openListedExchange(t, {
    previews: { ask: (_, onAnswer) => asked.push(() => onAnswer(new Error("out of memory"))) },
  });
  const previews: PlainEvent[][] = [];
  assert.equal(previewOfBuy(exchange, previews), REASON_NONE);
  asked[0]?.();
  const [rejected] = previews.flat();
  assert.deepEqual(
    [rejected?.kind, rejected?.reason],
    [EVENT_COMMAND_REJECTED, REASON_OUTCOME_UNKNOWN],
  );
});
