// What a seed decides: how large, fast and busy everything is, and which faults there are and how
// often. Each seed leaves some faults out and gives the others wild weights, so that seldom ones
// are not hidden behind frequent ones.

import type { Prng } from "../../src/base/prng.ts";
import type { SnapshotPlan } from "./simulated-snapshots.ts";
import type { Taste } from "./trader.ts";

/** Every kind of fault: the longest mean time between two, in milliseconds. */
export const FAULTS = {
  "process killed": 20_000,
  "power lost": 20_000,
  "clean stop": 40_000,
  "death inside a step": 20_000,
  "slow disk": 20_000,
  "stalled disk": 40_000,
  "full disk": 40_000,
  "failing disk": 40_000,
  "bit flipped": 40_000,
  "block altered": 40_000,
  "segment lost": 60_000,
  "snapshot damaged": 40_000,
  "connection reset": 10_000,
  "connection dark": 20_000,
  "slow reader": 10_000,
  "slow network": 20_000,
  "datagrams lost": 20_000,
  "datagrams doubled": 20_000,
  "datagrams late": 20_000,
  "clock jumps": 20_000,
  "second start": 40_000,
  "history fails": 20_000,
} as const;

export type Fault = keyof typeof FAULTS;

export type Swarm = {
  /** Mean milliseconds between two of a kind; faults that are off are missing. */
  readonly meanMillis: ReadonlyMap<Fault, number>;
  readonly traders: readonly Taste[];
  readonly watchers: number;
  /** Mean time between two orders of each trader over OUCH: SoupBinTCP and UDP. */
  readonly ouchThinkMicros: readonly number[];
  readonly ouchUdpThinkMicros: readonly number[];
  /** Of each trader over FIX. */
  readonly fixThinkMicros: readonly number[];
  readonly itchReceivers: number;
  readonly houseThinkMicros: number;
  readonly segmentBytes: number;
  readonly batchBytesMax: number;
  readonly snapshots: SnapshotPlan;
  readonly sectorBytes: number;
  readonly diskLatencyMicros: number;
  readonly cutsOf100: number;
};

/** Which faults a run has: each with even odds, every one, or these, and these often. */
export type FaultChoice = "some" | "all" | readonly Fault[];

export function isFault(name: string): name is Fault {
  return Object.hasOwn(FAULTS, name);
}

/** The shortest mean time, as a part of the longest. */
const WILDNESS = 10;
const KIB = 1024;

export function drawSwarm(prng: Prng, choice: FaultChoice): Swarm {
  return {
    meanMillis: drawFaults(prng, choice),
    traders: Array.from({ length: prng.nextBetween(1, 3) }, () => drawTaste(prng)),
    watchers: prng.nextBetween(1, 2),
    ouchThinkMicros: Array.from({ length: prng.nextBelow(3) }, () => drawThinkMicros(prng)),
    itchReceivers: prng.nextBelow(3),
    houseThinkMicros: prng.nextBetween(20_000, 400_000),
    segmentBytes: prng.nextBetween(4, 32) * KIB,
    batchBytesMax: prng.nextBetween(8, 40) * 64,
    snapshots: drawSnapshotPlan(prng),
    sectorBytes: [64, 512, 4096][prng.nextBelow(3)],
    diskLatencyMicros: [100, 1000, 20_000][prng.nextBelow(3)],
    cutsOf100: [0, 5, 50][prng.nextBelow(3)],
    ouchUdpThinkMicros: Array.from({ length: prng.nextBelow(3) }, () => drawThinkMicros(prng)),
    fixThinkMicros: Array.from({ length: prng.nextBelow(3) }, () => drawThinkMicros(prng)),
  };
}

function drawFaults(prng: Prng, choice: FaultChoice): ReadonlyMap<Fault, number> {
  const meanMillis = new Map<Fault, number>();
  for (const [fault, longestMillis] of Object.entries(FAULTS) as [Fault, number][]) {
    const shortestMillis = longestMillis / WILDNESS;
    if (Array.isArray(choice)) {
      if (choice.includes(fault)) meanMillis.set(fault, shortestMillis);
    } else if (choice === "all" || prng.nextChance(1, 2)) {
      meanMillis.set(fault, prng.nextBetween(shortestMillis, longestMillis));
    }
  }
  return meanMillis;
}

function drawSnapshotPlan(prng: Prng): SnapshotPlan {
  const everyCommands = prng.nextChance(2, 3) ? prng.nextBetween(5, 100) : 0;
  const snapshotsMax = prng.nextBetween(1, 3);
  const segmentsMax = prng.nextBetween(1, 4);
  const retention = prng.nextChance(1, 2) ? { snapshotsMax } : { snapshotsMax, segmentsMax };
  return { everyCommands, retention };
}

function drawThinkMicros(prng: Prng): number {
  return prng.nextBetween(10_000, 200_000);
}

function drawTaste(prng: Prng): Taste {
  const some = (): number => (prng.nextChance(1, 3) ? 0 : prng.nextBetween(1, 10));
  const protocol = prng.nextChance(1, 3) ? "rest" : "websocket";
  return {
    protocol,
    thinkMicros: drawThinkMicros(prng),
    new: prng.nextBetween(4, 12),
    cancel: some(),
    amend: some(),
    batch: some(),
    cancelAll: prng.nextBelow(2),
    status: some(),
    openOrders: prng.nextBelow(3),
    guard: protocol === "rest" ? 0 : prng.nextBelow(2),
  };
}
