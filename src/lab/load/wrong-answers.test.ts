// Servers that answer wrongly in one way each, and what a load says of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startFaultyServer } from "./faulty-server-for-test.ts";
import { ANSWER_ID_WORD, ANSWER_LOTS_WORD, ANSWER_ORDER_ID_WORD } from "./lab-record.ts";
import type { LoadOptions } from "./load-options.ts";
import { USUAL_MIX } from "./mix.ts";
import { runLoad } from "./run-load.ts";

const SHORT: Omit<LoadOptions, "drive"> = {
  lap: { kind: "mix", mix: { ...USUAL_MIX, commands: 500 } },
  pace: { kind: "open", shape: "poisson", perSecond: 500, burstSize: 1 },
  connections: 1,
  threads: 1,
  warmUpSeconds: 0,
  seconds: 0.4,
  seed: 1,
};

const FAULTS: readonly [what: string, word: number, value: number, found: RegExp][] = [
  [
    "the request's id",
    ANSWER_ID_WORD,
    0xdead_beef,
    /expected .*request 49, .*, found .*request 3735928559/,
  ],
  [
    "the order's id",
    ANSWER_ORDER_ID_WORD,
    -1,
    /\(.* (\d+)\): .*order \1, found .*order 4294967295$/,
  ],
  [
    "lots beyond 2^31",
    ANSWER_LOTS_WORD,
    -5,
    /expected .*lots \d+, .*found status 0, lots 4294967291/,
  ],
];
for (const [what, word, value, found] of FAULTS) {
  test(`an answer with another one of ${what} is wrong, and told`, async () => {
    const server = await startFaultyServer((answer, count) => {
      if (count === 50) answer[word] = value;
      return [answer];
    });
    const { wrong, firstWrong } = await runLoad({ ...SHORT, drive: server.drive });
    server.close();
    assert.equal(wrong, 1);
    assert.match(firstWrong, /^command 49 of the lap/);
    assert.match(firstWrong, found);
  });
}
