import assert from "node:assert/strict";
import { test } from "node:test";
import { endsWithin, untilSignal } from "./shutdown.ts";

const NEVER = new Promise(() => {});

test("a wait ends with the work or with the deadline, and says which", async () => {
  assert.equal(await endsWithin(Promise.resolve(), 60_000), true);
  assert.equal(await endsWithin(NEVER, 1), false);
});

test("a failure of the work is not taken for its end", async () => {
  await assert.rejects(endsWithin(Promise.reject(new Error("disk full")), 60_000), /disk full/);
});

test("a signal that arrives twice at once is one request to stop", async (t) => {
  const exit = t.mock.method(process, "exit", () => undefined);
  t.after(() => {
    process.removeAllListeners("SIGINT");
    process.removeAllListeners("SIGTERM");
    process.removeAllListeners("SIGHUP");
  });
  const asked = untilSignal();
  process.emit("SIGTERM", "SIGTERM");
  process.emit("SIGTERM", "SIGTERM");
  assert.equal(await asked, "SIGTERM");
  assert.equal(exit.mock.callCount(), 0);
});

test("a terminal that is closed asks to stop, and kills nobody", async (t) => {
  t.after(() => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
  });
  const asked = untilSignal();
  process.emit("SIGHUP", "SIGHUP");
  assert.equal(await asked, "SIGHUP");
});
