import assert from "node:assert/strict";
import { test } from "node:test";
import { BackgroundThread, type BackgroundThreads } from "./background-threads.ts";
import { History } from "./history.ts";

test("a history that does not end in time is ended, and its questions are over", async () => {
  const thread: BackgroundThread = new BackgroundThread((what) => {
    if (what === "end") thread.emit("exit");
  });
  const threads = { start: () => thread } as unknown as BackgroundThreads;
  const history = new History(threads, "", "", () => {});
  const asked = history.queries.orderById(1, 1);
  asked.catch(() => {});
  assert.equal(await history.stop(5, 10), false);
  await assert.rejects(asked, { code: "HISTORY_CLOSED" });
});

test("one that ends by itself is not", async () => {
  let endCount = 0;
  const thread = new BackgroundThread(() => endCount++);
  const threads = { start: () => thread } as unknown as BackgroundThreads;
  const history = new History(threads, "", "", () => {});
  const stopped = history.stop(5);
  thread.emit("exit");
  assert.deepEqual([await stopped, endCount], [true, 0]);
});
