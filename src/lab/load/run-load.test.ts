import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startTestGateway } from "../../gateway/gateway-for-test.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { startTarget } from "../target/target.ts";
import { parseDrive } from "../target/target-spec.ts";
import { encodeLap, RECORD_BYTES } from "./lab-record.ts";
import { createLoadMeter } from "./load-meter.ts";
import type { Drive, LoadOptions } from "./load-options.ts";
import { mergeReports } from "./load-result.ts";
import { nullLap, USUAL_MIX } from "./mix.ts";
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

for (const layer of ["inprocess", "ring", "unix", "tcp", "udp"]) {
  const text = `engine:${layer}`;
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

test("a recording is played to a server whose protocol nobody knows", async () => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-bytes-"));
  const recording = join(folder, "two-orders.bin");
  const lap = encodeLap(nullLap(1), 1);
  const message = Buffer.alloc(4 + RECORD_BYTES);
  message.writeUInt32LE(RECORD_BYTES);
  Buffer.from(lap.buffer).copy(message, 4);
  writeFileSync(recording, Buffer.concat([message, message]));
  const target = await startTarget({ text: "engine:tcp", drive: parseEngine("engine:tcp") });
  try {
    assert.ok(target.drive.kind === "record");
    const { address } = target.drive;
    const drive = { kind: "bytes", address, recording: `${recording}:${RECORD_BYTES}` } as const;
    const lap = { kind: "null", commands: 100 } as const;
    const result = await runLoad({ ...SHORT, lap, drive });
    assert.equal(result.failure, "");
    assert.equal(result.answered, result.planned);
  } finally {
    await target.stop();
    rmSync(folder, { recursive: true });
  }
});

/** The example of docs/lab.md, as it stands there. */
test("the driver that the documentation shows answers every order", async () => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-module-"));
  const path = join(folder, "driver.mjs");
  const page = readFileSync(new URL("../../../docs/lab.md", import.meta.url), "utf8");
  const [, example = ""] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  writeFileSync(path, example);
  const result = await runLoad({ ...SHORT, drive: { kind: "module", path, argument: "" } });
  rmSync(folder, { recursive: true });
  assert.equal(result.wrong, 0, result.firstWrong);
  assert.equal(result.answered, result.planned);
});

function parseEngine(text: string) {
  const drive = parseDrive(text);
  assert.ok(drive !== undefined);
  return drive;
}

test("a closed loop keeps its orders in flight and no more", async () => {
  const pace = { kind: "closed", inFlight: 4 } as const;
  const result = await runLoad({ ...SHORT, pace, drive: { kind: "engine" } });
  assert.equal(result.wrong, 0, result.firstWrong);
  assert.ok(result.inFlightMean <= 4);
  assert.ok(result.answered > 0);
});

test("a load ends when the target is behind for longer than it may be", async () => {
  const slow = createServer((socket) => {
    socket.on("data", (chunk: Buffer) => setTimeout(() => socket.write(chunk), 600));
  });
  await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
  const { port } = slow.address() as { port: number };
  const drive = { kind: "record", address: { host: "127.0.0.1", port } } as const;
  const lap = { kind: "null", commands: 1000 } as const;
  const options = { ...SHORT, lap, drive, seconds: 60, behindSecondsMax: 0.1 };
  const result = await runLoad(options);
  slow.close();
  assert.equal(result.failure, "behind by 0.1 s");
  assert.ok(result.generator.wallNanos < 30e9, "long before its end");
});

test("a load whose key does not count says so in the target's words", async (t) => {
  const { server } = await startTestGateway(t);
  const mix = { ...USUAL_MIX, replacePercent: 0, commands: 500 };
  const load = (drive: Drive) => runLoad({ ...SHORT, lap: { kind: "mix", mix }, drive });
  const { failure } = await load({ kind: "http", url: server.url, key: "nobody's" });
  assert.match(failure, /^the target answered 401: .*"UNAUTHORIZED"/);
  const url = `${server.url.replace("http", "ws")}/ws`;
  const message = "the target answered 401: --key names no key that it knows";
  const refused = { code: "LAB_TARGET", message };
  await assert.rejects(load({ kind: "websocket", url, key: "nobody's" }), refused);
  const address = { host: "127.0.0.1", port: Number(new URL(server.url).port) };
  await assert.rejects(load({ kind: "ouch", address, key: "nobody's" }), {
    code: "LAB_TARGET",
    message: "--key: expected a key of the exchange or USERNAME:PASSWORD, found neither",
  });
});

test("a load on a server that goes away ends and says so", { timeout: 30_000 }, async () => {
  const mortal = createServer((socket) => socket.once("data", () => socket.destroy()));
  await new Promise<void>((resolve) => mortal.listen(0, "127.0.0.1", resolve));
  const { port } = mortal.address() as { port: number };
  const address = { host: "127.0.0.1", port };
  try {
    const { failure } = await runLoad({ ...SHORT, drive: { kind: "record", address } });
    // What was unread when it went makes a reset of the end.
    assert.match(failure, /the target closed the connection|ECONNRESET|EPIPE/);
  } finally {
    mortal.close();
  }
});

test("a server that loses trades is caught by its first wrong answer", async () => {
  const liar = createServer((socket) => {
    // Says "done, no lots" to everything: right for orders that rest, wrong for the first trade.
    socket.on("data", (chunk: Buffer) => {
      for (let at = 0; at + RECORD_BYTES <= chunk.length; at += RECORD_BYTES) {
        const answer = Buffer.alloc(RECORD_BYTES);
        chunk.copy(answer, 0, at, at + 4);
        chunk.copy(answer, 8, at + 8, at + 12);
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
  assert.match(result.firstWrong, /expected status 0, lots [1-9]\d*, .* found status 0, lots 0, /);
});

test("in a closed loop what a cap keeps back is no part of a response", async () => {
  const result = await runLoad({
    ...SHORT,
    drive: { kind: "engine" },
    pace: { kind: "closed", inFlight: 1 },
    capPerSecond: 100,
  });
  assert.ok(result.answered > 0 && result.answered < 100, `${result.answered} answered`);
  assert.deepEqual(result.response, result.service);
});

test("what a load showed may be shown to others: the key that it had is not in it", () => {
  const meter = createLoadMeter(0, 1, Number.POSITIVE_INFINITY).toRecord();
  const report = { meter, unanswered: 0, failure: "", usage: undefined, wallNanos: 1 };
  const drive = { kind: "http", url: "http://127.0.0.1:1", key: "a secret" } as const;
  const told = JSON.stringify(mergeReports({ ...SHORT, drive }, [report]));
  assert.ok(!told.includes("a secret"));
  assert.ok(told.includes(drive.url));
});
