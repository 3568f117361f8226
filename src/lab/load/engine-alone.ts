// The engine with nothing around it: laps through it back to back in a thread of its own, nobody
// paced, no clock between two orders. What one order costs, and how that grows with the book.

import { Worker } from "node:worker_threads";
import { workerUrl } from "../../ops/worker-url.ts";
import type { Mix } from "./mix.ts";

export type EngineAloneTask = {
  readonly mix: Mix;
  readonly seconds: number;
};

export type EngineAloneReport = {
  /** Mean nanoseconds an order, of each part of a lap that was timed. */
  readonly nanosPerOrder: readonly number[];
  readonly orders: number;
  readonly wrong: number;
};

export async function measureEngineAlone(task: EngineAloneTask): Promise<EngineAloneReport> {
  const url = workerUrl(import.meta.url, "engine-alone-thread");
  const worker = new Worker(url, { workerData: task });
  return await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
