import assert from "node:assert/strict";
import { test } from "node:test";
import { setPhaseRecord } from "../codec/market-record-for-test.ts";
import { TestSession } from "../exchange/exchange-for-test.ts";
import { PHASE_CONTINUOUS, PHASE_OPENING_CALL } from "../model/phase.ts";
import { startTestGateway } from "./gateway-for-test.ts";

test("an instrument's phase and what its call would trade are public, in decimals", async (t) => {
  const gateway = await startTestGateway(t);
  const operator = new TestSession(gateway.exchange);
  const socket = await gateway.connect(0);
  await socket.ask({ op: "subscribe", streams: ["status:BTC-USD", "trades:BTC-USD"] });
  assert.equal(socket.ofStream("status:BTC-USD")[0]?.["phase"], "continuous");

  operator.enter(setPhaseRecord({ phase: PHASE_OPENING_CALL, nextPhase: PHASE_CONTINUOUS }));
  await gateway.enter({ price: "100.5", orderQty: "2" });
  await gateway.enter({ side: "sell", price: "99", orderQty: "0.5" }, 2);
  const told = await socket.until(({ indication }) => indication !== null && indication);
  const { sequence, transactTime, stream, type, ...fields } = told;
  assert.deepEqual([stream, type], ["status:BTC-USD", "status"]);
  assert.deepEqual(fields, {
    symbol: "BTC-USD",
    phase: "openingCall",
    reason: "PHASE_SET",
    endTime: null,
    nextPhase: "continuous",
    extensions: 0,
    collar: null,
    indication: { price: "100.50", matchedQty: "0.500", surplusQty: "1.500", surplusSide: "buy" },
  });
  const asked = await gateway.ask("GET", "/instruments/BTC-USD/status", undefined, 0);
  assert.deepEqual(asked.json, { sequence, transactTime, ...fields });

  operator.enter(setPhaseRecord({ phase: PHASE_CONTINUOUS }));
  const trade = await socket.until(({ type: kind }) => kind === "trade");
  assert.equal(trade["auction"], true);
  const open = await socket.until(
    ({ phase, sequence: at }) => phase === "continuous" && at > sequence,
  );
  assert.equal(open["indication"], null);
});
