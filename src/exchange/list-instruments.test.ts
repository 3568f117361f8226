import assert from "node:assert/strict";
import { test } from "node:test";
import { TEST_INSTRUMENT } from "../engine/engine-for-test.ts";
import { openTestExchange } from "./exchange-for-test.ts";
import { listInstruments } from "./list-instruments.ts";

const OTHER = { ...TEST_INSTRUMENT, instrumentId: 2, symbol: "ABC" };

test("instruments are listed durably, those that are listed already are left alone", async (t) => {
  const { exchange, directory } = await openTestExchange(t);
  await listInstruments(exchange, [TEST_INSTRUMENT]);
  assert.deepEqual(exchange.instruments(), [TEST_INSTRUMENT]);
  await listInstruments(exchange, [TEST_INSTRUMENT, OTHER]);
  assert.deepEqual(exchange.instruments(), [TEST_INSTRUMENT, OTHER]);
  assert.equal(exchange.health().durableSequence, 2);
  await exchange.stop();
  const again = await openTestExchange(t, { directory });
  assert.deepEqual(again.exchange.instruments(), [TEST_INSTRUMENT, OTHER]);
});

test("a log that fails under the listing rejects with the disk's error", async (t) => {
  const { exchange, disk } = await openTestExchange(t);
  disk.fail("write", ".log", "ENOSPC");
  await assert.rejects(listInstruments(exchange, [TEST_INSTRUMENT]), {
    code: "LOG_WRITE_FAILED",
    message: /00000001\.log, byte 0: .*ENOSPC/,
  });
});

test("a refused listing rejects with the symbol and the reason", async (t) => {
  const { exchange } = await openTestExchange(t);
  const unsound = { ...TEST_INSTRUMENT, orderQtyLotsMin: 0 };
  await assert.rejects(listInstruments(exchange, [unsound]), /XYZ: .*INSTRUMENT_TERMS/);
  await exchange.stop();
  await assert.rejects(listInstruments(exchange, [OTHER]), /ABC: .*STOPPED/);
});
