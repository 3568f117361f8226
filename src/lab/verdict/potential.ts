// What a function could give at most (Amdahl): of the engine's own time, and end to end, where the
// time that the target's busiest thread runs can become shorter, and what it waits for a core then.

import type { RunFile } from "../campaign/run-file.ts";
import { speedUp } from "../profile/hotspots.ts";
import type { Interval } from "../statistics/estimate.ts";
import { wantedShareOf } from "../watch/process-usage.ts";
import { busiestLoad } from "./busiest-load.ts";
import { mainLayer } from "./evidence.ts";

/** Functions of the market itself, by the folder in their names. */
const ENGINE = / (book|engine)\//;

/** `times`: so many times faster is the part; Infinity: free. */
export function endToEndGain(share: Interval, run: RunFile, times: number): Interval {
  const busiest = busiestLoad(run);
  // Without a rate sweep nobody knows whether it is ever idle: then the bound is the wider one.
  const wanted = busiest?.usage ? Math.min(1, wantedShareOf(busiest.usage)) : 1;
  return gainOf(share, wanted, times);
}

/** Of the engine without its transport; undefined for others, or where no layer tells it. */
export function engineGain(
  name: string,
  share: Interval,
  run: RunFile,
  times: number,
): Interval | undefined {
  const transport = mainLayer(run)?.transportShare;
  if (!run.isOurEngine || transport === undefined || !ENGINE.test(name)) return undefined;
  const engine = 1 - transport.value;
  return share.high < engine ? gainOf(share, 1 / engine, times) : undefined;
}

function gainOf({ low, high }: Interval, scale: number, times: number): Interval {
  return { low: speedUp(low * scale, times), high: speedUp(high * scale, times) };
}
