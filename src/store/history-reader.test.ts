import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EVENT_ACCEPTED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_DISPLAYED,
  EVENT_REJECTED,
  EVENT_TRADE_BUSTED,
  EVENT_TRADE_CORRECTED,
  EVENT_TRADED,
} from "../codec/event.ts";
import type { HistoryExecution } from "../model/history.ts";
import {
  ORD_STATUS_CANCELED,
  ORD_STATUS_FILLED,
  ORD_STATUS_REJECTED,
} from "../model/ord-status.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { REASON_DUPLICATE_CL_ORD_ID, REASON_REQUESTED } from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";
import { TIF_GTC } from "../model/time-in-force.ts";
import { emptiedDatabase } from "./database-for-test.ts";
import { batchOf, START_MICROS, type TestEvent, writeBatches } from "./event-batches-for-test.ts";
import { HISTORY_QUERY } from "./history-failure.ts";
import { HistoryReader, QUERY_ROWS_MAX } from "./history-reader.ts";
import { HistoryWriter } from "./history-writer.ts";
import type { PgliteDatabase } from "./pglite-database.ts";

const NEWEST = Number.MAX_SAFE_INTEGER;
const ALL = { instrumentId: 0, beforeSequence: NEWEST, beforeIndex: 0, rowsMax: 100 };
const ALL_EXECUTIONS = { ...ALL, orderId: 0 };
const QTY = { orderQtyLots: 10, leavesQtyLots: 10 };

/** Account 1 has orders 1 to 9 at sequences 1 to 9, of instruments 1, 2, 1, ...; account 2 one. */
const COMMANDS: readonly (readonly TestEvent[])[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((orderId) => [
    {
      ...QTY,
      kind: EVENT_ACCEPTED,
      accountId: 1,
      instrumentId: 2 - (orderId % 2),
      orderId,
      clOrdId: `a-${orderId}`,
    },
  ]),
  // 10: account 2 takes order 1 whole and more.
  [
    {
      kind: EVENT_ACCEPTED,
      accountId: 2,
      instrumentId: 1,
      orderId: 10,
      clOrdId: "b-1",
      orderQtyLots: 12,
      leavesQtyLots: 12,
    },
    {
      kind: EVENT_TRADED,
      accountId: 1,
      instrumentId: 1,
      orderId: 1,
      clOrdId: "a-1",
      orderQtyLots: 10,
      cumQtyLots: 10,
      lastQtyLots: 10,
      lastPxTicks: 7,
      tradeId: 1,
    },
    {
      kind: EVENT_TRADED,
      accountId: 2,
      instrumentId: 1,
      orderId: 10,
      clOrdId: "b-1",
      orderQtyLots: 12,
      cumQtyLots: 10,
      leavesQtyLots: 2,
      lastQtyLots: 10,
      lastPxTicks: 7,
      tradeId: 1,
    },
  ],
  // 11: account 1 uses a client order id again.
  [
    {
      kind: EVENT_REJECTED,
      accountId: 1,
      instrumentId: 1,
      clOrdId: "a-1",
      orderQtyLots: 5,
      reason: REASON_DUPLICATE_CL_ORD_ID,
    },
  ],
  // 12: account 1 cancels all that is left of it, newest first: one batch of eight.
  [9, 8, 7, 6, 5, 4, 3, 2].map((orderId) => ({
    kind: EVENT_CANCELED,
    accountId: 1,
    instrumentId: 2 - (orderId % 2),
    orderId,
    clOrdId: `a-${orderId}`,
    orderQtyLots: 10,
    lastQtyLots: 10,
    reason: REASON_REQUESTED,
  })),
  // 13: account 1 tries to cancel the order of account 2.
  [{ kind: EVENT_CANCEL_REJECTED, accountId: 1, orderId: 10 }],
  // 14 to 17: account 4 enters over OUCH; a number is used again.
  [{ kind: EVENT_ACCEPTED, accountId: 4, instrumentId: 1, orderId: 40, clOrdId: "ouch:1:a;b" }],
  [{ kind: EVENT_ACCEPTED, accountId: 4, instrumentId: 1, orderId: 41, clOrdId: "ouch:10" }],
  [{ kind: EVENT_ACCEPTED, accountId: 4, instrumentId: 1, orderId: 42, clOrdId: "ouch:2" }],
  [{ kind: EVENT_REJECTED, accountId: 4, instrumentId: 1, clOrdId: "ouch:1" }],
  // 18: an iceberg of account 5 trades, and its next part comes into sight.
  [EVENT_ACCEPTED, EVENT_TRADED, EVENT_DISPLAYED].map((kind) => ({
    ...{ kind, accountId: 5, instrumentId: 1, orderId: 30, clOrdId: "c-1" },
    ...{ orderQtyLots: 10, cumQtyLots: 2, leavesQtyLots: 8, tradeId: 2 },
  })),
  // 19 to 21: an order of account 6 trades three times, one counts otherwise, one is busted.
  [
    { kind: EVENT_ACCEPTED, orderId: 60, clOrdId: "d-1" },
    { kind: EVENT_TRADED, orderId: 60, tradeId: 3, lastQtyLots: 2, lastPxTicks: -3 },
    { kind: EVENT_TRADED, orderId: 60, tradeId: 4, lastQtyLots: 2 ** 40, lastPxTicks: 2 ** 30 },
    { kind: EVENT_TRADED, orderId: 60, tradeId: 5, lastQtyLots: 3, lastPxTicks: 5 },
  ].map((each) => ({ ...each, accountId: 6, instrumentId: 1 })),
  [
    {
      ...{ kind: EVENT_TRADE_CORRECTED, accountId: 6, instrumentId: 1, orderId: 60, tradeId: 5 },
      ...{ lastQtyLots: 2, lastPxTicks: 4 },
    },
  ],
  [
    {
      ...{ kind: EVENT_TRADE_BUSTED, accountId: 6, instrumentId: 1, orderId: 60, tradeId: 3 },
      ...{ lastQtyLots: 2, lastPxTicks: -3 },
    },
  ],
  // 22: two icebergs of account 7 end, one filled and one canceled; each shows nothing any more.
  [
    ...[EVENT_ACCEPTED, EVENT_TRADED, EVENT_DISPLAYED].map((kind) => ({
      ...{ kind, accountId: 7, instrumentId: 1, orderId: 70, clOrdId: "e-1", orderQtyLots: 10 },
      ...(kind === EVENT_ACCEPTED ? { leavesQtyLots: 10 } : { cumQtyLots: 10 }),
    })),
    ...[EVENT_ACCEPTED, EVENT_CANCELED, EVENT_DISPLAYED].map((kind) => ({
      ...{ kind, accountId: 7, instrumentId: 1, orderId: 71, clOrdId: "e-2", orderQtyLots: 10 },
      ...(kind === EVENT_ACCEPTED ? { leavesQtyLots: 10 } : {}),
      ...(kind === EVENT_CANCELED ? { reason: REASON_REQUESTED } : {}),
    })),
  ],
];
const LAST_SEQUENCE = COMMANDS.length;

let database: PgliteDatabase;
let reader: HistoryReader;
let filled: Promise<void> | undefined;

/** A test of a reader of the tables that those commands leave. */
function readerTest(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    filled ??= fillTables();
    await filled;
    await run();
  });
}

async function fillTables(): Promise<void> {
  database = await emptiedDatabase();
  const writer = await HistoryWriter.open(database);
  await writeBatches(
    writer,
    COMMANDS.map((events, index) => batchOf(index + 1, events)),
  );
  reader = new HistoryReader(database);
}

readerTest(
  "an account's orders come newest first, with the sequence they are complete to",
  async () => {
    const page = await reader.orders({ accountId: 1, ...ALL });

    assert.equal(page.sequence, LAST_SEQUENCE);
    assert.deepEqual(sequencesOf(page.rows), [11, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  },
);

readerTest("an order has every field, in ticks and lots", async () => {
  const { rows } = await reader.orderById(1, 1);

  assert.deepEqual(rows, [
    {
      sequence: 1,
      index: 0,
      timeMicros: START_MICROS + 1,
      lastSequence: 10,
      lastTimeMicros: START_MICROS + 10,
      instrumentId: 1,
      orderId: 1,
      clOrdId: "a-1",
      side: SIDE_BUY,
      ordType: ORD_TYPE_LIMIT,
      timeInForce: TIF_GTC,
      execInst: 0,
      priceTicks: 0,
      orderQtyLots: 10,
      cumQtyLots: 10,
      leavesQtyLots: 0,
      ordStatus: ORD_STATUS_FILLED,
      reason: 0,
    },
  ]);
});

readerTest("orders of one instrument are the account's of that instrument", async () => {
  const page = await reader.orders({ ...ALL, accountId: 1, instrumentId: 2 });

  assert.deepEqual(sequencesOf(page.rows), [8, 6, 4, 2]);
});

readerTest("orders page by the sequence they entered at, without gap or repeat", async () => {
  const first = await reader.orders({ ...ALL, accountId: 1, rowsMax: 4 });
  const second = await reader.orders({ ...ALL, accountId: 1, rowsMax: 4, beforeSequence: 7 });
  const third = await reader.orders({ ...ALL, accountId: 1, rowsMax: 4, beforeSequence: 3 });

  assert.deepEqual(sequencesOf(first.rows), [11, 9, 8, 7]);
  assert.deepEqual(sequencesOf(second.rows), [6, 5, 4, 3]);
  assert.deepEqual(sequencesOf(third.rows), [2, 1]);
});

readerTest("a refused order is in the history without an order id", async () => {
  const { rows } = await reader.orders({ ...ALL, accountId: 1, rowsMax: 1 });

  assert.equal(rows[0]?.orderId, 0);
  assert.equal(rows[0]?.ordStatus, ORD_STATUS_REJECTED);
  assert.equal(rows[0]?.reason, REASON_DUPLICATE_CL_ORD_ID);
});

readerTest(
  "a client order id finds the order that entered, not the refused repetition",
  async () => {
    const { rows } = await reader.orderByClOrdId(1, "a-1");

    assert.deepEqual(sequencesOf(rows), [1]);
  },
);

readerTest("an OUCH order is found by its number alone", async () => {
  const found: string[] = [];
  for (const userRefNum of [1, 10, 2, 100]) {
    const { rows } = await reader.orderByClOrdId(4, `ouch:${userRefNum}`);
    found.push(rows[0]?.clOrdId ?? "");
  }
  assert.deepEqual(found, ["ouch:1:a;b", "ouch:10", "ouch:2", ""]);
});

readerTest("nobody finds another account's order", async () => {
  assert.deepEqual((await reader.orderById(1, 10)).rows, []);
  assert.deepEqual((await reader.orderByClOrdId(1, "b-1")).rows, []);
  assert.deepEqual((await reader.orders({ ...ALL, accountId: 3 })).rows, []);
  const { rows } = await reader.executions({ ...ALL_EXECUTIONS, accountId: 1, orderId: 10 });
  assert.deepEqual(placesOf(rows), ["13.0"]);
});

readerTest("an execution has every field, in ticks and lots", async () => {
  const { rows } = await reader.executions({ ...ALL_EXECUTIONS, accountId: 2, rowsMax: 1 });

  assert.deepEqual(rows, [
    {
      sequence: 10,
      index: 2,
      timeMicros: START_MICROS + 10,
      eventKind: EVENT_TRADED,
      instrumentId: 1,
      orderId: 10,
      clOrdId: "b-1",
      side: SIDE_BUY,
      lastPxTicks: 7,
      lastQtyLots: 10,
      cumQtyLots: 10,
      leavesQtyLots: 2,
      tradeId: 1,
      reason: 0,
    },
  ]);
});

readerTest("executions of one order, and of one instrument, are the account's own", async () => {
  const ofOrder = await reader.executions({ ...ALL_EXECUTIONS, accountId: 1, orderId: 1 });
  const ofInstrument = await reader.executions({
    ...ALL_EXECUTIONS,
    accountId: 1,
    instrumentId: 2,
  });

  assert.deepEqual(placesOf(ofOrder.rows), ["10.1", "1.0"]);
  assert.deepEqual(placesOf(ofInstrument.rows), [
    "12.7",
    "12.5",
    "12.3",
    "12.1",
    "8.0",
    "6.0",
    "4.0",
    "2.0",
  ]);
});

readerTest("executions page through the middle of a batch, without gap or repeat", async () => {
  const whole = await reader.executions({ ...ALL_EXECUTIONS, accountId: 1 });
  const paged: HistoryExecution[] = [];
  let before = { beforeSequence: NEWEST, beforeIndex: 0 };
  for (;;) {
    const query = { ...ALL_EXECUTIONS, ...before, accountId: 1, rowsMax: 3 };
    const { rows } = await reader.executions(query);
    const last = rows.at(-1);
    if (last === undefined) break;
    paged.push(...rows);
    before = { beforeSequence: last.sequence, beforeIndex: last.index };
  }

  assert.equal(whole.rows.length, 20);
  assert.deepEqual(placesOf(paged), placesOf(whole.rows));
});

readerTest("a page's bound is refused outside 1 to its greatest", async () => {
  for (const rowsMax of [0, -1, 1.5, QUERY_ROWS_MAX + 1, Number.NaN]) {
    const refusal = { code: HISTORY_QUERY, message: /rowsMax: expected .* 1 to 1000, found/ };
    await assert.rejects(reader.orders({ ...ALL, accountId: 1, rowsMax }), refusal);
    const query = { ...ALL_EXECUTIONS, accountId: 1, rowsMax };
    await assert.rejects(reader.executions(query), refusal);
  }
});

readerTest("an account's trades are found alone", async () => {
  const { rows } = await reader.executions({ ...ALL_EXECUTIONS, accountId: 1, tradesOnly: true });

  assert.deepEqual(
    rows.map(({ sequence, eventKind, tradeId }) => [sequence, eventKind, tradeId]),
    [[10, EVENT_TRADED, 1]],
  );
});

readerTest("an iceberg that shows its next part has no execution", async () => {
  const { rows } = await reader.executions({ ...ALL_EXECUTIONS, accountId: 5 });

  assert.deepEqual(
    rows.map(({ eventKind }) => eventKind),
    [EVENT_TRADED, EVENT_ACCEPTED],
  );
});

readerTest("every query finds its rows through an index", async () => {
  const plans = [
    ["orders WHERE account_id = 1 AND sequence < 9 ORDER BY sequence DESC LIMIT 3", /by_account/],
    ["orders WHERE account_id = 1 AND order_id = 2", /order_id_key/],
    ["orders WHERE account_id = 1 AND cl_ord_id = 'a'", /by_cl_ord_id/],
    [
      "executions WHERE account_id = 1 AND instrument_id = 2 " +
        "AND (sequence, event_index) < (9, 0) ORDER BY sequence DESC, event_index DESC LIMIT 3",
      /Scan Backward using executions_by_account.*Index Cond: .*instrument_id/s,
    ],
    [
      "executions WHERE account_id = 1 AND (sequence, event_index) < (9, 0) AND order_id = 2 " +
        "ORDER BY sequence DESC, event_index DESC LIMIT 3",
      /Scan Backward using executions_by_order/,
    ],
    [
      "executions WHERE account_id = 1 AND (sequence, event_index) < (9, 0) AND event_kind = 3 " +
        "ORDER BY sequence DESC, event_index DESC LIMIT 3",
      /Scan Backward using executions_of_trades/,
    ],
  ] as const;
  await database.transaction(async (statements) => {
    await statements.execute("SET LOCAL enable_seqscan = off");
    for (const [query, index] of plans) {
      const rows = await statements.query(`EXPLAIN SELECT * FROM ${query}`);
      assert.match(rows.map((row) => row["QUERY PLAN"]).join("\n"), index);
    }
  });
});

function sequencesOf(rows: readonly { readonly sequence: number }[]): number[] {
  return rows.map((row) => row.sequence);
}

function placesOf(rows: readonly HistoryExecution[]): string[] {
  return rows.map((row) => `${row.sequence}.${row.index}`);
}

readerTest("what an order has executed counts as busts and corrections have left it", async () => {
  const executedBefore = async (beforeSequence: number, beforeIndex: number, accountId = 6) => {
    const place = { beforeSequence, beforeIndex };
    const { rows } = await reader.executedOf({ accountId, orderId: 60, ...place });
    const [{ cumQtyLots, countedQtyLots, valueTickLots }] = rows;
    return [cumQtyLots, countedQtyLots, valueTickLots];
  };
  const large = 2 ** 40;
  const value = BigInt(large) * 2n ** 30n;
  assert.deepEqual(await executedBefore(19, 1), [0, 0, 0n]);
  assert.deepEqual(await executedBefore(19, 2), [2, 2, -6n]);
  assert.deepEqual(await executedBefore(20, 0), [large + 5, large + 5, value + 9n]);
  assert.deepEqual(await executedBefore(21, 0), [large + 5, large + 4, value + 2n]);
  assert.deepEqual(await executedBefore(NEWEST, 0), [large + 5, large + 2, value + 8n]);
  assert.deepEqual(await executedBefore(NEWEST, 0, 5), [0, 0, 0n]);
});

readerTest("an iceberg that shows nothing any more has ended as it ended", async () => {
  const { rows } = await reader.orders({ ...ALL, accountId: 7 });
  assert.deepEqual(
    rows.map(({ orderId, ordStatus, reason }) => [orderId, ordStatus, reason]),
    [
      [71, ORD_STATUS_CANCELED, REASON_REQUESTED],
      [70, ORD_STATUS_FILLED, 0],
    ],
  );
});
