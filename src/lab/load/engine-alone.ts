// The engine with nothing around it: laps through it back to back in a thread of its own, nobody
// paced, no clock between two orders. What one order costs, and how that grows with the book.

import { Worker } from "node:worker_threads";
import { workerUrl } from "../../ops/worker-url.ts";
import type { Lap } from "./lap.ts";
import { type Mix, mixedLap } from "./mix.ts";

export type EngineAloneTask = {
  readonly mix: Mix;
  /** Made outside the thread: a second book in it makes the engine's slower (decision 0011). */
  readonly lap: Lap;
  readonly seconds: number;
};

export type EngineAloneReport = {
  /** Mean nanoseconds an order, of each part of a lap that was timed. */
  readonly nanosPerOrder: readonly number[];
  readonly orders: number;
  readonly wrong: number;
};

export async function measureEngineAlone(mix: Mix, seconds: number): Promise<EngineAloneReport> {
  const task: EngineAloneTask = { mix, lap: mixedLap(mix), seconds };
  const url = workerUrl(import.meta.url, "engine-alone-thread");
  const worker = new Worker(url, { workerData: task });
  return await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
