// The report's sections on time: workload, sustained run, ceilings, latency, layers, scaling.

import type { LapSource } from "../load/load-options.ts";
import { rateText, responseText, timeText } from "../load/load-text.ts";
import { jitterOf } from "../statistics/jitter.ts";
import { findKnees } from "../statistics/knee.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { fitLine, LINE_POINTS_MIN, type LinePoint } from "../statistics/line-fit.ts";
import { percentileEstimate } from "../statistics/order-interval.ts";
import { fitScaling } from "../statistics/universal-scaling.ts";
import { isSaturated } from "../verdict/capped-rate.ts";
import { THRESHOLDS } from "../verdict/thresholds.ts";
import { isUnchecked } from "../verdict/validity.ts";
import { cpuNanosPerOperation, type WatchedLoad } from "../watch/watched-load.ts";
import { ceilingText, shareText, table, timeEstimate } from "./markdown.ts";
import { loadPointOf } from "./plots.ts";
import type { ReportParts } from "./report.ts";

const PERCENTILES = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999] as const;

export function timingSections(parts: ReportParts): string[] {
  return [
    workloadSection(parts),
    sustainedSection(parts),
    ceilingSection(parts),
    latencySection(parts),
    layersSection(parts),
    scalingSection(parts),
  ];
}

function workloadSection({ run }: ReportParts): string {
  if (run.sustained === undefined) return "## Workload\n\nNo sustained run.";
  const { options } = run.sustained.load;
  return (
    `## Workload\n\n${lapText(options.lap)}, seed ${options.seed}, ${options.connections} ` +
    `connection(s), ` +
    `${options.threads} generator thread(s). Open loop: arrivals planned from the seed ` +
    `(Poisson); response = ` +
    `answered - planned. ${checkText(run.sustained.load)}`
  );
}

function checkText(load: WatchedLoad["load"]): string {
  if (isUnchecked(load)) return "Answers are counted by their bytes, not checked.";
  const { kind } = load.options.drive;
  const fields = kind === "template" || kind === "module" ? ", by what the driver tells of it" : "";
  return `Every answer is checked against a reference book${fields}.`;
}

function lapText(lap: LapSource): string {
  if (lap.kind === "null") return "Null operations";
  if (lap.kind === "flow") return `The consensus flow ${lap.path}`;
  const { cancelPercent, replacePercent, iocPercent, commands } = lap.mix;
  return (
    `Laps of ${commands} orders: ${cancelPercent} % cancels, ${replacePercent} % ` +
    `replaced, ${iocPercent} % IOC`
  );
}

function sustainedSection({ run, plot }: ReportParts): string {
  if (run.sustained === undefined) return "## Sustained run\n\nNot available.";
  const { load, usage } = run.sustained;
  const response = LatencyHistogram.fromRecord(load.response);
  const rows = PERCENTILES.map((fraction) => {
    const estimate = percentileEstimate(response, fraction);
    const text =
      estimate === undefined
        ? "fewer than 30 values beyond it"
        : timeEstimate(estimate, (nanos) => responseText(nanos, load));
    return [`p${fraction * 100}`, text];
  });
  const processor = usage
    ? `The target used ${((usage.runNanos / usage.wallNanos) * 100).toFixed(0)} % of a core ` +
      `(${(usage.systemShare * 100).toFixed(0)} % of that in the kernel) over ` +
      `${usage.threads.length} threads.`
    : "The target's process is not visible.";
  const seconds = load.options.seconds;
  return [
    `## Sustained run\n\n${rateText(load.offeredPerSecond)} offered, ` +
      `${rateText(load.achievedPerSecond)} achieved ` +
      `over ${seconds} s (measured, n = ${load.answered}). ${processor}`,
    table(
      ["percentile of the response time", "95 % interval"],
      [...rows, ["max", responseText(response.max, load)]],
    ),
    plot("spectrum"),
    plot("heat"),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

function ceilingSection({ run, hedge, plot }: ReportParts): string {
  const { ceilingMax, ceilingSlo, engineAlone, sloNanos, sweep } = run;
  const engine =
    engineAlone === undefined
      ? "not available: the engine is not ours to call"
      : `${rateText(1e9 / engineAlone.high)} to ${rateText(1e9 / engineAlone.low)}`;
  const cpu = cpuCeiling(sweep);
  const rows = [
    ["C_engine", "the engine alone, in-process", engine],
    ["C_cpu", "1 / processor time an order, near saturation (derived)", cpu],
    [
      "C_slo",
      `p99 within ${timeText(sloNanos)}`,
      ceilingSlo ? ceilingText(ceilingSlo, hedge) : "not available",
    ],
    ["C_max", "no backlog", ceilingMax ? ceilingText(ceilingMax, hedge) : "not available"],
  ];
  const knees = findKnees(sweep.map(loadPointOf));
  const knee = (rate: number | undefined) => (rate === undefined ? "none" : rateText(rate));
  const apart =
    knees.disagreement > THRESHOLDS.kneeDisagreementMax
      ? ` They disagree by ${(knees.disagreement * 100).toFixed(0)} %.`
      : "";
  return [
    "## Ceiling and knee",
    table(["ceiling", "what it is", "last held to first failed"], rows),
    `Knee: by power ${knee(knees.power)}, by p99 doubled ${knee(knees.doubled)}, by Kneedle ` +
      `${knee(knees.kneedle)}.${apart}`,
    plot("achieved"),
    plot("latency"),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** From the point with the highest rate: processor time of the busiest thread an order. */
function cpuCeiling(sweep: ReportParts["run"]["sweep"]): string {
  const [busiest] = sweep.toSorted((a, b) => b.load.achievedPerSecond - a.load.achievedPerSecond);
  const thread = busiest?.usage?.threads[0];
  if (busiest?.usage === undefined || thread === undefined) return "not available";
  // An order costs the more the fewer come together: of a rate that was held it is no ceiling.
  if (!isSaturated(busiest)) return "not available: every load of the sweep was held";
  const seconds = busiest.usage.wallNanos / 1e9;
  return rateText((busiest.load.achievedPerSecond * seconds * 1e9) / thread.runNanos);
}

function latencySection({ run }: ReportParts): string {
  if (run.sustained === undefined) return "## Latency and jitter\n\nNot available.";
  const { load } = run.sustained;
  const jitter = jitterOf(LatencyHistogram.fromRecord(load.response), load.meanStepNanos);
  const rows = run.sweep.map((each) => {
    const response = LatencyHistogram.fromRecord(each.load.response);
    return [
      rateText(each.load.offeredPerSecond),
      rateText(each.load.achievedPerSecond),
      ...[0.5, 0.95, 0.99].map((fraction) =>
        responseText(response.percentile(fraction), each.load),
      ),
      timeText(LatencyHistogram.fromRecord(each.load.lag).percentile(0.99)),
    ];
  });
  return [
    "## Latency and jitter",
    `Jitter of the sustained run: standard deviation ` +
      `${timeText(jitter.standardDeviationNanos)}, p99 - p50 ` +
      `${timeText(jitter.p99MinusP50Nanos)}, mean step ${timeText(jitter.meanStepNanos)}, ` +
      `median absolute deviation ` +
      `${timeText(jitter.medianDeviationNanos)}.`,
    rows.length === 0
      ? "No rate sweep."
      : table(["offered", "achieved", "p50", "p95", "p99", "generator's lag p99"], rows),
  ].join("\n\n");
}

function layersSection({ run, plot }: ReportParts): string {
  if (run.layers.length === 0) return "## Layers: network or engine\n\nNot available.";
  const rows = run.layers.map((each) => [
    each.layer,
    timeEstimate(each.medianNanos),
    timeEstimate(each.nullMedianNanos),
    timeEstimate(each.cpuNanos),
    timeEstimate(each.nullCpuNanos),
    shareText(each.transportShare),
    each.wakeUpsPerOrder === undefined ? "not available" : each.wakeUpsPerOrder.toPrecision(2),
    rateText(each.achievedPerSecond),
  ]);
  const alone = run.engineAlone
    ? `The engine alone takes ${timeEstimate(run.engineAlone)} an order (measured): this ` +
      `replaces any estimate.`
    : "The engine cannot be called alone; its share is what the null operation leaves.";
  const heads = [
    "layer",
    "p50, one in flight",
    "null p50",
    "CPU an order",
    "null CPU",
    "transport's share",
    "wake-ups an order",
    "closed loop, 512 in flight",
  ];
  const kinds = [...new Set(run.layers.map(({ nullKind }) => nullKind))].join("; ");
  return [
    "## Layers: network or engine",
    `${alone} Pairs of orders and nulls in ABBA order; null: ${kinds}.`,
    table(heads, rows),
    wakeUpText(run),
    plot("layers"),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** A wake-up answers more orders the busier it is: what of an order's cost is theirs. */
function wakeUpText({ sweep }: ReportParts["run"]): string {
  const fit = fitLine(wakeUpPoints(sweep));
  if (fit === undefined) {
    return `Cost of a wake-up: not available, fewer than ${LINE_POINTS_MIN} rates tell it.`;
  }
  const isResolved = fit.w.low > 0;
  return (
    `Over the ${fit.w.n} rates of the sweep an order's processor time is a + w x its voluntary ` +
    `switches (derived, bootstrap intervals): a = ${timeEstimate(fit.a)}, w = ` +
    `${timeEstimate(fit.w)} a wake-up${isResolved ? "" : ": its cost is not resolvable"}.`
  );
}

function wakeUpPoints(sweep: readonly WatchedLoad[]): LinePoint[] {
  return sweep.flatMap((each) => {
    const y = cpuNanosPerOperation(each);
    if (y === undefined || each.usage === undefined) return [];
    return [{ x: (each.usage.voluntary * y) / each.usage.runNanos, y }];
  });
}

function scalingSection({ run, plot }: ReportParts): string {
  const fit = fitScaling(run.scaling);
  if (fit === undefined) return "## Scaling and queueing\n\nFewer than eight points: no fit.";
  const interval = ({ value, low, high }: typeof fit.s, text: (each: number) => string) =>
    `${text(value)} [${text(low)}, ${text(high)}]`;
  const number = (each: number) => (Number.isFinite(each) ? each.toPrecision(3) : "none");
  const start = fit.isSuperlinear
    ? " The start is superlinear (wake-ups are shared as they join): the law cannot say that."
    : "";
  return [
    "## Scaling and queueing",
    `Universal Scalability Law over connections with one order in flight each (derived, ` +
      `bootstrap intervals): rate of ` +
      `one ${interval(fit.g, rateText)}, contention ${interval(fit.s, number)}, coherency ` +
      `${interval(fit.k, number)}, peak at N = ${interval(fit.peakN, number)}.${start}`,
    plot("scaling"),
    plot("queueing"),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}
