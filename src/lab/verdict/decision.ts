// The rules of docs/lab.md: which bottlenecks hold, by which numbers, how surely. Several may hold;
// none: UNDECIDED. A rule whose inputs are not there is unknown, never false.

import type { Interval } from "../statistics/estimate.ts";
import { explains } from "./cost-model.ts";
import type { Evidence } from "./evidence.ts";
import {
  all,
  allAtLeast,
  allAtMost,
  atLeast,
  atMost,
  either,
  type Finding as FindingOf,
  type Input,
  numberText,
  shareText,
  some,
  within,
} from "./rule.ts";
import { THRESHOLDS } from "./thresholds.ts";

export type BottleneckName =
  | "GENERATOR-BOUND"
  | "CPU-bound"
  | `CPU-bound: ${"branch" | "core" | "front-end" | "kernel" | "garbage collection"}`
  | "memory-bound"
  | "lock-bound"
  | "I/O-bound"
  | "transport-bound"
  | "wake-up-bound (low load)";

export type Finding = FindingOf<BottleneckName>;

export function decide(evidence: Evidence): Finding[] {
  const processor = cpu(evidence);
  const parts = [branch, core, frontEnd, kernel, collector];
  return [
    generator(evidence),
    processor,
    ...parts.map((part) => within(processor, part(evidence))),
    memory(evidence),
    lock(evidence),
    storage(evidence),
    transport(evidence),
    wakeUps(evidence),
  ];
}

/** The names that hold, or UNDECIDED; of CPU-bound what it is bound by, where that is known. */
export function bottlenecksOf(findings: readonly Finding[]): string {
  const held = findings.filter(({ holds }) => holds === true);
  if (held.length === 0) return "UNDECIDED";
  const isTold = ({ name }: Finding) => !held.some((each) => each.name.startsWith(`${name}: `));
  return held
    .filter(isTold)
    .map(({ name, confidence }) => `${name} (${confidence} confidence)`)
    .join(", ");
}

function wakeUps({ wakeUpsOfMedian, wakeUpsWhy }: Evidence): Finding {
  const share = atLeast("two wake-ups of p50", wakeUpsOfMedian, "wakeUpsOfMedianMin");
  const told = { ...share, text: `${share.text}${wakeUpsWhy}` };
  return all("wake-up-bound (low load)", "medium", [told]);
}

/** What leaves late for a target that has time to spare, and is most of what is waited for. */
function generator(evidence: Evidence): Finding {
  const { generatorLagShare, heldBackShare = 0, offCpuShare, isGeneratorLate } = evidence;
  const { generatorLagShareMin, achievedShareMin, spareShareMin } = THRESHOLDS;
  const heldBackMax = 1 - achievedShareMin;
  const found = all("GENERATOR-BOUND", "medium", [
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
  if (found.holds === true && !evidence.isSaturated) {
    const held = "but the target held the rate all the same: it bounds none";
    return { ...found, holds: undefined, inputs: [...found.inputs, held] };
  }
  if (found.holds !== false || !isGeneratorLate) return found;
  // At the highest rate it was not to blame; in the sustained run it may have been.
  const late = "but in the sustained run it did not keep its plan (V2)";
  return { ...found, holds: undefined, inputs: [...found.inputs, late] };
}

/**
 * What it would run at its ceiling is unknown where no load reached it, and what it would run with
 * a core of its own where it, or the generator that feeds it, waited for one.
 */
function busy(evidence: Evidence): Input {
  const { utilization, coreWaitShare = 0, generatorWaitShare = 0, isSaturated } = evidence;
  const what = "utilization of the busiest thread";
  const runs = atLeast(what, utilization, "utilizationMin");
  if (runs.isMet === false && !isSaturated) {
    return { text: `${runs.text}, at a rate that was held: no ceiling`, isMet: undefined };
  }
  const wanted = utilization === undefined ? 0 : utilization + coreWaitShare + generatorWaitShare;
  if (runs.isMet !== false || wanted < THRESHOLDS.utilizationMin) return runs;
  const text =
    `${runs.text}, and for ${shareText(coreWaitShare)} of the time it waited for a core, the ` +
    `generator for ${shareText(generatorWaitShare)}`;
  return { text, isMet: undefined };
}

function cpu(evidence: Evidence): Finding {
  const { offCpuShare = 0, generatorWaitShare = 0, isSaturated, quotaElasticity } = evidence;
  const away = atMost("off-CPU share", evidence.offCpuShare, "offCpuShareMax");
  const isFed = isSaturated && offCpuShare - generatorWaitShare > THRESHOLDS.offCpuShareMax;
  const isOpen = !isFed && away.isMet === false;
  const inputs = [busy(evidence), isOpen ? { ...away, isMet: undefined } : away];
  const elastic = allAtLeast("elasticity under half a core", quotaElasticity, "elasticityCpuMin");
  if (elastic.isMet !== undefined) return all("CPU-bound", "high", [...inputs, elastic]);
  const told = all("CPU-bound", "medium", inputs);
  return { ...told, inputs: [...told.inputs, elastic.text] };
}

/** Slots lost, where counters tell; else what the mispredictions of a model that explains cost. */
function branch({ badSpeculationShare, model }: Evidence): Finding {
  if (badSpeculationShare !== undefined) {
    const what = "slots lost to bad speculation";
    const lost = atLeast(what, badSpeculationShare, "mispredictShareMin");
    return all("CPU-bound: branch", "medium", [lost]);
  }
  const share = model && explains(model) ? model.mispredictShare : undefined;
  const what = "modelled mispredictions of the time (where the model explains it)";
  return all("CPU-bound: branch", "medium", [atLeast(what, share, "mispredictShareMin")]);
}

/** What neither width, memory nor mispredictions explain is waiting for the result before. */
function core({ coreStallShare, model }: Evidence): Finding {
  if (coreStallShare !== undefined) {
    const what = "slots held up in the core";
    return all("CPU-bound: core", "medium", [atLeast(what, coreStallShare, "coreStallShareMin")]);
  }
  const what =
    "waiting for results (measured time less modelled width, memory and mispredictions; derived " +
    `instructions a cycle ${numberText(model?.ipc)})`;
  const left = allAtLeast(what, model?.dependencyShare, "dependencyShareMin");
  return all("CPU-bound: core", "medium", [left]);
}

/** Only counters tell: the model takes instructions as decoded in time. */
function frontEnd({ frontEndShare }: Evidence): Finding {
  const what = "slots that the front end left empty (counters)";
  return all("CPU-bound: front-end", "medium", [atLeast(what, frontEndShare, "frontEndShareMin")]);
}

function kernel({ kernelShare }: Evidence): Finding {
  const share = atLeast("kernel share of CPU time", kernelShare, "kernelShareMin");
  return all("CPU-bound: kernel", "medium", [share]);
}

function collector({ collectorShare }: Evidence): Finding {
  const share = atLeast("share of samples", collectorShare, "collectorShareMin");
  return all("CPU-bound: garbage collection", "medium", [share]);
}

/**
 * Counters decide; without them two of four substitutes. A larger book is an intervention, and so
 * is a neighbor that takes the memory's bandwidth.
 */
function memory(evidence: Evidence): Finding {
  const { memoryStallShare, lastLevelMissesPerKilo, bookGrowth, neighborRatio, model } = evidence;
  if (memoryStallShare !== undefined || lastLevelMissesPerKilo !== undefined) {
    return some("memory-bound", 1, "medium", [
      atLeast("slots that memory holds up", memoryStallShare, "memoryStallShareMin"),
      atLeast(
        "last-level misses a 1000 instructions",
        lastLevelMissesPerKilo,
        "cacheMissesPerKiloMin",
      ),
    ]);
  }
  const { derivedIpcMax: ipcMax, mispredictShareMax } = THRESHOLDS;
  const isGrowing = atLeast("cost, largest book to smallest", bookGrowth, "workingSetRatioMin");
  const share = model && explains(model) ? model.memoryShare : undefined;
  const beside = "cost beside a neighbor that streams, of that beside one that spins";
  const suffers = allAtLeast(beside, neighborRatio, "neighborRatioMin");
  const isTried = isGrowing.isMet === true || suffers.isMet === true;
  return some("memory-bound", 2, isTried ? "high" : "medium", [
    allAtLeast("modelled memory share", share, "modelledMemoryShareMin"),
    isGrowing,
    {
      text:
        `derived instructions a cycle ${numberText(model?.ipc)} (<= ${ipcMax}), ` +
        `mispredictions ${shareText(model?.mispredictShare)} (< ${shareText(mispredictShareMax)})`,
      isMet: model && model.ipc <= ipcMax && model.mispredictShare < mispredictShareMax,
    },
    suffers,
  ]);
}

/**
 * More connections are the intervention: behind one lock they queue. Where their doublings
 * contradict each other, what the switches say stands alone.
 */
function lock(evidence: Evidence): Finding {
  const { futexShare, voluntaryPerOrder, connectionsGain } = evidence;
  const what = "rate gained by twice the connections (five doublings)";
  const gain = allAtMost(what, connectionsGain, "connectionsGainMax");
  const waits = [
    ofTime(evidence, atLeast(`futex share of ${weighedBy(evidence)}`, futexShare, "futexShareMin")),
    atLeast("voluntary switches an order", voluntaryPerOrder, "voluntaryPerOperationMin"),
  ];
  if (gain.isMet !== undefined) return all("lock-bound", "high", [...waits, gain]);
  const told = all("lock-bound", "medium", waits);
  return { ...told, inputs: [...told.inputs, gain.text] };
}

/** Few switches may be much time: where they are only counted, they can say yes and never no. */
function ofTime({ isOffCpuTimed }: Evidence, share: Input): Input {
  return isOffCpuTimed || share.isMet === true ? share : { ...share, isMet: undefined };
}

function weighedBy({ isOffCpuTimed }: Evidence): string {
  return isOffCpuTimed ? "the threads' time" : "switches (not timed)";
}

/**
 * Interventions: half a core, which what waits for a device does not mind, and storage in memory,
 * which makes it faster.
 */
function storage(evidence: Evidence): Finding {
  const { uninterruptibleShare, storageShare, quotaElasticity, tmpfsGain } = evidence;
  const what = `uninterruptible share of ${weighedBy(evidence)}`;
  const waits = either(
    ofTime(evidence, atLeast(what, uninterruptibleShare, "uninterruptibleShareMin")),
    allAtLeast("sync and write of the response time", storageShare, "storageShareMin"),
  );
  const interventions = [
    allAtMost("elasticity under half a core", quotaElasticity, "elasticityIoMax"),
    allAtLeast("rate with the data on tmpfs, of that on disk", tmpfsGain, "tmpfsGainMin"),
  ];
  const tried = interventions.filter(({ isMet }) => isMet !== undefined);
  const found = all("I/O-bound", tried.length > 0 ? "high" : "medium", [waits, ...tried]);
  const open = interventions.filter(({ isMet }) => isMet === undefined);
  return { ...found, inputs: [...found.inputs, ...open.map(({ text }) => text)] };
}

/**
 * Going below the layer is the intervention. Where a target speaks no lower one, leaving out its
 * engine is: null operations that are hardly faster by the same way.
 */
function transport(evidence: Evidence): Finding {
  const { transportShare, isTransportBound, lowerLayerGain, lowerLayer, nullGain } = evidence;
  const isMost = isAbove(transportShare, THRESHOLDS.transportShareMin);
  const min = THRESHOLDS.transportShareMin;
  const interval =
    transportShare && `[${shareText(transportShare.low)}, ${shareText(transportShare.high)}]`;
  const share: Input = {
    text:
      `null operation's share of CPU time ${shareText(transportShare?.value)} ` +
      `${interval ?? ""} (> ${shareText(min)})` +
      `${isTransportBound ? ": an upper bound, which can only say no" : ""}`,
    isMet: isTransportBound && isMost === true ? undefined : isMost,
  };
  if (lowerLayerGain === undefined && nullGain !== undefined) {
    const what = "rate of null operations by the same way, of that of orders";
    return all("transport-bound", "medium", [share, allAtMost(what, nullGain, "nullGainMax")]);
  }
  const what = `rate by the next lower layer (${lowerLayer}), of its own`;
  const gains = allAtLeast(what, lowerLayerGain, "lowerLayerGainMin");
  return all("transport-bound", "high", [share, gains]);
}

/** Unknown where the limit lies inside of the interval. */
function isAbove(interval: Interval | undefined, min: number): boolean | undefined {
  if (interval === undefined || (interval.low <= min && interval.high > min)) return undefined;
  return interval.low > min;
}
