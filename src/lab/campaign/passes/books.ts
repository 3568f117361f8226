// Part of pass 6: what an order costs while the book holds more and more. The same orders over more
// memory: where the cost grows and the instructions do not, memory is what grows.

import { measureEngineAlone } from "../../load/engine-alone.ts";
import { USUAL_MIX } from "../../load/mix.ts";
import { medianEstimate } from "../../statistics/order-interval.ts";
import { startTarget } from "../../target/target.ts";
import { cpuNanosPerOperation } from "../../watch/watched-load.ts";
import { watchedLoadOnBench } from "../bench-load.ts";
import type { Bench } from "../bench-of-target.ts";
import type { BookPoint } from "../run-file.ts";

const IN_FLIGHT = 512;
/** Of the measured time, each a load of its own. */
export const BOOK_PARTS = 5;

/** Our engine, alone. */
export async function sizeEngineBooks(bench: Bench): Promise<BookPoint[]> {
  const points: BookPoint[] = [];
  for (const restingOrders of bench.plan.bookSizes) {
    bench.signal.throwIfAborted();
    bench.tell(`book of ${restingOrders} orders`);
    const mix = { ...USUAL_MIX, commands: bench.plan.lapCommands, restingOrders };
    const report = await measureEngineAlone(mix, bench.plan.bookSeconds);
    points.push({ restingOrders, nanosPerOrder: medianEstimate(report.nanosPerOrder) });
  }
  return points;
}

/** Another target, a fresh instance a size, by its processor time an order near saturation. */
export async function sizeTargetBooks(bench: Bench): Promise<BookPoint[]> {
  if (bench.spec.command === undefined) {
    throw new Error("only a target that the lab may start again (--command) is filled");
  }
  const points: BookPoint[] = [];
  await bench.target.stop();
  for (const restingOrders of bench.plan.bookSizes) {
    bench.signal.throwIfAborted();
    bench.tell(`book of ${restingOrders} orders`);
    const target = await startTarget(bench.spec);
    try {
      const costs: number[] = [];
      for (let part = 0; part < BOOK_PARTS; part++) {
        const watched = await watchedLoadOnBench(
          bench,
          {
            ...bench.load,
            pace: { kind: "closed", inFlight: IN_FLIGHT },
            connections: 1,
            restingOrders: part === 0 ? restingOrders : undefined,
            // A fresh instance compiles at first; its later parts only have a generator that does.
            warmUpSeconds: part === 0 ? bench.plan.warmUpSeconds : bench.plan.layerWarmUpSeconds,
            seconds: bench.plan.bookSeconds / BOOK_PARTS,
          },
          target.pid,
        );
        const cost = cpuNanosPerOperation(watched);
        if (cost !== undefined) costs.push(cost);
      }
      points.push({ restingOrders, nanosPerOrder: medianEstimate(costs) });
    } finally {
      await target.stop();
    }
  }
  return points;
}
