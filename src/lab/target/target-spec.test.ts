import assert from "node:assert/strict";
import { test } from "node:test";
import { pidInInspection } from "./container.ts";
import { parseDrive } from "./target-spec.ts";

test("a target is one word", () => {
  assert.deepEqual(parseDrive("engine"), { kind: "engine", layer: "unix" });
  assert.deepEqual(parseDrive("engine:ring"), { kind: "engine", layer: "ring" });
  assert.deepEqual(parseDrive("tcp:localhost:9000"), {
    kind: "record",
    address: { host: "localhost", port: 9000 },
  });
  assert.deepEqual(parseDrive("unix:/tmp/e.sock"), {
    kind: "record",
    address: { path: "/tmp/e.sock" },
  });
  assert.deepEqual(parseDrive("bytes:tcp:localhost:1:a/b.bin:32"), {
    kind: "bytes",
    address: { host: "localhost", port: 1 },
    recording: "a/b.bin:32",
  });
  assert.deepEqual(parseDrive("module:./mine.mjs#x"), {
    kind: "module",
    path: "./mine.mjs",
    argument: "x",
  });
  assert.deepEqual(parseDrive("udp:localhost:9"), { kind: "udp", host: "localhost", port: 9 });
  assert.deepEqual(parseDrive("ouch:localhost:9100"), {
    kind: "ouch",
    address: { host: "localhost", port: 9100 },
  });
  const fix = { kind: "fix", address: { host: "localhost", port: 9300 } } as const;
  assert.deepEqual(parseDrive("fix:localhost:9300"), { ...fix, targetCompId: "OUTCRY" });
  assert.deepEqual(parseDrive("fix:localhost:9300#VENUE"), { ...fix, targetCompId: "VENUE" });
  assert.deepEqual(parseDrive("grpc:localhost:9400"), { kind: "grpc", address: "localhost:9400" });
  assert.deepEqual(parseDrive("venue:ouch"), { kind: "venue", protocol: "ouch" });
  assert.deepEqual(parseDrive("template:a/b.json"), { kind: "template", path: "a/b.json" });
  assert.deepEqual(parseDrive("tcp:[::1]:9000"), {
    kind: "record",
    address: { host: "::1", port: 9000 },
  });
  for (const text of ["tcp:localhost:99999", "fix:localhost:0", "grpc:localhost:70000"]) {
    assert.equal(parseDrive(text), undefined, text);
  }
  for (const text of ["venue:ouch:1", "engine:moon", "tcp:nowhere", "venue", "bytes:tcp:a:1"]) {
    assert.equal(parseDrive(text), undefined, text);
  }
});

/** As `docker inspect` printed it (Docker 28.2), cut to what is read. */
const RUNNING = `[{"Id":"f2d8c0","Name":"/engine","State":{"Status":"running","Running":true,
  "Paused":false,"Pid":48213,"ExitCode":0,"StartedAt":"2026-11-20T09:12:44.1Z"}}]`;

test("a container's process is found by the pid on the host", () => {
  assert.equal(pidInInspection(RUNNING, "engine"), 48213);
  const stopped = RUNNING.replace('"Running":true', '"Running":false').replace("48213", "0");
  assert.throws(() => pidInInspection(stopped, "engine"), /expected one that runs here/);
});
