import assert from "node:assert/strict";
import { test } from "node:test";
import { BURST_COMMANDS_FACTOR, BURST_COMMANDS_PER_SECOND, SnapshotPace } from "./snapshot-pace.ts";

const EVERY = 2000;

test("a snapshot is due after as many commands as were asked for, not one earlier", () => {
  const pace = new SnapshotPace(EVERY, 0);
  assert.equal(pace.isDue(EVERY - 1), false);
  assert.equal(pace.isDue(EVERY), true);
});

test("in a burst a snapshot waits, five times as long at most, and not beyond the burst", () => {
  const pace = new SnapshotPace(EVERY, 7);
  let sequence = 7 + BURST_COMMANDS_PER_SECOND;
  pace.onSecond(sequence);
  assert.equal(pace.isDue(EVERY), true, "so many a second are no burst yet");
  sequence += BURST_COMMANDS_PER_SECOND + 1;
  pace.onSecond(sequence);
  assert.equal(pace.isDue(EVERY * BURST_COMMANDS_FACTOR - 1), false);
  assert.equal(pace.isDue(EVERY * BURST_COMMANDS_FACTOR), true);
  pace.onSecond(sequence);
  assert.equal(pace.isDue(EVERY), true, "the burst is over");
});
