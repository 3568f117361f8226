// Outputs of real machines: this one (perf 6.1, a guest without a PMU), and lines that others have
// published of theirs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePerfStat, ratesOf } from "./perf-stat.ts";

const WITHOUT_PMU = `<not supported>,,cycles,0,100.00,,
<not supported>,,LLC-load-misses,0,100.00,,
85.28,msec,task-clock,85280794,100.00,0.502,CPUs utilized
21,,context-switches,85280794,100.00,246.245,/sec
<not counted>,ns,user_time,0,100.00,,
event syntax error: 'slots'
`;

test("a guest without counters: not supported and not counted are no numbers", () => {
  const counters = parsePerfStat(WITHOUT_PMU);
  assert.deepEqual(
    counters.map(({ event, value, text }) => [event, value, text]),
    [
      ["cycles", undefined, "not supported"],
      ["LLC-load-misses", undefined, "not supported"],
      ["task-clock", 85.28, "85.28"],
      ["context-switches", 21, "21"],
      ["user_time", undefined, "not counted"],
    ],
  );
  assert.equal(ratesOf(counters).instructionsPerCycle, undefined);
});

test("repetitions put their spread, intervals their time into the line", () => {
  const [repeated] = parsePerfStat("1000,,instructions,2.41%,85280794,75.50,,\n");
  assert.deepEqual([repeated.value, repeated.countedShare], [1000, 0.755]);
  const [timed] = parsePerfStat("     0.100123456,2038327,,msr/tsc/,835739,100.00,,\n");
  assert.deepEqual([timed.event, timed.value], ["msr/tsc/", 2038327]);
});

/** A build on a server with top-down slots, five runs, as a kernel patch's discussion shows it. */
const TOP_DOWN = `
  8,743,357,421,495      cycles                    #    2.848 GHz                      ( +-  0.06% )
  7,643,946,991,468      instructions              #    0.88  insn per cycle           ( +-  0.00% )
  1,705,128,638,240      branches                  #  555.440 M/sec                    ( +-  0.00% )
     37,637,576,027      branch-misses             #    2.21% of all branches          ( +-  0.03% )
 22,511,903,971,150      slots                     #    7.333 G/sec                    ( +-  0.03% )
  7,377,211,958,188      topdown-retiring          #     32.5% retiring                ( +-  0.02% )
  3,145,247,374,138      topdown-bad-spec          #     13.9% bad speculation         ( +-  0.27% )
  8,018,664,899,041      topdown-fe-bound          #     35.2% frontend bound          ( +-  0.07% )
  4,167,103,609,622      topdown-be-bound          #     18.3% backend bound           ( +-  0.09% )

             60.114 +- 0.112 seconds time elapsed  ( +-  0.19% )
`;

test("top-down metrics are shares of the slots, as perf itself says beside them", () => {
  const rates = ratesOf(parsePerfStat(TOP_DOWN));
  assert.equal(rates.instructionsPerCycle?.toFixed(2), "0.87");
  assert.equal(rates.mispredictShare?.toFixed(4), "0.0221");
  assert.equal(rates.backEnd?.toFixed(3), "0.185");
  assert.equal(rates.frontEnd?.toFixed(3), "0.356");
});

/** A tree benchmark on an older server: more events than counters, each counted half the time. */
const MULTIPLEXED = `
         10,069.68 msec task-clock                #    0.915 CPUs utilized
    41,658,655,712      cycles                    #    4.137 GHz      (49.99%)
     2,785,254,190      instructions              #    0.07  insn per cycle      (49.99%)
       285,332,547      cache-misses              #   41.979 % of all cache refs      (49.99%)
   <not supported>      stalled-cycles-frontend
       131,509,984      branch-misses             #   15.55% of all branches      (50.00%)
`;

test("multiplexed counters say for which share of the time they were counted", () => {
  const counters = parsePerfStat(MULTIPLEXED);
  const cycles = counters.find(({ event }) => event === "cycles");
  assert.deepEqual([cycles?.value, cycles?.countedShare], [41_658_655_712, 0.4999]);
  assert.equal(counters.length, 6);
  const rates = ratesOf(counters);
  assert.equal(rates.instructionsPerCycle?.toFixed(3), "0.067");
  assert.equal(rates.lastLevelMissesPerKilo?.toFixed(0), "102");
  assert.equal(rates.backEnd, undefined);
});

test("memory's part of the back end is told where the machine tells it, else stalls", () => {
  const slots = "100,,slots,1,100.00,,\n60,,topdown-be-bound,1,100.00,,\n";
  assert.equal(ratesOf(parsePerfStat(slots)).memoryBound, undefined);
  const newer = ratesOf(parsePerfStat(`${slots}45,,topdown-mem-bound,1,100.00,,\n`));
  assert.deepEqual([newer.backEnd, newer.memoryBound], [0.6, 0.45]);
  const older = "200,,cycles,1,100.00,,\n50,,stalled-cycles-frontend,1,100.00,,\n";
  assert.deepEqual(ratesOf(parsePerfStat(older)).frontEnd, 0.25);
});
