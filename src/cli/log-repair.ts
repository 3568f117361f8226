// `outcry log repair`: what is wrong with a log, and what may be done about it without losing
// anything that was acknowledged. Nothing else is offered.

import { join } from "node:path";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { findSnapshot, startAfter } from "../exchange/restore-fold.ts";
import { isLocked } from "../log/lock.ts";
import { LogFailure } from "../log/log-failure.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { type LogStart, readLog } from "../log/recovery.ts";
import { isUnfinished } from "../log/segment.ts";
import { snapshotPath } from "../log/snapshot-file.ts";
import { firstSequenceIn, oldestBegin } from "./log-extent.ts";
import { otherDamage, scanLog } from "./log-scan.ts";
import { verifyLog, WHOLE } from "./log-verify.ts";

export type Finding = {
  readonly found: string;
  /** False for what a crash leaves, and a start mends by itself. */
  readonly isDamage: boolean;
  /** What is done about it with --apply; "" where nothing is safe. */
  readonly repair: string;
  readonly advice: string;
  /** Files that the repair removes. */
  readonly files: readonly string[];
};

export function findRepairs(directory: string): Finding[] {
  return [...unfinishedFiles(directory), ...snapshotFindings(directory), ...logFindings(directory)];
}

/** A running exchange prepares files that it has not used yet. */
function unfinishedFiles(directory: string): Finding[] {
  if (isLocked(directory)) return [];
  const names = nodeDisk.names(directory).filter(isUnfinished);
  return names.map((name) => ({
    found: `${name}: prepared and never used`,
    isDamage: false,
    repair: "remove it",
    advice: "the next start does the same",
    files: [join(directory, name)],
  }));
}

/** A damaged snapshot may go where the log, or another one, gives the same state. */
function snapshotFindings(directory: string): Finding[] {
  const { snapshots } = verifyLog(directory, false);
  const mayGo = oldestBegin(directory) !== undefined;
  return snapshots
    .filter(({ verdict }) => verdict !== WHOLE)
    .map(({ sequence, verdict, isOfOther }) => {
      const found = `snapshot ${sequence}: ${verdict}`;
      if (isOfOther) return { found, isDamage: true, repair: "", advice: OF_OTHER, files: [] };
      const file = snapshotPath(directory, sequence);
      return {
        found,
        isDamage: true,
        repair: mayGo ? "remove it" : "",
        advice: mayGo
          ? "a start passes over it, and the log gives the same state"
          : "restore it from a copy: no other snapshot begins where this shortened log does",
        files: mayGo ? [file] : [],
      };
    });
}

const OF_OTHER = "move it away, unless it is the segments that are another exchange's";

function logFindings(directory: string): Finding[] {
  const fromSequence = firstSequenceIn(directory);
  const { end, problem: damage, tail } = scanLog(directory, { fromSequence }, () => {});
  const problem = damage ?? otherDamage(directory, end);
  if (problem === undefined) {
    if (tail?.place === undefined) return [];
    const { file, offsetBytes } = tail.place;
    const found = `${file}, byte ${offsetBytes}: an unfinished write of ${tail.tornBytes} bytes`;
    const advice = "the next start cuts it, unless an exchange runs and it is its write under way";
    return [{ found, isDamage: false, repair: "", advice, files: [] }];
  }
  const { header } = findSnapshot(directory, nodeDisk, ENGINE_LIMITS, Number.MAX_SAFE_INTEGER);
  const startsAnyway = header !== undefined && starts(directory, startAfter(header));
  const advice = startsAnyway
    ? `a start goes on from snapshot ${header.sequence}, behind the damage: nothing of the state ` +
      "is lost; restore the file from a copy for the history, time travel and proofs"
    : "restore the file from a copy or a replica; cutting the log there would lose what was " +
      "acknowledged behind it, and is not offered";
  return [{ found: problem.message, isDamage: true, repair: "", advice, files: [] }];
}

function starts(directory: string, start: LogStart): boolean {
  try {
    readLog(directory, start, () => {});
    return true;
  } catch (failure) {
    if (failure instanceof LogFailure) return false;
    throw failure;
  }
}

/** Does what is safe, as the directory's only writer. LOG_LOCKED beside a running exchange. */
export async function applyRepairs(directory: string, findings: readonly Finding[]): Promise<void> {
  const release = nodeDisk.lock(directory);
  try {
    for (const { files } of findings) for (const file of files) nodeDisk.remove(file);
    await nodeDisk.syncDirectory(directory);
  } finally {
    release();
  }
}

export function repairText(findings: readonly Finding[]): string {
  if (findings.length === 0) return "nothing to repair\n";
  return findings
    .map(({ found, repair, advice }) => {
      const offer = repair === "" ? "nothing to do here" : repair;
      return `${found}\n  ${offer}: ${advice}\n`;
    })
    .join("");
}
