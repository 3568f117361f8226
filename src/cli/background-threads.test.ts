import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import { workerUrl } from "../ops/worker-url.ts";
import { type BackgroundThread, BackgroundThreads } from "./background-threads.ts";

/** Elsewhere threads have no places of their own. */
const LINUX = { skip: process.platform === "linux" ? false : "needs Linux" };
const FILE = workerUrl(import.meta.url, "background-thread-for-test");

/** Ended with the test, and with a test that fails. */
function started(t: TestContext, threads: BackgroundThreads, greeting: string): BackgroundThread {
  const thread = threads.start(FILE, { greeting });
  t.after(() => thread.terminate());
  return thread;
}

test("a thread is told its task, answers what it is asked, and ends on demand", async (t) => {
  const thread = started(t, new BackgroundThreads(), "hello");
  thread.postMessage("orders");
  assert.deepEqual(await once(thread, "message"), ["hello orders"]);
  const exited = once(thread, "exit");
  await thread.terminate();
  await exited;
});

test("threads are told apart, and whoever started one hears of its failure", async (t) => {
  const threads = new BackgroundThreads();
  const good = started(t, threads, "good");
  const bad = started(t, threads, "bad");
  const exited = new Promise<void>((resolve) => bad.on("exit", resolve));
  bad.postMessage("fail");
  const [error] = await once(bad, "error");
  assert.match(error.message, /bad was told to fail/);
  await exited;
  good.postMessage("still");
  assert.deepEqual(await once(good, "message"), ["good still"]);
});

test("a port in its task is the thread's own", async (t) => {
  const { port1, port2 } = new MessageChannel();
  const thread = new BackgroundThreads().start(FILE, { greeting: "by port", port: port2 }, [port2]);
  t.after(() => thread.terminate());
  port1.postMessage("orders");
  assert.deepEqual((await once(port1, "message"))[0], "by port orders");
  port1.close();
});

test("where threads get no such core, whoever started one hears it", LINUX, async (t) => {
  const thread = started(t, new BackgroundThreads([8191]), "nobody");
  const [error] = await once(thread, "error");
  assert.match(error.message, /expected taskset and chrt/);
});
