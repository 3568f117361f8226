import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeLap, RECORD_WORDS } from "./lab-record.ts";
import { ANSWER_DONE, LAP_CANCEL, LAP_NEW, LAP_NULL, LAP_REPLACE, undoingLap } from "./lap.ts";
import { mixedLap, nullLap, USUAL_MIX } from "./mix.ts";
import { createRecordEngine } from "./record-engine.ts";

const SMALL = { ...USUAL_MIX, commands: 4000 };

test("our engine gives the reference book's answer to every command, lap after lap", () => {
  const lap = mixedLap(SMALL);
  const requests = encodeLap(lap, 7);
  const answers = new Int32Array(RECORD_WORDS);
  const engine = createRecordEngine();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < lap.commands; i++) {
      engine.answer(requests, i * RECORD_WORDS, answers, 0);
      const found = [...answers.subarray(0, 4)];
      assert.deepEqual(found, [i, lap.statuses[i], lap.orderIds[i], lap.lots[i]], `command ${i}`);
    }
  }
});

test("a lap has the shares it was asked for, trades, and repeats with its seed", () => {
  const lap = mixedLap(SMALL);
  const count = (kind: number) =>
    lap.kinds.subarray(0, 4000).filter((each) => each === kind).length;
  assert.ok(Math.abs(count(LAP_CANCEL) / 4000 - 0.35) < 0.08, `${count(LAP_CANCEL)} cancels`);
  assert.ok(Math.abs(count(LAP_REPLACE) / 4000 - 0.05) < 0.02, `${count(LAP_REPLACE)} replaced`);
  const isTrading = (_: number, i: number) => lap.kinds[i] === LAP_NEW && lap.lots[i] > 0;
  assert.ok(lap.lots.filter(isTrading).length > 500);
  assert.deepEqual(mixedLap(SMALL), lap);
  assert.notDeepEqual(mixedLap({ ...SMALL, seed: 2 }).priceTicks, lap.priceTicks);
});

test("a load that ends inside a lap takes exactly what rests off the book", () => {
  const lap = mixedLap(SMALL);
  const requests = encodeLap(lap, 7);
  const answers = new Int32Array(RECORD_WORDS);
  for (const place of [0, 1, 50, 1777, 3999]) {
    const engine = createRecordEngine();
    for (let i = 0; i < place; i++) engine.answer(requests, i * RECORD_WORDS, answers, 0);
    const undoing = undoingLap(lap, place);
    const cancels = encodeLap(undoing, 7);
    for (let i = 0; i < undoing.commands; i++) {
      engine.answer(cancels, i * RECORD_WORDS, answers, 0);
      assert.equal(answers[1], ANSWER_DONE, `order ${undoing.orderIds[i]} after ${place} commands`);
    }
    // On an empty book the lap begins anew and every answer is right again.
    for (let i = 0; i < lap.commands; i++) {
      engine.answer(requests, i * RECORD_WORDS, answers, 0);
      assert.deepEqual(
        [...answers.subarray(1, 4)],
        [lap.statuses[i], lap.orderIds[i], lap.lots[i]],
      );
    }
  }
});

test("a null lap asks for nothing, and a book may be filled first", () => {
  const nothing = nullLap(10);
  assert.ok(
    nothing.kinds.every((kind) => kind === LAP_NULL),
    "also when it comes again",
  );
  assert.equal(undoingLap(nothing, 5).commands, 0);
  const lap = mixedLap({ ...SMALL, commands: 10, restingOrders: 500 });
  assert.ok(lap.kinds.subarray(0, 500).every((kind) => kind === LAP_NEW));
  assert.ok(lap.lots.subarray(0, 500).every((lots) => lots === 0));
  assert.ok(lap.commands >= 1000, "what rests is canceled at the end");
});
