// Part of pass 6: what an order costs while the book holds more and more. The same orders over more
// memory: where the cost grows and the instructions do not, memory is what grows.

import { measureEngineAlone } from "../../load/engine-alone.ts";
import type { LoadOptions } from "../../load/load-options.ts";
import { USUAL_MIX } from "../../load/mix.ts";
import { medianEstimate } from "../../statistics/order-interval.ts";
import { startTarget, type Target } from "../../target/target.ts";
import { cpuNanosPerOperation } from "../../watch/watched-load.ts";
import { watchedLoadOnBench } from "../bench-load.ts";
import type { Bench } from "../bench-of-target.ts";
import type { BookPoint } from "../run-file.ts";

const IN_FLIGHT = 512;
/** Of the measured time, each a load of its own. */
export const BOOK_PARTS = 5;

/** Our engine, alone. */
export async function sizeEngineBooks(bench: Bench, points: BookPoint[]): Promise<void> {
  for (const restingOrders of bench.plan.bookSizes) {
    bench.signal.throwIfAborted();
    bench.tell(`book of ${restingOrders} orders`);
    const mix = { ...USUAL_MIX, commands: bench.plan.lapCommands, restingOrders };
    const report = await measureEngineAlone(mix, bench.plan.bookSeconds);
    points.push({ restingOrders, nanosPerOrder: medianEstimate(report.nanosPerOrder) });
  }
}

/**
 * Another target, a fresh instance a size, by its processor time an order near saturation. Each
 * point is there as soon as it is measured: where the cost grows with the square of the book, the
 * first ones are the evidence and the next would take for ever. Rejects at the first such size.
 */
export async function sizeTargetBooks(bench: Bench, points: BookPoint[]): Promise<void> {
  if (bench.spec.command === undefined) {
    throw new Error("only a target that the lab may start again (--command) is filled");
  }
  await bench.target.stop();
  for (const restingOrders of bench.plan.bookSizes) {
    bench.signal.throwIfAborted();
    bench.tell(`book of ${restingOrders} orders`);
    const { bookSecondsMax } = bench.plan;
    const limit = AbortSignal.timeout(bookSecondsMax * 1000);
    const signal = AbortSignal.any([bench.signal, limit]);
    const target = await startTarget(bench.spec);
    try {
      const costs = await costsOf({ ...bench, signal }, target, restingOrders);
      if (costs.length > 0) points.push({ restingOrders, nanosPerOrder: medianEstimate(costs) });
    } catch (error) {
      if (bench.signal.aborted || !limit.aborted) throw error;
      const how = error instanceof Error ? error.message : String(error);
      throw new Error(
        `a book of ${restingOrders} orders was not measured within ${bookSecondsMax} s (${how})`,
        { cause: error },
      );
    } finally {
      await target.stop();
    }
  }
}

/** Of a book, part by part. */
async function costsOf(bench: Bench, target: Target, restingOrders: number): Promise<number[]> {
  const { plan } = bench;
  const costs: number[] = [];
  for (let part = 0; part < BOOK_PARTS; part++) {
    const options: LoadOptions = {
      ...bench.load,
      pace: { kind: "closed", inFlight: IN_FLIGHT },
      connections: 1,
      restingOrders: part === 0 ? restingOrders : undefined,
      // A fresh instance compiles at first; its later parts only have a generator that does.
      warmUpSeconds: part === 0 ? plan.warmUpSeconds : plan.layerWarmUpSeconds,
      seconds: plan.bookSeconds / BOOK_PARTS,
    };
    const cost = cpuNanosPerOperation(await watchedLoadOnBench(bench, options, target.pid));
    if (cost !== undefined) costs.push(cost);
  }
  return costs;
}
