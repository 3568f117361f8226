import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BURST_REST_MILLIS_MAX,
  HistoryPace,
  type HistoryRound,
  LAG_COMMANDS_MIN,
  REST_MILLIS_MAX,
} from "./history-pace.ts";

const OVERRUN: HistoryRound = {
  workMillis: 600,
  writtenCommands: 6000,
  arrivedCommands: 30_000,
  lagCommands: 1_000_000,
};

test("while commands come faster than they are written it rests, a second at a time", () => {
  const pace = new HistoryPace();
  assert.equal(pace.restMillis(OVERRUN), REST_MILLIS_MAX);
  assert.equal(pace.onRested(REST_MILLIS_MAX, 10_001), REST_MILLIS_MAX);
  assert.equal(pace.onRested(REST_MILLIS_MAX, 10_001), REST_MILLIS_MAX);
  assert.equal(pace.onRested(REST_MILLIS_MAX, 10_000), 0, "no more than it writes by itself");
});

test("a rest that was cut short is judged by its own length", () => {
  const pace = new HistoryPace();
  assert.equal(pace.restMillis(OVERRUN), REST_MILLIS_MAX);
  assert.equal(pace.onRested(100, 1001), REST_MILLIS_MAX);
  assert.equal(pace.onRested(100, 1000), 0);
});

test("it does not rest while it keeps up, catches up or has little to write", () => {
  const pace = new HistoryPace();
  assert.equal(pace.restMillis({ ...OVERRUN, arrivedCommands: 6000 }), 0);
  assert.equal(pace.restMillis({ ...OVERRUN, arrivedCommands: 0 }), 0);
  assert.equal(pace.restMillis({ ...OVERRUN, lagCommands: LAG_COMMANDS_MIN - 1 }), 0);
});

test("one burst has so much rest and no more, until the history has caught up", () => {
  const pace = new HistoryPace();
  const restOf = (seconds: number): number => {
    let restedMillis = pace.restMillis(OVERRUN);
    for (let n = 1; n < seconds; n++) restedMillis += pace.onRested(REST_MILLIS_MAX, 30_000);
    return restedMillis;
  };
  assert.equal(restOf(1000), BURST_REST_MILLIS_MAX);
  assert.equal(pace.restMillis({ ...OVERRUN, arrivedCommands: 0 }), 0);
  assert.equal(restOf(1), 0, "a lull alone is not the end of the burst");
  assert.equal(pace.restMillis({ ...OVERRUN, lagCommands: 0 }), 0);
  assert.equal(restOf(1), REST_MILLIS_MAX);
});
