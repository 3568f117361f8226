// The rules of docs/lab.md: which bottlenecks hold, by which numbers, how surely. Several may hold;
// none: UNDECIDED. A rule whose inputs are not there is unknown, never false.

import type { Evidence } from "./evidence.ts";
import { THRESHOLDS } from "./thresholds.ts";

export type BottleneckName =
  | "GENERATOR-BOUND"
  | "CPU-bound"
  | "kernel"
  | "garbage collection"
  | "memory-bound"
  | "lock-bound"
  | "I/O-bound"
  | "transport-bound"
  | "wake-up-bound (low load)";

/** Two independent kinds of evidence, one of them an intervention; one kind; correlation only. */
export type Confidence = "high" | "medium" | "low";

export type Finding = {
  readonly name: BottleneckName;
  /** Undefined: what it takes to know was not measured. */
  readonly holds: boolean | undefined;
  readonly confidence: Confidence;
  readonly inputs: readonly string[];
};

type Input = { readonly text: string; readonly isMet: boolean | undefined };

export function decide(evidence: Evidence): Finding[] {
  return [
    generator(evidence),
    cpu(evidence),
    all("kernel", "low", [
      atLeast("kernel share of CPU time", evidence.kernelShare, "kernelShareMin"),
    ]),
    all("garbage collection", "medium", [
      atLeast("share of samples", evidence.collectorShare, "collectorShareMin"),
    ]),
    memory(evidence),
    all("lock-bound", "medium", [
      atLeast("futex share of switches", evidence.futexShare, "futexShareMin"),
      atLeast(
        "voluntary switches an order",
        evidence.voluntaryPerOrder,
        "voluntaryPerOperationMin",
      ),
    ]),
    all("I/O-bound", "medium", [
      atLeast(
        "uninterruptible share of switches",
        evidence.uninterruptibleShare,
        "uninterruptibleShareMin",
      ),
    ]),
    transport(evidence),
    all("wake-up-bound (low load)", "medium", [
      atLeast("two wake-ups of p50", evidence.wakeUpsOfMedian, "wakeUpsOfMedianMin"),
    ]),
  ];
}

/** The names that hold, or UNDECIDED. */
export function bottlenecksOf(findings: readonly Finding[]): string {
  const held = findings.filter(({ holds }) => holds === true);
  if (held.length === 0) return "UNDECIDED";
  return held.map(({ name, confidence }) => `${name} (${confidence} confidence)`).join(", ");
}

/** What leaves late for a target that has time to spare, and is most of what is waited for. */
function generator({ generatorLagShare, heldBackShare = 0, offCpuShare }: Evidence): Finding {
  const { generatorLagShareMin, achievedShareMin, spareShareMin } = THRESHOLDS;
  const heldBackMax = 1 - achievedShareMin;
  return all("GENERATOR-BOUND", "high", [
    {
      text:
        `lag ${shareText(generatorLagShare)} of the response time ` +
        `(>= ${shareText(generatorLagShareMin)}) or ${shareText(heldBackShare)} of the plan kept ` +
        `back (> ${(heldBackMax * 100).toFixed(1)} %)`,
      isMet:
        generatorLagShare === undefined
          ? undefined
          : generatorLagShare >= generatorLagShareMin || heldBackShare > heldBackMax,
    },
    {
      text: `off-CPU ${shareText(offCpuShare)} (> ${shareText(spareShareMin)})`,
      isMet: offCpuShare === undefined ? undefined : offCpuShare > spareShareMin,
    },
  ]);
}

function cpu(evidence: Evidence): Finding {
  const { offCpuShare, quotaElasticity } = evidence;
  const max = THRESHOLDS.offCpuShareMax;
  const inputs: Input[] = [
    atLeast("utilization of the busiest thread", evidence.utilization, "utilizationMin"),
    {
      text: `off-CPU ${shareText(offCpuShare)} (<= ${shareText(max)})`,
      isMet: offCpuShare === undefined ? undefined : offCpuShare <= max,
    },
  ];
  if (quotaElasticity === undefined) return all("CPU-bound", "medium", inputs);
  const elastic = atLeast("elasticity under half a core", quotaElasticity, "elasticityCpuMin");
  return all("CPU-bound", "high", [...inputs, elastic]);
}

/** Real counters decide; without them two of three substitutes. */
function memory(evidence: Evidence): Finding {
  const { backEndShare, lastLevelMissesPerKilo, derivedIpc } = evidence;
  if (backEndShare !== undefined || lastLevelMissesPerKilo !== undefined) {
    return some("memory-bound", 1, "medium", [
      atLeast("back-end share of slots", backEndShare, "backEndShareMin"),
      atLeast(
        "last-level misses a 1000 instructions",
        lastLevelMissesPerKilo,
        "cacheMissesPerKiloMin",
      ),
    ]);
  }
  const { derivedIpcMax: ipcMax, mispredictShareMax } = THRESHOLDS;
  const { modelledMispredictShare: mispredicts = 0 } = evidence;
  return some("memory-bound", 2, "medium", [
    atLeast("modelled memory share", evidence.modelledMemoryShare, "modelledMemoryShareMin"),
    atLeast("cost, largest book to smallest", evidence.bookGrowth, "workingSetRatioMin"),
    {
      text:
        `derived instructions a cycle ${numberText(derivedIpc)} (<= ${ipcMax}), ` +
        `mispredictions ${shareText(mispredicts)} (< ${shareText(mispredictShareMax)})`,
      isMet:
        derivedIpc === undefined
          ? undefined
          : derivedIpc <= ipcMax && mispredicts < mispredictShareMax,
    },
  ]);
}

function transport({ transportShare, lowerLayerGain }: Evidence): Finding {
  const min = THRESHOLDS.transportShareMin;
  const interval =
    transportShare && `[${shareText(transportShare.low)}, ${shareText(transportShare.high)}]`;
  return all("transport-bound", "high", [
    {
      text:
        `null operation's share of CPU time ${shareText(transportShare?.value)} ` +
        `${interval ?? ""} (> ${shareText(min)})`,
      isMet: transportShare === undefined ? undefined : transportShare.low > min,
    },
    atLeast("engine alone, times the ceiling", lowerLayerGain, "lowerLayerGainMin"),
  ]);
}

function atLeast(what: string, value: number | undefined, limit: keyof typeof THRESHOLDS): Input {
  const min = THRESHOLDS[limit];
  return {
    text: `${what} ${numberText(value)} (>= ${min})`,
    isMet: value === undefined ? undefined : value >= min,
  };
}

function all(name: BottleneckName, confidence: Confidence, inputs: readonly Input[]): Finding {
  return some(name, inputs.length, confidence, inputs);
}

/** Holds when `needed` inputs are met; unknown while those not measured could still decide it. */
function some(
  name: BottleneckName,
  needed: number,
  confidence: Confidence,
  inputs: readonly Input[],
): Finding {
  const met = inputs.filter(({ isMet }) => isMet === true).length;
  const open = inputs.filter(({ isMet }) => isMet === undefined).length;
  const holds = met >= needed || (met + open < needed ? false : undefined);
  return { name, holds, confidence, inputs: inputs.map(({ text }) => text) };
}

function numberText(value: number | undefined): string {
  return value === undefined ? "not available" : value.toPrecision(3);
}

function shareText(value: number | undefined): string {
  return value === undefined ? "not available" : `${(value * 100).toFixed(0)} %`;
}
