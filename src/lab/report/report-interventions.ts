// The report's section on what was changed on purpose, and what came of it.

import type { RunFile } from "../campaign/run-file.ts";
import { rateText, timeText } from "../load/load-text.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { criticalPathOf } from "../verdict/critical-path.ts";
import { shareText, table, timeEstimate } from "./markdown.ts";

export function interventionsSection(run: RunFile): string {
  const rows = [quotaRow(run), tmpfsRow(run), neighborRow(run), lowerRow(run)].flat();
  const changed = table(["changed", "what came of it (measured, in pairs)", "told by"], rows);
  return ["## Interventions", changed, causeText(run)].join("\n\n");
}

const NOT_TRIED = "not available";

function quotaRow({ quota, quotaElasticity }: RunFile): string[][] {
  const meaning = "1 halves the rate, 0 leaves it";
  if (quota !== undefined) {
    const { elasticity, freePerSecond, isStarved = false } = quota;
    const caveat = isStarved
      ? "; no evidence, as others left the target less than half of a core anyway"
      : "";
    const free = rateText(freePerSecond.value);
    const found = `elasticity ${slopeText(elasticity)} of ${free}: ${meaning}${caveat}`;
    return [["half a core", found, `${elasticity.n} pairs`]];
  }
  if (quotaElasticity === undefined) return [["half a core", NOT_TRIED, ""]];
  const found = `elasticity ${quotaElasticity.toFixed(2)}: ${meaning}`;
  return [["half a core", found, "one free run and one limited"]];
}

function tmpfsRow({ tmpfs }: RunFile): string[][] {
  if (tmpfs === undefined) return [["storage on tmpfs", NOT_TRIED, ""]];
  const { disk, tmpfs: memory, rateGain, responseBought } = tmpfs;
  const { diskMedianNanos, diskPerSecond } = tmpfs;
  return [
    [
      `data in ${memory} instead of ${disk}`,
      `rate with 512 in flight ${timesText(rateGain)} of ${rateText(diskPerSecond.value)}; with ` +
        `one in flight it buys ${shareText(responseBought)} of the response ` +
        `(p50 on disk ${timeEstimate(diskMedianNanos)})`,
      `${rateGain.n} pairs of fresh instances`,
    ],
  ];
}

function neighborRow({ neighbor }: RunFile): string[][] {
  if (neighbor === undefined) return [["a neighbor that streams through memory", NOT_TRIED, ""]];
  const { costRatio, rateRatio, spinningNanos, cores } = neighbor;
  const caveat =
    cores <= 2
      ? `; with ${cores} cores the neighbor takes a core's time from generator or target, so ` +
        "that the rate is no evidence and the processor time an order is"
      : "";
  return [
    [
      "a neighbor that streams through memory instead of one that spins",
      `processor time an order ${timesText(costRatio)} of ${timeText(spinningNanos.value)}; rate ` +
        `${timesText(rateRatio)}${caveat}`,
      `${costRatio.n} pairs`,
    ],
  ];
}

function lowerRow({ lowerLayer }: RunFile): string[][] {
  if (lowerLayer === undefined) return [["the next lower layer", NOT_TRIED, ""]];
  const { layer, gain, perSecond } = lowerLayer;
  const found = `rate with 512 in flight ${timesText(gain)} of ${rateText(perSecond.value)}`;
  return [[`the next lower layer, ${layer}`, found, `${gain.n} pairs`]];
}

function causeText(run: RunFile): string {
  const { cause } = run;
  if (cause === undefined) return "Cause, by delays injected into the engine: not available.";
  const { points, slope, cpuSlope } = cause;
  const rows = points.map(({ delayNanos, nanosPerOrder }) => [
    timeText(delayNanos),
    timeEstimate(nanosPerOrder),
  ]);
  const check =
    cpuSlope === undefined
      ? ""
      : ` An order's processor time rises by ${slopeText(cpuSlope)}: 1 where a delay is what it ` +
        "was told to be.";
  return [
    `Cause: our engine, delayed by a known time an order, is **${criticalPathOf(cause)}**. Each ` +
      `nanosecond adds ${slopeText(slope)} to the time between two answers with 512 in flight ` +
      `(measured, n = ${slope.n} rounds), and by Little's law 512 times that to a response.` +
      `${check}${freeText(run)}`,
    table(["delay an order", "time between two answers"], rows),
  ].join("\n\n");
}

/** Along the same slope, backwards: what the engine's own time can give. */
function freeText({ cause, engineAlone }: RunFile): string {
  const now = cause?.points[0]?.nanosPerOrder.value;
  if (cause === undefined || engineAlone === undefined || now === undefined) return "";
  const left = (slope: number) => now - Math.max(0, slope) * engineAlone.value;
  const { low, high } = cause.slope;
  if (left(high) <= 0) return "";
  return (
    ` Along that slope an engine that took no time (it takes ${timeText(engineAlone.value)}) ` +
    `would raise the rate ${(now / left(low)).toFixed(2)} to ${(now / left(high)).toFixed(2)} ` +
    "times (derived)."
  );
}

function timesText({ value, low, high }: Estimate): string {
  return `${value.toFixed(2)} times [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function slopeText({ value, low, high }: Estimate): string {
  return `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}
