// What an engine tells is in the history's tables: lists with several orders in one command, what
// orders ask for, and money.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { RecordBuffer } from "../../src/base/record-buffer.ts";
import { writeDeposit, writeSetAccount } from "../../src/codec/account-command.ts";
import { COMMAND_BYTES_MAX } from "../../src/codec/command.ts";
import { newListRecord, newRecord } from "../../src/codec/record-for-test.ts";
import { RecordedEngine } from "../../src/engine/engine-for-test.ts";
import { PLAIN_TERMS } from "../../src/engine/risk-for-test.ts";
import { LEDGER_DEPOSIT, LEDGER_FEE, LEDGER_TRADE, RISK_CREDIT } from "../../src/model/account.ts";
import { ORD_TYPE_STOP } from "../../src/model/ord-type.ts";
import { LIST_OTOCO, STP_CANCEL_BOTH } from "../../src/model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { EMPTY_DATABASE_FILE } from "../../src/store/empty-database-for-test.ts";
import { HistoryReader } from "../../src/store/history-reader.ts";
import { HistoryWriter } from "../../src/store/history-writer.ts";
import { PgliteDatabase } from "../../src/store/pglite-database.ts";

const ALICE = 1;
const BOB = 2;
const LEGS = [
  { clOrdId: "p", side: SIDE_BUY, orderQtyLots: 10, priceTicks: 100, terms: {} },
  { clOrdId: "t", side: SIDE_SELL, orderQtyLots: 10, priceTicks: 105, terms: {} },
  {
    ...{ clOrdId: "s", side: SIDE_SELL, orderQtyLots: 10, ordType: ORD_TYPE_STOP },
    terms: { stopPxTicks: 95, protectionTicks: 3, stpMode: STP_CANCEL_BOTH },
  },
];

let database: PgliteDatabase;
let writer: HistoryWriter;

before(async () => {
  database = await PgliteDatabase.openInMemory(EMPTY_DATABASE_FILE);
  writer = await HistoryWriter.open(database);
  const recorded = new RecordedEngine();
  const tell = (record?: RecordBuffer) => {
    if (record === undefined) recorded.list();
    else recorded.apply(record);
    const { words, endWord } = recorded.engine.events;
    writer.add(words, 0, endWord);
  };
  tell();
  const list = { accountId: ALICE, listType: LIST_OTOCO, isProRata: true, legs: LEGS };
  tell(operator((record) => writeSetAccount(record, 0, 1, terms())));
  tell(
    operator((record) =>
      writeDeposit(record, 0, 1, { accountId: ALICE, asset: "USD", amount: 5000 }),
    ),
  );
  tell(newListRecord(list));
  tell(newListRecord(list)); // Refused, each leg of it.
  const sell = { clOrdId: "x", side: SIDE_SELL, orderQtyLots: 4, priceTicks: 100 };
  tell(newRecord({ ...sell, accountId: BOB }));
  await writer.flush();
});

after(() => database.close());

function terms() {
  return { ...PLAIN_TERMS, accountId: ALICE, riskMode: RISK_CREDIT, creditLimit: 1_000_000 };
}

function operator(write: (record: RecordBuffer) => void): RecordBuffer {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  write(record);
  return record;
}

test("each order of a list is in the history, and pages end between any two of them", async () => {
  const reader = new HistoryReader(database);
  const seen: string[] = [];
  let before = { beforeSequence: Number.MAX_SAFE_INTEGER, beforeIndex: 0 };
  for (;;) {
    const query = { accountId: ALICE, instrumentId: 0, rowsMax: 2, ...before };
    const { rows } = await reader.orders(query);
    for (const { clOrdId, orderId, leavesQtyLots } of rows) {
      seen.push(`${clOrdId} ${orderId === 0 ? "refused" : leavesQtyLots}`);
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    before = { beforeSequence: last.sequence, beforeIndex: last.index };
  }
  const refused = ["s refused", "t refused", "p refused"];
  assert.deepEqual(seen, ["#6 4", "#5 4", ...refused, "s 6", "t 6", "p 6"]);
});

test("what an order asked for is kept with it", async () => {
  const rows = await database.query(
    `SELECT order_id, stop_px_ticks, protection_ticks, stp_mode FROM order_terms
     WHERE stop_px_ticks <> 0 ORDER BY sequence, event_index`,
  );
  const stop = { stop_px_ticks: 95, protection_ticks: 3, stp_mode: STP_CANCEL_BOTH };
  assert.deepEqual(
    rows.map((row) => ({ ...row, order_id: Number(row["order_id"]) })),
    [
      { order_id: 3, ...stop },
      { order_id: 6, ...stop },
    ],
  );
});

test("every change of a balance is kept, with what it was for", async () => {
  const rows = await database.query(
    `SELECT ledger_type, asset, amount, balance, order_id FROM ledger
     WHERE account_id = ${ALICE} ORDER BY sequence, event_index`,
  );
  assert.deepEqual(
    rows
      .filter((row) => Number(row["ledger_type"]) !== LEDGER_FEE)
      .map((row) => Object.values(row).map(String)),
    [
      [String(LEDGER_DEPOSIT), "USD", "5000", "5000", "0"],
      [String(LEDGER_TRADE), "USD", "-400", "4600", "1"],
    ],
  );
});
