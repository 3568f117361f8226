// One run of a flow through the book or the whole engine, in a process of its own: load, warm up,
// then the clock runs from the first command until the second thread has taken the last report.
// Prints one JSON line. Arguments: book|engine|service FLOW [--no-warm-up]; service is the engine
// with a clock around each command.

import { Worker } from "node:worker_threads";
import { createRingProducer, ringBytes } from "../../base/ring.ts";
import { workerUrl } from "../../ops/worker-url.ts";
import { createEngineRun } from "./engine-run.ts";
import { loadFlow } from "./flow-file.ts";
import { createBookRun, type Flow } from "./flow-run.ts";
import { COLLECT_STOP, COLLECTED, type CollectorTask, REPORTS_PER_COMMAND } from "./report-task.ts";
import { ServiceTimes } from "./service-times.ts";
import { warmUpFlows } from "./warm-up-flow.ts";

const RING_RECORDS = 1 << 14; // 512 KiB: fits the second-level cache of either core.
const ORDERS_MAX = 1 << 20;
/** No client order id comes twice: those of each warm-up are others than the measured flow's. */
const WARM_UP_ID_OFFSET = 90_000_000;
const WARM_UP_ID_STEP = 100_000;

async function main(target: string, path: string, warmsUp: boolean): Promise<void> {
  const flow = loadFlow(path);
  const warmUps = warmsUp ? warmUpFlows() : [];
  const task: CollectorTask = {
    ring: new SharedArrayBuffer(ringBytes(RING_RECORDS)),
    progress: new SharedArrayBuffer(64),
    reportsMax: commandsOf([...warmUps, flow]) * REPORTS_PER_COMMAND,
  };
  const worker = new Worker(workerUrl(import.meta.url, "report-collector"), { workerData: task });
  await nextMessage(worker);

  const progress = new Int32Array(task.progress);
  const ring = createRingProducer(task.ring);
  const times = target === "service" ? new ServiceTimes() : undefined;
  const run = target === "book" ? createBookRun(ring, ORDERS_MAX) : createEngineRun(ring, times);
  let warmUpReports = 0;
  for (const [i, warmUp] of warmUps.entries()) {
    warmUpReports = run.prepare(warmUp, WARM_UP_ID_OFFSET + i * WARM_UP_ID_STEP)();
    await untilCollected(progress, warmUpReports);
    run.reset();
  }
  const play = run.prepare(flow, 0);

  const started = process.hrtime.bigint();
  const reports = play();
  while (Atomics.load(progress, COLLECTED) !== reports) {
    // The second thread takes the last reports: part of the timed work.
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const hashed = nextMessage(worker);
  Atomics.store(progress, COLLECT_STOP, 1 + warmUpReports);
  const sha256 = await hashed;
  const serviceNanos = times?.summary();
  console.log(JSON.stringify({ commands: flow.commands, seconds, sha256, serviceNanos }));
  await worker.terminate();
}

function commandsOf(flows: readonly Flow[]): number {
  return flows.reduce((sum, flow) => sum + flow.commands, 0);
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** Lets the compiler's own threads finish too: the main thread sleeps instead of spinning. */
async function untilCollected(progress: Int32Array, reports: number): Promise<void> {
  while (Atomics.load(progress, COLLECTED) !== reports) await settle(1);
  await settle(10);
}

function settle(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

const [, , target = "", flowPath = ""] = process.argv;
await main(target, flowPath, !process.argv.includes("--no-warm-up"));
