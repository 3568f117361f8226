// The report's sections on cost: on the processor, off it, memory, counters or what stands in.

import { ratesOf } from "../capability/perf-stat.ts";
import { timeText } from "../load/load-text.ts";
import { FoldedStacks } from "../profile/folded-stacks.ts";
import { hotspotsOf, speedUp } from "../profile/hotspots.ts";
import { explains, modelOf } from "../verdict/evidence.ts";
import { shareText, table, timeEstimate } from "./markdown.ts";
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
    `${speedUp(each.self.value, Number.POSITIVE_INFINITY).toFixed(2)} / ` +
      `${speedUp(each.self.value, 2).toFixed(2)}`,
  ]);
  const named = ((profile.named / profile.samples) * 100).toFixed(1);
  const cost = 1 - profile.observedPerSecond / profile.cleanPerSecond;
  const costText = cost > 0 ? `${(cost * 100).toFixed(1)} % of the rate` : "below the noise";
  return [
    "## On-CPU",
    `Sampled: n = ${profile.samples}, ${named} % named. By ${profile.source}. Observer's ` +
      `cost: ${costText}. ` +
      profile.notes.join(" "),
    table(["function", "kind", "self", "inclusive", "times faster if free / if halved"], rows),
    `![Flame graph](${name}-flamegraph.svg)`,
  ].join("\n\n");
}

function offCpuSection({ run }: ReportParts, name: string): string {
  const { offCpu } = run;
  if (offCpu === undefined) return "## Off-CPU\n\nNot available.";
  const states = Object.entries(offCpu.byState)
    .toSorted(([, a], [, b]) => b - a)
    .map(([state, count]) => `${state} ${((count / offCpu.switches) * 100).toFixed(1)} %`);
  return [
    "## Off-CPU",
    `${offCpu.switches} switches at a light load (measured; the tracer slows the target): ` +
      `${states.join(", ")} ` +
      `(R preempted, S waiting, D device); in a futex ${(offCpu.futexShare * 100).toFixed(1)} %.`,
    `![Off-CPU flame graph](${name}-offcpu.svg)`,
  ].join("\n\n");
}

function memorySection({ run, plot }: ReportParts): string {
  const parts = ["## Memory or CPU"];
  if (run.counters.length > 0) parts.push(countersText(run.counters, run.countersFrom));
  else parts.push("Hardware counters: not available on this host. What stands in:");
  if (run.simulation !== undefined) parts.push(simulationText(run));
  if (run.books.length > 1) {
    const rows = run.books.map(({ restingOrders, nanosPerOrder }) => [
      String(restingOrders),
      timeEstimate(nanosPerOrder),
    ]);
    parts.push(table(["resting orders", "time an order (measured)"], rows), plot("book-size"));
  }
  return parts.filter((text) => text !== "").join("\n\n");
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
  const modelled =
    model === undefined
      ? ""
      : ` Modelled (simulated x calibrated): ${timeText(model.nanos)} an order, ` +
        `${(model.memoryShare * 100).toFixed(0)} % ` +
        `memory, closure ${model.closure.toFixed(2)}` +
        `${explains(model) ? "" : ": the model does not explain this program"}; ` +
        `derived instructions a cycle ${model.ipc.toFixed(2)}.`;
  return (
    `Simulated (\`${simulation.command}\`): ${per(simulation.instructionsPerOrder)} ` +
    `instructions, ` +
    `${per(simulation.firstLevelMissesPerOrder)} first-level and ` +
    `${per(simulation.lastLevelMissesPerOrder)} last-level ` +
    `misses, ${per(simulation.mispredictsPerOrder)} mispredicted branches an order.${modelled}`
  );
}
