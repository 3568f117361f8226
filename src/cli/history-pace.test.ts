import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BURST_REST_MILLIS_MAX,
  HistoryPace,
  type HistoryRound,
  LAG_COMMANDS_MIN,
  REST_FACTOR,
  REST_MILLIS_MAX,
} from "./history-pace.ts";

const OVERRUN: HistoryRound = {
  workMillis: 100,
  writtenCommands: 5000,
  arrivedCommands: 30_000,
  lagCommands: 1_000_000,
};

test("while commands come faster than they are written, it rests a multiple of its work", () => {
  const pace = new HistoryPace();
  assert.equal(pace.restMillis(OVERRUN), REST_FACTOR * 100);
  assert.equal(pace.onRested(REST_FACTOR * 100, 100_000), 0, "that was the whole of it");
});

test("a long rest is in parts, and ends with the burst", () => {
  const pace = new HistoryPace();
  const long = { ...OVERRUN, workMillis: 600, writtenCommands: 6000 };
  assert.equal(pace.restMillis(long), REST_MILLIS_MAX);
  assert.equal(pace.onRested(REST_MILLIS_MAX, 10_001), REST_MILLIS_MAX);
  assert.equal(pace.onRested(REST_MILLIS_MAX, 10_001), REST_FACTOR * 600 - 2 * REST_MILLIS_MAX);
  assert.equal(pace.onRested(400, 10_001), 0);
  assert.equal(pace.restMillis(long), REST_MILLIS_MAX);
  assert.equal(pace.onRested(REST_MILLIS_MAX, 10_000), 0, "no more than it writes by itself");
});

test("it does not rest while it keeps up, catches up or has little to write", () => {
  const pace = new HistoryPace();
  assert.equal(pace.restMillis({ ...OVERRUN, arrivedCommands: 5000 }), 0);
  assert.equal(pace.restMillis({ ...OVERRUN, arrivedCommands: 0 }), 0);
  assert.equal(pace.restMillis({ ...OVERRUN, lagCommands: LAG_COMMANDS_MIN - 1 }), 0);
});

test("one burst has so much rest and no more, until the history has caught up", () => {
  const pace = new HistoryPace();
  const restOf = (rounds: number): number => {
    let restedMillis = 0;
    for (let n = 0; n < rounds; n++) restedMillis += pace.restMillis(OVERRUN);
    return restedMillis;
  };
  assert.equal(restOf(10_000), BURST_REST_MILLIS_MAX);
  assert.equal(pace.restMillis({ ...OVERRUN, arrivedCommands: 0 }), 0);
  assert.equal(restOf(1), 0, "a lull alone is not the end of the burst");
  assert.equal(pace.restMillis({ ...OVERRUN, lagCommands: 0 }), 0);
  assert.equal(restOf(1), REST_FACTOR * 100);
});
