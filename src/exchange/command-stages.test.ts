import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandStages } from "./command-stages.ts";

test("times of commands are kept from when somebody wants them, and not before", () => {
  let now = 0;
  const clock = { nowMicros: () => 0, nowNanos: () => ++now, after: () => () => {} };
  const stages = new CommandStages(clock);
  const pass = (sequence: number): void => {
    if (!stages.isOn) return;
    stages.onSequenced(sequence);
    stages.onMatched(sequence);
  };
  pass(1);
  const unwant = stages.want();
  stages.ingressNanos = stages.arrival();
  pass(2);
  stages.ingressNanos = 0;
  pass(3);
  stages.onDurable(2);
  assert.equal(stages.timesOf(1), undefined);
  const [ingressNanos, sequencedNanos, matchedNanos] = [1, 2, 3];
  assert.deepEqual(stages.timesOf(2), {
    ...{ ingressNanos, sequencedNanos, matchedNanos, durableNanos: 6 },
  });
  assert.deepEqual(stages.timesOf(3), {
    ...{ ingressNanos: 4, sequencedNanos: 4, matchedNanos: 5, durableNanos: 0 },
  });
  unwant();
  unwant();
  assert.equal(stages.isOn, false);
  pass(4);
  const again = stages.want();
  assert.equal(stages.timesOf(3), undefined, "they may have become durable meanwhile");
  pass(5);
  stages.onDurable(5);
  assert.equal(stages.timesOf(5)?.durableNanos, 9);
  assert.equal(stages.timesOf(6), undefined);
  again();
});
