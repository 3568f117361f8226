import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_CL_ORD_ID_WORD,
  EVENT_COMMAND_REJECTED,
  EVENT_INSTRUMENT_CREATED,
  EVENT_ORDER_STATUS,
  EVENT_REJECTED,
  EVENT_TRADE_BUSTED,
  EVENT_TRADE_CORRECTED,
  EVENT_TRADED,
  EVENT_WORDS,
  FLAG_AGGRESSOR,
  FLAG_KEPT_PLACE,
  FLAG_ON_BOOK,
} from "../codec/event.ts";
import { EXEC_INST_POST_ONLY } from "../model/exec-inst.ts";
import {
  ORD_STATUS_CANCELED,
  ORD_STATUS_FILLED,
  ORD_STATUS_NEW,
  ORD_STATUS_PARTIALLY_FILLED,
  ORD_STATUS_REJECTED,
} from "../model/ord-status.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { packOrderCodes } from "../model/order-codes.ts";
import {
  REASON_DUPLICATE_CL_ORD_ID,
  REASON_REQUESTED,
  REASON_UNKNOWN_ORDER,
} from "../model/reasons.ts";
import { SIDE_SELL } from "../model/side.ts";
import { TIF_GTC } from "../model/time-in-force.ts";
import { dropSchema, emptiedDatabase } from "./database-for-test.ts";
import {
  batchOf,
  RandomMarket,
  START_MICROS,
  type TestEvent,
  writeBatches,
} from "./event-batches-for-test.ts";
import { HISTORY_DATABASE, HISTORY_DIVERGED, HISTORY_GAP } from "./history-failure.ts";
import { benchmarkWriter } from "./history-writer.bench.ts";
import { GATHERED_ROWS_MAX, HistoryWriter } from "./history-writer.ts";
import type { PgliteDatabase } from "./pglite-database.ts";
import { tableDigest } from "./table-digest-for-test.ts";

let database: PgliteDatabase;
let writer: HistoryWriter;

/** A test of a writer of new tables. */
function writerTest(name: string, run: () => Promise<void> | void): void {
  test(name, async () => {
    database = await emptiedDatabase();
    writer = await HistoryWriter.open(database);
    await run();
  });
}

/** Order 1 of account 7: 100 lots at -3 ticks. */
const ORDER = {
  accountId: 7,
  instrumentId: 2,
  orderId: 1,
  clOrdId: "mine",
  priceTicks: -3,
  orderCodes: packOrderCodes(SIDE_SELL, ORD_TYPE_LIMIT, TIF_GTC, EXEC_INST_POST_ONLY),
  orderQtyLots: 100,
  leavesQtyLots: 100,
};
const ACCEPTED = { ...ORDER, kind: EVENT_ACCEPTED, flags: FLAG_ON_BOOK };

/** What the tables of executions and of orders both say of it when it is accepted. */
const OF_ORDER = {
  sequence: 1,
  time_micros: START_MICROS + 1,
  account_id: 7,
  instrument_id: 2,
  order_id: 1,
  order_qty_lots: 100,
  cum_qty_lots: 0,
  leaves_qty_lots: 100,
  price_ticks: -3,
  reason: 0,
  side: SIDE_SELL,
  cl_ord_id: "mine",
};

writerTest(
  "an accepted order is one execution and one order, every field as in the record",
  async () => {
    await writeBatches(writer, [batchOf(1, [ACCEPTED])]);

    assert.deepEqual(await database.query("SELECT * FROM executions"), [
      {
        ...OF_ORDER,
        last_qty_lots: 0,
        trade_id: 0,
        event_index: 0,
        last_px_ticks: 0,
        event_kind: EVENT_ACCEPTED,
        event_flags: FLAG_ON_BOOK,
      },
    ]);
    assert.deepEqual(await database.query("SELECT * FROM orders"), [
      {
        last_sequence: 1,
        last_time_micros: START_MICROS + 1,
        ...OF_ORDER,
        ord_status: ORD_STATUS_NEW,
        ord_type: ORD_TYPE_LIMIT,
        time_in_force: TIF_GTC,
        exec_inst: EXEC_INST_POST_ONLY,
        event_index: 0,
      },
    ]);
  },
);

const TRADE = { ...ORDER, kind: EVENT_TRADED, tradeId: 1, lastQtyLots: 30, lastPxTicks: -3 };
const AMENDED = { ...ORDER, clOrdId: "renamed", priceTicks: 5 };
const CANCELED = { ...AMENDED, kind: EVENT_CANCELED, cumQtyLots: 40, reason: REASON_REQUESTED };
const LIFE: readonly (readonly TestEvent[])[] = [
  [ACCEPTED],
  [{ ...TRADE, cumQtyLots: 30, leavesQtyLots: 70, flags: FLAG_ON_BOOK }],
  [
    { ...AMENDED, kind: EVENT_AMENDED, cumQtyLots: 30, leavesQtyLots: 70, lastQtyLots: 70 },
    { ...TRADE, ...AMENDED, cumQtyLots: 40, leavesQtyLots: 60, flags: FLAG_AGGRESSOR },
    { ...AMENDED, kind: EVENT_BOOKED, cumQtyLots: 40, leavesQtyLots: 60, flags: FLAG_ON_BOOK },
  ],
  [{ ...CANCELED, leavesQtyLots: 50, lastQtyLots: 10, flags: FLAG_ON_BOOK | FLAG_KEPT_PLACE }],
  [{ ...AMENDED, kind: EVENT_CANCEL_REJECTED, reason: REASON_UNKNOWN_ORDER }],
  [{ ...AMENDED, kind: EVENT_AMEND_REJECTED, reason: REASON_UNKNOWN_ORDER }],
  [{ ...CANCELED, leavesQtyLots: 0, lastQtyLots: 50 }],
];

writerTest(
  "an order follows its events through trades, an amend, a reduction and its end",
  async () => {
    const states: unknown[] = [];
    for (const [index, events] of LIFE.entries()) {
      await writeBatches(writer, [batchOf(index + 1, events)]);
      const [order] = await database.query(
        `SELECT last_sequence, price_ticks, cum_qty_lots, leaves_qty_lots, ord_status, reason,
         cl_ord_id FROM orders`,
      );
      states.push(Object.values(order ?? {}));
    }

    assert.deepEqual(states, [
      [1, -3, 0, 100, ORD_STATUS_NEW, 0, "mine"],
      [2, -3, 30, 70, ORD_STATUS_PARTIALLY_FILLED, 0, "mine"],
      [3, 5, 40, 60, ORD_STATUS_PARTIALLY_FILLED, 0, "renamed"],
      [4, 5, 40, 50, ORD_STATUS_PARTIALLY_FILLED, 0, "renamed"],
      [4, 5, 40, 50, ORD_STATUS_PARTIALLY_FILLED, 0, "renamed"],
      [4, 5, 40, 50, ORD_STATUS_PARTIALLY_FILLED, 0, "renamed"],
      [7, 5, 40, 0, ORD_STATUS_CANCELED, REASON_REQUESTED, "renamed"],
    ]);
    const kinds = await database.query(
      "SELECT event_kind FROM executions ORDER BY sequence, event_index",
    );
    assert.deepEqual(
      kinds.map((row) => row["event_kind"]),
      LIFE.flat().map((event) => event.kind),
    );
  },
);

writerTest(
  "an order that enters and fills within one flush is filled, where it entered",
  async () => {
    const filled = { ...ORDER, kind: EVENT_TRADED, cumQtyLots: 100, leavesQtyLots: 0, tradeId: 1 };
    await writeBatches(writer, [batchOf(1, [ACCEPTED]), batchOf(2, [filled])]);

    const [order] = await database.query("SELECT * FROM orders");
    assert.equal(order?.["ord_status"], ORD_STATUS_FILLED);
    assert.equal(order?.["reason"], 0);
    assert.equal(order?.["sequence"], 1);
    assert.equal(order?.["last_sequence"], 2);
  },
);

writerTest("refused orders are orders of their own, without an order id", async () => {
  const reason = REASON_DUPLICATE_CL_ORD_ID;
  const refused = { ...ORDER, kind: EVENT_REJECTED, orderId: 0, leavesQtyLots: 0, reason };
  await writeBatches(writer, [
    batchOf(1, [ACCEPTED]),
    batchOf(2, [refused]),
    batchOf(3, [refused]),
  ]);

  const rows = await database.query(
    "SELECT sequence, order_id, ord_status, reason FROM orders ORDER BY sequence",
  );
  assert.deepEqual(rows, [
    { sequence: 1, order_id: 1, ord_status: ORD_STATUS_NEW, reason: 0 },
    { sequence: 2, order_id: null, ord_status: ORD_STATUS_REJECTED, reason },
    { sequence: 3, order_id: null, ord_status: ORD_STATUS_REJECTED, reason },
  ]);
});

writerTest(
  "what becomes of a past trade is an execution and leaves the order as it was",
  async () => {
    const past = { accountId: 7, instrumentId: 2, orderId: 1, tradeId: 9, orderCodes: SIDE_SELL };
    const counts = { lastQtyLots: 20, lastPxTicks: -2 };
    await writeBatches(writer, [
      batchOf(1, [ACCEPTED]),
      batchOf(2, [{ ...past, ...counts, kind: EVENT_TRADE_CORRECTED }]),
      batchOf(3, [{ ...past, ...counts, kind: EVENT_TRADE_BUSTED }]),
    ]);

    const rows = await database.query(
      `SELECT event_kind, order_id, trade_id, side, last_qty_lots, last_px_ticks FROM executions
     WHERE sequence > 1 ORDER BY sequence`,
    );
    assert.deepEqual(
      rows.map((row) => Object.values(row)),
      [
        [EVENT_TRADE_CORRECTED, 1, 9, SIDE_SELL, 20, -2],
        [EVENT_TRADE_BUSTED, 1, 9, SIDE_SELL, 20, -2],
      ],
    );
    const [order] = await database.query("SELECT last_sequence, order_qty_lots FROM orders");
    assert.deepEqual(order, { last_sequence: 1, order_qty_lots: 100 });
  },
);

writerTest("the operator's events and answers to queries only move the position", async () => {
  const batches = [
    batchOf(1, [{ kind: EVENT_INSTRUMENT_CREATED, instrumentId: 1, clOrdId: "BTC-USD" }]),
    batchOf(2, [{ kind: EVENT_COMMAND_REJECTED, reason: REASON_UNKNOWN_ORDER }]),
    batchOf(3, [{ ...ORDER, kind: EVENT_ORDER_STATUS }]),
    batchOf(4, []),
  ];

  assert.equal(await writeBatches(writer, batches), 4);
  assert.equal(writer.position(), 4);
  const [count] = await database.query(
    "SELECT (SELECT count(*) FROM executions) + (SELECT count(*) FROM orders) AS rows",
  );
  assert.equal(count?.["rows"], 0);
});

writerTest(
  "a batch beyond 65536 events keeps its true indexes and is one transaction",
  async () => {
    const trades = Array.from({ length: 70_000 }, (_, index) => ({
      ...ORDER,
      kind: EVENT_TRADED,
      orderId: 1 + (index % 2),
      tradeId: index + 1,
      cumQtyLots: index,
    }));
    const taker = { ...ACCEPTED, orderId: 2 };
    await writeBatches(writer, [batchOf(1, [ACCEPTED]), batchOf(2, [taker, ...trades])]);

    const [found] = await database.query(
      `SELECT count(*), max(event_index), count(*) FILTER (WHERE trade_id = event_index) AS in_place
     FROM executions WHERE sequence = 2`,
    );
    assert.deepEqual(found, { count: 70_001, max: 70_000, in_place: 70_001 });
    const orders = await database.query("SELECT cum_qty_lots FROM orders ORDER BY order_id");
    assert.deepEqual(orders, [{ cum_qty_lots: 69_998 }, { cum_qty_lots: 69_999 }]);
  },
);

writerTest("integers up to 2^53 - 1 and unsigned 32-bit ids arrive exactly", async () => {
  const big = {
    ...ACCEPTED,
    accountId: 0xffff_ffff,
    instrumentId: 0x8000_0001,
    orderId: Number.MAX_SAFE_INTEGER,
    orderQtyLots: Number.MAX_SAFE_INTEGER - 1,
    priceTicks: -2_147_483_648,
    reason: 0xffff,
  };
  await writeBatches(writer, [batchOf(1, [big])]);

  const [row] = await database.query(
    `SELECT e.account_id, e.instrument_id, o.order_id, o.order_qty_lots, e.price_ticks, e.reason
     FROM executions e JOIN orders o USING (sequence)`,
  );
  assert.deepEqual(Object.values(row ?? {}), [
    0xffff_ffff,
    0x8000_0001,
    Number.MAX_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER - 1,
    -2_147_483_648,
    0xffff,
  ]);
});

writerTest("any 16 bytes of client order id are stored, printable or not", async () => {
  const uuid = "0189aBcd-0000-7000-8000-0123456789ab";
  const first = batchOf(1, [ACCEPTED]);
  const second = batchOf(2, [{ ...ACCEPTED, orderId: 2 }]);
  encodeClOrdId(uuid, new Uint8Array(first.buffer), EVENT_CL_ORD_ID_WORD * 4);
  const odd = [0xff, 0x80, 0x22, 0x5c, 0x0a, 0x09, 0x2c, 0x27];
  new Uint8Array(second.buffer).set(odd, EVENT_CL_ORD_ID_WORD * 4);
  await writeBatches(writer, [first, second]);

  const rows = await database.query("SELECT cl_ord_id FROM orders ORDER BY order_id");
  assert.deepEqual(rows, [{ cl_ord_id: uuid.toLowerCase() }, { cl_ord_id: "\xff\x80\"\\\n\t,'" }]);
});

writerTest("batches given again are skipped, before and after a restart", async () => {
  const batches = new RandomMarket(11).batches(600);
  await writeBatches(writer, batches);
  const once = await tableDigest(database);

  await writeBatches(writer, batches);
  for (const words of batches) writer.add(words, 0, words.length);
  assert.equal(writer.gatheredRows, 0);
  const reopened = await HistoryWriter.open(database);
  await writeBatches(reopened, batches);

  assert.equal(reopened.position(), 600);
  assert.equal(await tableDigest(database), once);
});

writerTest("the tables do not depend on where the flushes fall", async () => {
  const batches = new RandomMarket(12).batches(900);
  await writeBatches(writer, batches);
  const atOnce = await tableDigest(database);

  await dropSchema(database);
  writer = await HistoryWriter.open(database);
  for (const [index, words] of batches.entries()) {
    writer.add(words, 0, words.length);
    if (index % 7 === 0) await writer.flush();
  }
  await writer.flush();

  assert.equal(await tableDigest(database), atOnce);
});

writerTest("a missing command is refused, and nothing after it is gathered", async () => {
  const [first, , third] = new RandomMarket(13).batches(3);
  writer.add(first, 0, first.length);

  assert.throws(() => writer.add(third, 0, third.length), {
    code: HISTORY_GAP,
    message: /expected the events of command 2 next, found those of 3/,
  });
  assert.equal(await writer.flush(), 1);
});

writerTest("a batch without its end mark, or with a wrong count in it, is a bug", () => {
  const words = batchOf(1, [ACCEPTED, ACCEPTED]);

  assert.throws(() => writer.add(words, 0, 2 * EVENT_WORDS), /closed by its end mark/);
  assert.throws(() => writer.add(words, EVENT_WORDS, words.length), /events are in order/);
});

writerTest("a flush that the database refuses changes nothing and can be tried again", async () => {
  const batches = new RandomMarket(14).batches(300);
  await writeBatches(writer, batches);
  const expected = await tableDigest(database);
  const [newest] = await database.query("SELECT max(order_id) AS order_id FROM orders");

  await dropSchema(database);
  writer = await HistoryWriter.open(database);
  await writeBatches(writer, batches.slice(0, 150));
  // The newest order of the second half collides with this row.
  await database.execute(
    `INSERT INTO orders
     SELECT 999999, 0, 0, 0, 0, 0, ${newest?.["order_id"]}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', 0`,
  );
  const before = await tableDigest(database);
  await assert.rejects(writeBatches(writer, batches), { code: HISTORY_DATABASE });
  assert.equal(writer.position(), 150);
  assert.equal(await tableDigest(database), before);

  await database.execute("DELETE FROM orders WHERE sequence = 999999");
  assert.equal(await writer.flush(), 300);
  assert.equal(await tableDigest(database), expected);
});

writerTest("an order that changes but is not in the tables stops the writer", async () => {
  await writeBatches(writer, [batchOf(1, [ACCEPTED])]);
  await database.execute("DELETE FROM orders");
  const filled = { ...ORDER, kind: EVENT_TRADED, cumQtyLots: 100, leavesQtyLots: 0, tradeId: 1 };

  await assert.rejects(writeBatches(writer, [batchOf(2, [filled])]), {
    code: HISTORY_DIVERGED,
    message: /expected 1 orders to change, found 0/,
  });
  const [executions] = await database.query("SELECT count(*) FROM executions");
  assert.equal(executions?.["count"], 1);
});

writerTest("a second writer of the same tables is found out before it writes twice", async () => {
  const other = await HistoryWriter.open(database);
  await writeBatches(writer, [batchOf(1, [])]);

  await assert.rejects(writeBatches(other, [batchOf(1, [])]), {
    code: HISTORY_DIVERGED,
    message: /expected 1 rows with position 0, found 0/,
  });
});

writerTest(
  "a block of the log beyond the bound of rows is gathered and written whole",
  async () => {
    const batches = new RandomMarket(16).batches(16_000);
    for (const words of batches) writer.add(words, 0, words.length);
    assert.ok(writer.gatheredRows > GATHERED_ROWS_MAX);
    await writer.flush();
    assert.equal(writer.gatheredRows, 0);
    const whole = await tableDigest(database);

    await dropSchema(database);
    writer = await HistoryWriter.open(database);
    for (let from = 0; from < batches.length; from += 4000) {
      await writeBatches(writer, batches.slice(from, from + 4000));
    }
    assert.equal(await tableDigest(database), whole);
  },
);

writerTest("the benchmark runs at a small size and its tables repeat from the seed", async () => {
  const size = { events: 300, eventsPerFlush: 100, seed: 1 };
  await dropSchema(database);
  const first = await benchmarkWriter(database, size);
  await dropSchema(database);
  const second = await benchmarkWriter(database, size);

  assert.equal(first.tableSha256, second.tableSha256);
  assert.ok(first.events >= 300 && first.flushes >= 3);
});
