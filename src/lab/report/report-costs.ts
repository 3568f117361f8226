// The report's sections on cost: on the processor, off it, memory, counters or what stands in.

import type { OffCpuRecord, RunFile, StorageRecord } from "../campaign/run-file.ts";
import { ratesOf } from "../capability/perf-stat.ts";
import { timeText } from "../load/load-text.ts";
import { CODE_KINDS, type CodeKindCounts } from "../profile/code-kinds.ts";
import { FoldedStacks } from "../profile/folded-stacks.ts";
import { type Hotspot, hotspotsOf } from "../profile/hotspots.ts";
import { waitsOf } from "../profile/waits.ts";
import type { Interval } from "../statistics/estimate.ts";
import { shareEstimate } from "../statistics/proportion.ts";
import { type CostModel, explains, modelOf } from "../verdict/cost-model.ts";
import { endToEndGain, engineGain } from "../verdict/potential.ts";
import { gainText, shareText, table, timeEstimate } from "./markdown.ts";
import type { ReportParts } from "./report.ts";

const HOTSPOTS = 12;

export function costSections(parts: ReportParts, name: string): string[] {
  return [onCpuSection(parts, name), offCpuSection(parts, name), memorySection(parts)];
}

function onCpuSection({ run }: ReportParts, name: string): string {
  const { profile } = run;
  if (profile === undefined) return "## On-CPU\n\nNot available.";
  const stacks = FoldedStacks.parse(profile.folded);
  const rows = hotspotsOf(stacks, profile.samples, HOTSPOTS).map((each) => [
    `\`${each.name}\``,
    each.kind,
    shareText(each.self),
    shareText(each.inclusive),
    ...[engineOf, endToEnd].map((gain) =>
      [Number.POSITIVE_INFINITY, 2]
        .map((times) => {
          const found = gain(each, run, times);
          return found === undefined ? "not told" : gainText(found);
        })
        .join(" / "),
    ),
  ]);
  const named = ((profile.named / profile.samples) * 100).toFixed(1);
  const cost = 1 - profile.observedPerSecond / profile.cleanPerSecond;
  const costText = cost > 0 ? `${(cost * 100).toFixed(1)} % of the rate` : "below the noise";
  return [
    "## On-CPU",
    `Sampled: n = ${profile.samples}, ${named} % named. By ${profile.source}. Observer's ` +
      `cost: ${costText}. ` +
      profile.notes.join(" "),
    ...(profile.codeKinds === undefined ? [] : [codeKindText(profile.codeKinds)]),
    "What a function could give at most, were it free / twice as fast: of the engine without its " +
      "transport, and end to end, where only the time can shrink that the busiest thread runs or " +
      "waits for a core.",
    table(["function", "kind", "self", "inclusive", "engine, times", "end to end, times"], rows),
    `![Flame graph](${name}-flamegraph.svg)`,
  ].join("\n\n");
}

function codeKindText(counts: CodeKindCounts): string {
  const samples = CODE_KINDS.reduce((sum, kind) => sum + counts[kind], 0);
  const shares = CODE_KINDS.map(
    (kind) => `${kind} ${shareText(shareEstimate(counts[kind], samples))}`,
  );
  const from = `perf beside it, n = ${samples}, innermost functions`;
  return `By kind of code (${from}): ${shares.join(", ")}.`;
}

function engineOf({ name, self }: Hotspot, run: RunFile, times: number): Interval | undefined {
  return engineGain(name, self, run, times);
}

function endToEnd({ self }: Hotspot, run: RunFile, times: number): Interval | undefined {
  return endToEndGain(self, run, times);
}

function offCpuSection({ run }: ReportParts, name: string): string {
  const { offCpu, storage } = run;
  const parts = ["## Off-CPU"];
  if (offCpu === undefined) parts.push("Not available.");
  else
    parts.push(
      offCpuText(offCpu),
      ...waitParts(offCpu),
      `![Off-CPU flame graph](${name}-offcpu.svg)`,
    );
  parts.push(storage === undefined ? "Sync and write: not available." : storageText(storage));
  return parts.join("\n\n");
}

const WAITS_TOLD = 6;

/** Nothing where no times are told. */
function waitParts({ timed, folded }: OffCpuRecord): string[] {
  if (timed === undefined) return [];
  const { waits, idleMicros } = waitsOf(folded);
  const total = waits.reduce((sum, { micros }) => sum + micros, 0);
  const idle = `threads that waited for requests (${timeText(idleMicros * 1000)}) left out`;
  if (total === 0) return [`Waits: none, ${idle}.`];
  const sleeps = waits.filter(({ kind }) => kind === "sleep");
  const slept = sleeps.reduce((sum, { micros }) => sum + micros, 0);
  const cause =
    sleeps.length === 0
      ? ""
      : ` **Waits (sleeps)**: ${percentText(slept / total)} of it is asked for by the program ` +
        `itself, most in \`${sleeps[0].where}\`.`;
  const rows = waits
    .slice(0, WAITS_TOLD)
    .map(({ kind, where, micros }) => [
      kind,
      `\`${where}\``,
      timeText(micros * 1000),
      percentText(micros / total),
    ]);
  return [
    `The largest waits, ${timeText(total * 1000)} in all, ${idle}.${cause}`,
    table(["for", "where", "time", "of these waits"], rows),
  ];
}

const STATES = "(R preempted, S waiting, D device)";

function offCpuText(offCpu: OffCpuRecord): string {
  const { switches, byState, futexShare, timed, untimedWhy } = offCpu;
  const found = `${switches} switches at a light load (measured; the tracer slows the target)`;
  if (timed === undefined) {
    const why = untimedWhy || "perf did not tell when threads came back";
    return (
      `${found}: ${statesText(byState)} ${STATES}; in a futex ${percentText(futexShare)}. ` +
      `Counted, not weighed by time: ${why}.`
    );
  }
  const { nanosByState, futexShare: futexTime, deviceShare } = timed;
  const away = Object.values(nanosByState).reduce((sum, nanos) => sum + nanos, 0);
  const { coreWaitNanos } = offCpu;
  const wait =
    coreWaitNanos === undefined
      ? ""
      : ` Its threads waited ${timeText(coreWaitNanos)} for a core (schedstat).`;
  return (
    `${found}, away for ${timeText(away)} over all threads, by time: ` +
    `${statesText(nanosByState)} ${STATES}; by count: ${statesText(byState)}. Of the threads' ` +
    `time, each weighed by what it ran: in a futex ${percentText(futexTime)}, waiting for a ` +
    `device ${percentText(deviceShare)}.${wait}`
  );
}

function statesText(byState: Readonly<Record<string, number>>): string {
  const all = Object.values(byState).reduce((sum, each) => sum + each, 0);
  return Object.entries(byState)
    .toSorted(([, a], [, b]) => b - a)
    .map(([state, each]) => `${state} ${percentText(each / all)}`)
    .join(", ");
}

function storageText(record: StorageRecord): string {
  const { calls, shareOfResponse, tracedMedianNanos, cleanMedianNanos } = record;
  const told = Object.entries(calls)
    .toSorted(([, a], [, b]) => b.nanos - a.nanos)
    .map(([call, { count, nanos }]) => `${call} ${count} times, ${timeText(nanos / count)} each`);
  return (
    `Sync and write, of the response time with one order in flight: ` +
    `${shareText(shareOfResponse)} at most (measured: the time in which some thread is in such a ` +
    `call on a file; ${told.join("; ") || "there was none"}). Traced, p50 is ` +
    `${timeText(tracedMedianNanos)}, without ${timeText(cleanMedianNanos)}.`
  );
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function memorySection({ run, plot }: ReportParts): string {
  const parts = ["## Memory or CPU"];
  if (run.counters.length > 0) parts.push(countersText(run.counters, run.countersFrom));
  else parts.push("Hardware counters: not available on this host. What stands in:");
  if (run.simulation !== undefined) parts.push(simulationText(run));
  if (run.books.length > 0) {
    const rows = run.books.map(({ restingOrders, nanosPerOrder }) => [
      String(restingOrders),
      timeEstimate(nanosPerOrder),
    ]);
    parts.push(table(["resting orders", "time an order (measured)"], rows), plot("book-size"));
    parts.push(booksEndText(run));
  }
  return parts.filter((text) => text !== "").join("\n\n");
}

/** Why there are no larger books: where a target takes too long, that is an answer too. */
export function booksEndText({ missing }: ReportParts["run"]): string {
  const why = missing.find(({ what }) => what === "cost over book size")?.why;
  return why === undefined ? "" : `No larger book: ${why}.`;
}

function countersText(counters: ReportParts["run"]["counters"], from: string): string {
  const rows = counters.map(({ event, text, countedShare }) => [
    event,
    text,
    `${(countedShare * 100).toFixed(0)} %`,
  ]);
  const rates = Object.entries(ratesOf(counters)).map(
    ([rate, value]) => `${rate} ${value === undefined ? "not available" : value.toPrecision(3)}`,
  );
  return (
    `Counters from ${from} (measured):\n\n` +
    `${table(["event", "count", "counted"], rows)}\n\nDerived: ${rates.join(", ")}.`
  );
}

function simulationText(run: ReportParts["run"]): string {
  const { simulation } = run;
  const model = modelOf(run);
  if (simulation === undefined) return "";
  const per = (value: number) => value.toPrecision(4);
  const modelled = model === undefined ? "" : modelText(model);
  return (
    `Simulated (\`${simulation.command}\`): ${per(simulation.instructionsPerOrder)} ` +
    `instructions, ` +
    `${per(simulation.firstLevelMissesPerOrder)} first-level and ` +
    `${per(simulation.lastLevelMissesPerOrder)} last-level ` +
    `misses, ${per(simulation.mispredictsPerOrder)} mispredicted branches an order.${modelled}`
  );
}

function modelText(model: CostModel): string {
  const { nanos, memoryShare, mispredictShare, dependencyShare, closure, ipc } = model;
  const percents = ({ low, high }: { low: number; high: number }) =>
    `${(low * 100).toFixed(0)} to ${(high * 100).toFixed(0)} %`;
  return (
    ` Modelled (simulated x calibrated; first with misses where the simulated cache has them, ` +
    `then with all of them in memory): ${timeText(nanos.low)} to ${timeText(nanos.high)} an ` +
    `order, of that ${percents(memoryShare)} memory. Of the measured time ` +
    `${(mispredictShare * 100).toFixed(0)} % are mispredictions and ${percents(dependencyShare)} ` +
    `nothing in the model: waiting for results. Closure ${closure.low.toFixed(2)} to ` +
    `${closure.high.toFixed(2)}` +
    `${explains(model) ? "" : ": the model does not explain this program"}; derived instructions ` +
    `a cycle ${ipc.toFixed(2)}.`
  );
}
