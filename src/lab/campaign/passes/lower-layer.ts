// An intervention: the same orders by the next lower layer that the target speaks, in turn with its
// own. What that raises the rate by, the layer takes.

import type { LoadOptions } from "../../load/load-options.ts";
import { medianEstimate } from "../../statistics/order-interval.ts";
import { ratioEstimate } from "../../statistics/paired-ratio.ts";
import { startTarget } from "../../target/target.ts";
import { type DriveSpec, parseDrive } from "../../target/target-spec.ts";
import { abba } from "../abba.ts";
import { loadOnBench } from "../bench-load.ts";
import type { Bench } from "../bench-of-target.ts";
import { BUSY_IN_FLIGHT, pairedLoad } from "../busy-load.ts";
import type { LowerLayerRecord } from "../run-file.ts";

/** Below in-process there is nothing; OUCH is the venue's lowest. */
const BELOW: Readonly<Record<string, string>> = {
  "engine:udp": "engine:unix",
  "engine:tcp": "engine:unix",
  "engine:unix": "engine:ring",
  "engine:ring": "engine:inprocess",
  "venue:rest": "venue:websocket",
  "venue:websocket": "venue:ouch",
  "venue:fix": "venue:ouch",
  "venue:grpc": "venue:ouch",
};

/** Undefined: the target speaks none. */
export function layerBelow(drive: DriveSpec): string | undefined {
  if (drive.kind === "engine") return BELOW[`engine:${drive.layer}`];
  return drive.kind === "venue" ? BELOW[`venue:${drive.protocol}`] : undefined;
}

export async function measureLowerLayer(bench: Bench): Promise<LowerLayerRecord> {
  const layer = layerBelow(bench.spec.drive);
  const drive = layer === undefined ? undefined : parseDrive(layer);
  if (layer === undefined || drive === undefined) {
    throw new Error("the target speaks no lower layer");
  }
  bench.tell(`lower layer: ${layer}`);
  const lower = await startTarget({ text: layer, drive });
  try {
    const rates: number[] = [];
    const lowerRates: number[] = [];
    const measure = async (of: LoadOptions["drive"], to: number[]): Promise<void> => {
      const load = await loadOnBench(bench, pairedLoad(bench, of, BUSY_IN_FLIGHT));
      if (load.answered === 0) throw new Error("a side of a pair answered nothing in its time");
      to.push(load.achievedPerSecond);
    };
    await abba(
      bench.plan.interventionPairs,
      bench.signal,
      () => measure(bench.target.drive, rates),
      () => measure(lower.drive, lowerRates),
    );
    return { layer, gain: ratioEstimate(rates, lowerRates), perSecond: medianEstimate(rates) };
  } finally {
    await lower.stop();
  }
}
