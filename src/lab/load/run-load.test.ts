import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { startTarget } from "../target/target.ts";
import { parseDrive } from "../target/target-spec.ts";
import { RECORD_BYTES } from "./lab-record.ts";
import type { LoadOptions } from "./load-options.ts";
import { USUAL_MIX } from "./mix.ts";
import { runLoad } from "./run-load.ts";

const SHORT: Omit<LoadOptions, "drive"> = {
  lap: { kind: "mix", mix: { ...USUAL_MIX, commands: 500 } },
  pace: { kind: "open", shape: "poisson", perSecond: 500, burstSize: 1 },
  connections: 1,
  threads: 1,
  warmUpSeconds: 0.1,
  seconds: 0.4,
  seed: 1,
  drainSeconds: 60, // These tests are about answers, not about this machine's speed.
};

for (const text of ["engine:inprocess", "engine:ring", "engine:unix", "engine:tcp"]) {
  test(`every planned order is answered, and answered right, by ${text}`, async () => {
    const drive = parseDrive(text);
    assert.ok(drive !== undefined);
    const target = await startTarget({ text, drive });
    try {
      const connections = text === "engine:tcp" ? 3 : 1;
      const result = await runLoad({ ...SHORT, connections, drive: target.drive });
      assert.equal(result.failure, "");
      assert.equal(result.wrong, 0, result.firstWrong);
      assert.equal(result.answered, result.planned);
      assert.equal(result.unanswered, 0);
      assert.ok(Math.abs(result.planned - 200) < 60, `${result.planned} planned`);
      assert.equal(LatencyHistogram.fromRecord(result.response).count, result.answered);
    } finally {
      await target.stop();
    }
  });
}

test("a load leaves the books empty, so that the next one begins as it did", async () => {
  const drive = parseDrive("engine:unix");
  assert.ok(drive !== undefined);
  const target = await startTarget({ text: "engine:unix", drive });
  try {
    for (let round = 0; round < 2; round++) {
      const result = await runLoad({ ...SHORT, seconds: 0.2, drive: target.drive });
      assert.equal(result.wrong, 0, result.firstWrong);
    }
    const filled = { ...SHORT, seconds: 0.2, restingOrders: 300, drive: target.drive };
    assert.equal((await runLoad(filled)).wrong, 0);
  } finally {
    await target.stop();
  }
});

test("a closed loop keeps its orders in flight and no more", async () => {
  const pace = { kind: "closed", inFlight: 4 } as const;
  const result = await runLoad({ ...SHORT, pace, drive: { kind: "engine" } });
  assert.equal(result.wrong, 0, result.firstWrong);
  assert.ok(result.inFlightMean <= 4);
  assert.ok(result.answered > 0);
});

test("a server that loses trades is caught by its first wrong answer", async () => {
  const liar = createServer((socket) => {
    // Says "done, no lots" to everything: right for orders that rest, wrong for the first trade.
    socket.on("data", (chunk: Buffer) => {
      for (let at = 0; at + RECORD_BYTES <= chunk.length; at += RECORD_BYTES) {
        const answer = Buffer.alloc(RECORD_BYTES);
        chunk.copy(answer, 0, at, at + 4);
        socket.write(answer);
      }
    });
  });
  await new Promise<void>((resolve) => liar.listen(0, "127.0.0.1", resolve));
  const { port } = liar.address() as { port: number };
  const address = { host: "127.0.0.1", port };
  const result = await runLoad({ ...SHORT, drive: { kind: "record", address } });
  liar.close();
  assert.ok(result.wrong > 0);
  assert.match(result.firstWrong, /expected status 0, [1-9]\d* lots, found 0, 0/);
});
