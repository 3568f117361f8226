// `outcry log verify`: is every byte of a log as it was written, and does it still give the states
// that its snapshots hold?

import type { RecordBuffer } from "../base/record-buffer.ts";
import type { Engine } from "../engine/engine.ts";
import { LOG_REMOVED, LogFailure } from "../log/log-failure.ts";
import { type LogBlock, LogReader } from "../log/log-reader.ts";
import { blocksToEnd } from "../log/log-tail.ts";
import { nodeDisk } from "../log/node-disk.ts";
import type { Seal } from "../log/seal.ts";
import { readSeals, verifySealsOfLog } from "../log/seal-file.ts";
import { snapshotPath, snapshotSequences, verifySnapshot } from "../log/snapshot-file.ts";
import type { SnapshotHeader } from "../log/snapshot-header.ts";
import { firstSequenceIn } from "./log-extent.ts";
import { oldestFold, otherDamage, scanLog } from "./log-scan.ts";
import { ProofError, SealCheck } from "./proof.ts";

export type SnapshotVerdict = {
  readonly sequence: number;
  readonly verdict: string;
  /** Whole, and of another log: one of the two is in the wrong place. */
  readonly isOfOther: boolean;
};

export type LogReport = {
  /** "whole", "torn" (a crash cut the last write: a start cuts it) or "damaged". */
  readonly verdict: "whole" | "torn" | "damaged";
  readonly problem: string;
  readonly instanceId: string;
  readonly epoch: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly blocks: number;
  readonly tornBytes: number;
  readonly snapshots: readonly SnapshotVerdict[];
  /** Of the seals: "whole", what is wrong, or "" where there are none. */
  readonly seals: string;
  /** Of the replay; "" without one. */
  readonly historyHash: string;
  readonly stateHash: string;
};

export const WHOLE = "whole";

/** Reads everything, and where `replays` folds it. */
export function verifyLog(directory: string, replays: boolean): LogReport {
  const checks = snapshotChecks(directory);
  const firstSequence = firstSequenceIn(directory);
  const replay = replays ? oldestFold(directory) : undefined;
  const seals = sealChecks(directory, replay?.start.fromSequence);
  let blocks = 0;
  const onBlock = (block: LogBlock): void => {
    blocks++;
    if (replay === undefined) return;
    const { engine } = replay.fold;
    replay.fold.applyBlock(block, (records, at) => seals.compare(engine, records, at));
    checks.compare(engine);
  };
  const start = replay?.start ?? { fromSequence: firstSequence };
  const older = damageBefore(directory, firstSequence, start.fromSequence, () => blocks++);
  const { end, tail, problem: damage } = scanLog(directory, start, onBlock);
  const problem = older ?? damage ?? otherDamage(directory, end);
  const tornBytes = tail?.tornBytes ?? 0;
  const instanceId = hexOf(end.header?.instanceId);
  if (problem === undefined) seals.compareEnd(instanceId, end.lastSequence);
  const snapshots = checks.verdicts(instanceId);
  const sealVerdict = seals.verdict();
  const isDamaged =
    problem !== undefined ||
    snapshots.some(({ verdict }) => verdict !== WHOLE) ||
    ![WHOLE, ""].includes(sealVerdict);
  const engine = replay?.fold.engine;
  const sound = tornBytes > 0 ? "torn" : "whole";
  return {
    verdict: isDamaged ? "damaged" : sound,
    problem: problem?.message ?? "",
    instanceId,
    epoch: end.lastEpoch,
    firstSequence,
    lastSequence: end.lastSequence,
    blocks,
    tornBytes,
    snapshots,
    seals: sealVerdict,
    historyHash: engine === undefined ? "" : hex(engine.events.historyHash),
    stateHash: engine?.stateHash() ?? "",
  };
}

/** Of the blocks that a replay from `toSequence` on does not read: there the state is not known. */
function damageBefore(
  directory: string,
  fromSequence: number,
  toSequence: number,
  onBlock: () => void,
): LogFailure | undefined {
  const reader = new LogReader(directory, fromSequence);
  try {
    for (const { lastSequence } of blocksToEnd(reader, directory, nodeDisk)) {
      if (lastSequence >= toSequence) break;
      onBlock();
    }
    return undefined;
  } catch (failure) {
    if (!(failure instanceof LogFailure) || failure.code === LOG_REMOVED) throw failure;
    return failure;
  } finally {
    reader.close();
  }
}

type Folded = {
  readonly sequence: number;
  readonly events: { readonly historyHash: number };
  stateHash(): string;
};

function snapshotChecks(directory: string) {
  const verdicts = new Map<number, string>();
  const headers = new Map<number, SnapshotHeader>();
  for (const sequence of snapshotSequences(nodeDisk, directory)) {
    try {
      headers.set(sequence, verifySnapshot(nodeDisk, snapshotPath(directory, sequence)));
      verdicts.set(sequence, WHOLE);
    } catch (failure) {
      if (!(failure instanceof LogFailure)) throw failure;
      if (failure.code !== LOG_REMOVED) verdicts.set(sequence, failure.message);
    }
  }
  return {
    /** With what the log gives at the same sequence. */
    compare(engine: Folded): void {
      const header = headers.get(engine.sequence);
      if (header === undefined) return;
      const found = [engine.stateHash(), hex(engine.events.historyHash)].join(", ");
      const expected = [header.stateHash, hex(header.historyHash)].join(", ");
      if (found === expected) return;
      verdicts.set(
        engine.sequence,
        `expected state and history ${expected}, replay gives ${found}`,
      );
    },
    /** "": no segment says which log it is. */
    verdicts(instanceId: string): SnapshotVerdict[] {
      return Array.from(verdicts, ([sequence, verdict]) => {
        const other = hexOf(headers.get(sequence)?.instanceId);
        const isOfOther = other !== "" && instanceId !== "" && other !== instanceId;
        const found = `expected a snapshot of log ${instanceId}, found one of ${other}`;
        return { sequence, verdict: isOfOther ? found : verdict, isOfOther };
      });
    },
  };
}

/** `fromSequence`: where a replay begins that gives their roots; undefined without one. */
function sealChecks(directory: string, fromSequence: number | undefined) {
  let verdict = "";
  let check: SealCheck | undefined;
  let seals: readonly Seal[] = [];
  try {
    seals = readSeals(nodeDisk, directory);
    if (seals.length > 0) verdict = WHOLE;
    if (fromSequence !== undefined) check = new SealCheck(seals, fromSequence);
  } catch (failure) {
    if (!(failure instanceof LogFailure)) throw failure;
    verdict = failure.message;
  }
  return {
    compare({ sequence, events }: Engine, records: RecordBuffer, at: number): void {
      try {
        check?.add(sequence, records, at, events.words, events.endWord);
      } catch (failure) {
        if (!(failure instanceof ProofError)) throw failure;
        verdict = failure.message;
        check = undefined;
      }
    },
    compareEnd(instanceId: string, lastSequence: number): void {
      try {
        verifySealsOfLog(directory, seals, instanceId, lastSequence);
      } catch (failure) {
        if (!(failure instanceof LogFailure)) throw failure;
        verdict = failure.message;
      }
    },
    verdict: () => verdict,
  };
}

function hexOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("hex");
}

function hex(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, "0");
}

export function verifyText(report: LogReport): string {
  const { verdict, problem, instanceId, epoch, firstSequence, lastSequence, blocks } = report;
  const lines = [
    `${verdict}: sequences ${firstSequence} to ${lastSequence} in ${blocks} blocks`,
    `log ${instanceId}, opened ${epoch} times`,
  ];
  if (problem !== "") lines.push(`damage: ${problem}`);
  if (report.tornBytes > 0)
    lines.push(`an unfinished write of ${report.tornBytes} bytes at the end`);
  for (const snapshot of report.snapshots) {
    lines.push(`snapshot ${snapshot.sequence}: ${snapshot.verdict}`);
  }
  if (report.seals !== "") lines.push(`seals: ${report.seals}`);
  const { historyHash, stateHash } = report;
  if (stateHash !== "") lines.push(`replayed: history ${historyHash}, state ${stateHash}`);
  return `${lines.join("\n")}\n`;
}
