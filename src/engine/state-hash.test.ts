import assert from "node:assert/strict";
import { test } from "node:test";
import { newRecord, newWithTermsRecord } from "../codec/record-for-test.ts";
import { EXEC_INST_HIDDEN } from "../model/exec-inst.ts";
import { ORD_TYPE_STOP } from "../model/ord-type.ts";
import { STP_CANCEL_BOTH, TRIGGER_QUOTE } from "../model/order-terms.ts";
import { SIDE_BUY } from "../model/side.ts";
import { RecordedEngine } from "./engine-for-test.ts";

const BUY = { clOrdId: "b1", side: SIDE_BUY, orderQtyLots: 1 };

function hidden(priceTicks: number) {
  return newRecord({ ...BUY, priceTicks, execInst: EXEC_INST_HIDDEN });
}

function stop(stopPxTicks: number) {
  return newWithTermsRecord({ ...BUY, ordType: ORD_TYPE_STOP, terms: { stopPxTicks } });
}

test("orders out of sight count in the state's hash, each with its price", () => {
  const hashes = [hidden(98), hidden(99), stop(105), stop(106)].map((record) => {
    const recorded = new RecordedEngine();
    recorded.list();
    recorded.apply(record);
    return recorded.engine.stateHash();
  });
  assert.equal(new Set(hashes).size, hashes.length);
});

test("what orders ask for counts in the state's hash, where their queues look alike", () => {
  const terms = [
    { stopPxTicks: 105 },
    { stopPxTicks: 105, protectionTicks: 1 },
    { stopPxTicks: 105, triggerSource: TRIGGER_QUOTE },
    { stopPxTicks: 105, stpMode: STP_CANCEL_BOTH },
  ];
  const hashes = terms.map((each) => {
    const recorded = new RecordedEngine();
    recorded.list();
    recorded.apply(newWithTermsRecord({ ...BUY, ordType: ORD_TYPE_STOP, terms: each }));
    return recorded.engine.stateHash();
  });
  assert.equal(new Set(hashes).size, hashes.length);
});
