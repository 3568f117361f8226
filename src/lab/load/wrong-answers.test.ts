// Servers that answer wrongly in one way each, and what a load says of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { startFaultyServer } from "./faulty-server-for-test.ts";
import { ANSWER_ID_WORD, ANSWER_LOTS_WORD, ANSWER_ORDER_ID_WORD } from "./lab-record.ts";
import type { LoadOptions } from "./load-options.ts";
import { loadText } from "./load-text.ts";
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

test("an answer that comes twice is wrong, and nothing is counted below zero", async () => {
  const server = await startFaultyServer((answer, count) => {
    return count === 100 ? [answer, answer] : [answer];
  });
  let least = 0;
  const result = await runLoad(
    { ...SHORT, drive: server.drive },
    {
      onProgress(progress) {
        least = Math.min(least, progress.planned - progress.answered);
      },
    },
  );
  server.close();
  assert.equal(result.unanswered, 0);
  assert.equal(least, 0);
  assert.ok(result.answered <= result.planned);
  // Where nothing was in flight when it came, no request is left for it.
  assert.match(result.firstWrong, /^(command 100 .* found .*|an answer that no .*) request 99/);
});

test("requests that nobody answers count with what they waited, also those not sent", async () => {
  const server = await startFaultyServer((answer, count) => (count <= 100 ? [answer] : []));
  const options = { ...SHORT, drainSeconds: 0.1, lateSeconds: 0.1, drive: server.drive };
  const result = await runLoad(options);
  server.close();
  assert.equal(result.answered, 100);
  assert.equal(result.answered + result.unanswered, result.planned);
  const response = LatencyHistogram.fromRecord(result.response);
  assert.equal(response.count, result.planned);
  assert.ok(response.percentile(0.9) >= 0.2e9, "of 200 in 0.4 s the last 100 waited on");
  assert.match(loadText(result), /NOT ALL WAS ANSWERED: \d+ requests got no answer/);
  assert.match(loadText(result), /^max: >= /m);
});

test("a load that its target ends is told by the time that there was", async () => {
  const server = await startFaultyServer((answer, count, socket) => {
    if (count === 300) socket.destroy();
    return [answer];
  });
  const result = await runLoad({ ...SHORT, seconds: 30, drive: server.drive });
  server.close();
  assert.notEqual(result.failure, "");
  assert.ok(result.offeredPerSecond > 250, `${result.offeredPerSecond} of 500 a second`);
});

test("books that cannot be emptied take nothing away from what a load has found", async () => {
  const server = await startFaultyServer((answer, count) => {
    if (count >= 100) answer[ANSWER_ID_WORD] = 0x1234_5678;
    return [answer];
  });
  const result = await runLoad({ ...SHORT, drive: server.drive });
  server.close();
  assert.equal(result.wrong, result.planned - 99);
  assert.match(result.firstWrong, /^command 99 .* found .* request 305419896/);
  assert.match(result.failure, /^the books were not emptied: command 0 of the lap/);
});

test("an interruption ends a load on a silent target, also one that fills books", async () => {
  const server = await startFaultyServer((answer, count) => (count <= 50 ? [answer] : []));
  for (const restingOrders of [undefined, 5000]) {
    const started = performance.now();
    const signal = AbortSignal.timeout(700);
    const load = runLoad({ ...SHORT, seconds: 60, restingOrders, drive: server.drive }, { signal });
    if (restingOrders === undefined) assert.ok((await load).unanswered > 0);
    else await assert.rejects(load, { message: "0 of 5000 orders were taken: interrupted" });
    assert.ok(performance.now() - started < 10_000, "15 s are for who still answers");
  }
  server.close();
});
