// The plots of a report, each from what a run holds; one whose numbers are missing is not drawn.

import type { RunFile } from "../campaign/run-file.ts";
import { rateText, timeText } from "../load/load-text.ts";
import { findKnees, type LoadPoint } from "../statistics/knee.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { waitConstantService, waitKingman } from "../statistics/queueing.ts";
import { fitScaling, type ScalingLaw, scalingRate } from "../statistics/universal-scaling.ts";
import type { WatchedLoad } from "../watch/watched-load.ts";
import { barsSvg } from "./bars.ts";
import { chartSvg, type Point } from "./chart.ts";
import { heatMapSvg } from "./heat-map.ts";

export type Plot = { readonly name: string; readonly title: string; readonly svg: string };

export function plotsOf(run: RunFile): Plot[] {
  const plot = (name: string, title: string, svg: string | undefined): Plot[] =>
    svg === undefined ? [] : [{ name, title, svg }];
  return [
    ...plot("achieved", "Achieved against offered", achieved(run)),
    ...plot("latency", "Latency against offered", latency(run)),
    ...plot("spectrum", "Percentiles of the sustained run", spectrum(run)),
    ...plot("heat", "Response times over the sustained run", heat(run)),
    ...plot("layers", "One order through each layer", layers(run)),
    ...plot("scaling", "Scaling over connections", scaling(run)),
    ...plot("queueing", "Waiting, measured against predicted", queueing(run)),
    ...plot("book-size", "Cost of an order over the size of the book", books(run)),
  ];
}

const RATE = { label: "offered, orders a second", scale: "linear", format: rateTick } as const;
const TIME = { label: "response time", scale: "log", format: timeText } as const;

function countText(count: number): string {
  if (count >= 1e6) return `${count / 1e6} M`;
  return count >= 1e3 ? `${count / 1e3} k` : String(count);
}

function rateTick(perSecond: number): string {
  return perSecond === 0 ? "0" : rateText(perSecond).replace(".0 ", " ");
}

export function loadPointOf({ load }: WatchedLoad): LoadPoint {
  const response = LatencyHistogram.fromRecord(load.response);
  return {
    offeredPerSecond: load.offeredPerSecond,
    achievedPerSecond: load.achievedPerSecond,
    meanNanos: response.mean,
    p99Nanos: response.percentile(0.99),
  };
}

function achieved({ sweep, ceilingMax }: RunFile): string | undefined {
  if (sweep.length < 2 || ceilingMax === undefined) return undefined;
  const points = sweep.map(loadPointOf);
  const line = points.map((each): Point => [each.offeredPerSecond, each.achievedPerSecond]);
  const far = Math.max(...points.map(({ offeredPerSecond }) => offeredPerSecond));
  const { heldPerSecond, failedPerSecond } = ceilingMax;
  return chartSvg({
    title: "Achieved against offered rate",
    x: RATE,
    y: { label: "achieved, orders a second", scale: "linear", format: rateTick },
    series: [
      {
        name: "all that is offered",
        points: [
          [0, 0],
          [far, far],
        ],
        mark: "dashed",
      },
      { name: "achieved", points: line, mark: "line" },
    ],
    span: { from: heldPerSecond, to: Math.min(failedPerSecond, far * 1.2), label: "ceiling" },
    verticals: [{ x: heldPerSecond, label: `C_max ${rateText(heldPerSecond)}` }],
  });
}

function latency({ sweep }: RunFile): string | undefined {
  if (sweep.length < 3) return undefined;
  const line = (fraction: number) =>
    sweep.map(
      ({ load }): Point => [
        load.offeredPerSecond,
        LatencyHistogram.fromRecord(load.response).percentile(fraction),
      ],
    );
  const knees = findKnees(sweep.map(loadPointOf));
  const named: [string, number | undefined][] = [
    ["knee by power", knees.power],
    ["by p99 doubled", knees.doubled],
    ["by Kneedle", knees.kneedle],
  ];
  return chartSvg({
    title: "Response time against offered rate",
    x: RATE,
    y: TIME,
    series: [
      { name: "p50", points: line(0.5), mark: "line" },
      { name: "p95", points: line(0.95), mark: "line" },
      { name: "p99", points: line(0.99), mark: "line" },
    ],
    verticals: named.flatMap(([label, x]) => (x === undefined ? [] : [{ x, label }])),
  });
}

const SPECTRUM = [
  0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999,
];

function spectrum({ sustained }: RunFile): string | undefined {
  if (sustained === undefined) return undefined;
  const { load } = sustained;
  const line = (record: typeof load.response): Point[] => {
    const histogram = LatencyHistogram.fromRecord(record);
    const told = SPECTRUM.filter((fraction) => histogram.count * (1 - fraction) >= 1);
    return told.map((fraction) => [1 / (1 - fraction), histogram.percentile(fraction)]);
  };
  return chartSvg({
    title: "Percentiles: from the planned time, and from the sending",
    x: {
      label: "percentile",
      scale: "log",
      format: (x) => (x <= 1 ? "0" : `${Number((100 - 100 / x).toPrecision(6))}`),
    },
    y: TIME,
    series: [
      { name: "response (planned to answered)", points: line(load.response), mark: "line" },
      { name: "service (sent to answered)", points: line(load.service), mark: "line" },
      { name: "generator's lag", points: line(load.lag), mark: "dashed" },
    ],
  });
}

function heat({ sustained }: RunFile): string | undefined {
  if (sustained === undefined || sustained.load.heat.length === 0) return undefined;
  const { load } = sustained;
  return heatMapSvg("Response times over the run", load.heat, load.options.seconds);
}

function layers(run: RunFile): string | undefined {
  if (run.layers.length === 0) return undefined;
  const alone = run.engineAlone;
  const own = alone ? [{ name: "function call", values: [alone.value, undefined] }] : [];
  const rows = run.layers.map(({ layer, medianNanos, nullMedianNanos }) => ({
    name: layer,
    values: [medianNanos?.value, nullMedianNanos?.value],
  }));
  return barsSvg(
    "One order in flight: there and back, p50",
    ["an order", "a null operation"],
    [...own, ...rows],
  );
}

function scaling({ scaling: points }: RunFile): string | undefined {
  const fit = fitScaling(points);
  if (fit === undefined) return undefined;
  const ns = points.map(({ n }) => n);
  const lawOf = (end: "value" | "low" | "high", other: "value" | "low" | "high"): ScalingLaw => ({
    g: fit.g[end],
    s: fit.s[other],
    k: fit.k[other],
  });
  const fitted = ns.map((n): Point => [n, scalingRate(lawOf("value", "value"), n)]);
  const band = ns.map((n) => {
    const low = scalingRate(lawOf("low", "high"), n);
    return [n, low, scalingRate(lawOf("high", "low"), n)] as const;
  });
  return chartSvg({
    title: "Universal Scalability Law over connections",
    x: { label: "connections, one order in flight each", scale: "linear", format: String },
    y: { label: "orders a second", scale: "linear", format: rateTick },
    series: [
      {
        name: "measured",
        points: points.map(({ n, perSecond }) => [n, perSecond]),
        mark: "points",
      },
      { name: "fitted, with its band", points: fitted, mark: "dashed", band },
      {
        name: "residual",
        points: points.map(({ n, perSecond }, i) => [n, Math.abs(perSecond - fitted[i][1])]),
        mark: "points",
      },
    ],
  });
}

/**
 * Mean response time above the lowest rate's, beside M/D/1 whose server has the ceiling's rate, and
 * Kingman's bound for one whose service varies as it does at the lowest rate.
 */
function queueing({ sweep, ceilingMax }: RunFile): string | undefined {
  const points = sweep.map(loadPointOf);
  const held = ceilingMax?.heldPerSecond ?? 0;
  const below = points.filter(({ offeredPerSecond }) => offeredPerSecond < held * 0.98);
  if (below.length < 3) return undefined;
  const serviceNanos = 1e9 / held;
  const least = Math.min(...below.map(({ meanNanos }) => meanNanos));
  const measured = below.map(
    (each): Point => [each.offeredPerSecond / held, each.meanNanos - least],
  );
  const predicted = (wait: (utilization: number) => number) =>
    below.map(({ offeredPerSecond }): Point => {
      const utilization = offeredPerSecond / held;
      return [utilization, wait(utilization)];
    });
  const variation = serviceVariation(sweep);
  return chartSvg({
    title: "Waiting: measured, and as a queue with constant service would",
    x: {
      label: "offered, of C_max",
      scale: "linear",
      format: (share) => `${(share * 100).toFixed(0)} %`,
    },
    y: { label: "mean wait", scale: "log", format: timeText },
    series: [
      {
        name: "measured, above the lowest",
        points: measured.filter(([, y]) => y > 0),
        mark: "line",
      },
      {
        name: "M/D/1",
        points: predicted((utilization) => waitConstantService(utilization, serviceNanos)),
        mark: "dashed",
      },
      {
        name: `Kingman's bound, service variation ${variation.toPrecision(2)}`,
        points: predicted((utilization) =>
          waitKingman(utilization, serviceNanos, POISSON_VARIATION, variation),
        ),
        mark: "dashed",
      },
    ],
  });
}

/** Squared coefficient of variation, of arrivals that are Poisson. */
const POISSON_VARIATION = 1;

/** The same of the service times of the lowest rate, at which hardly anything queues. */
function serviceVariation(sweep: RunFile["sweep"]): number {
  const [lowest] = sweep.toSorted((a, b) => a.load.offeredPerSecond - b.load.offeredPerSecond);
  const service = LatencyHistogram.fromRecord(lowest.load.service);
  return (service.standardDeviation / service.mean) ** 2;
}

function books({ books: points }: RunFile): string | undefined {
  if (points.length < 2) return undefined;
  return chartSvg({
    title: "Cost of an order over the size of the book",
    x: { label: "resting orders", scale: "log", format: countText },
    y: { label: "time an order", scale: "linear", format: timeText },
    series: [
      {
        name: "median, with its interval",
        points: points.map(({ restingOrders, nanosPerOrder }) => [
          restingOrders,
          nanosPerOrder.value,
        ]),
        mark: "line",
        band: points.map(({ restingOrders, nanosPerOrder: { low, high } }) => [
          restingOrders,
          low,
          high,
        ]),
      },
    ],
  });
}
