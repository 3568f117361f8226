// Whether a history is of the log beside it. A log may be cut, removed
// or replaced by an older copy while the history stays: it would pass over what came since.

import { readU64 } from "../base/record-buffer.ts";
import { COMMAND_TIME_MICROS_WORD } from "../codec/command.ts";
import { LogFailure } from "../log/log-failure.ts";
import { LogReader } from "../log/log-reader.ts";
import type { HistoryMark } from "../store/schema.ts";
import { instanceIdIn } from "./log-extent.ts";

/**
 * Why the history of `mark` is not one of the log in `directory`, which is durable up to
 * `durableSequence`; "" where it is.
 */
export function whyNotOfLog(directory: string, durableSequence: number, mark: HistoryMark): string {
  const { sequence, instanceId, timeMicros } = mark;
  if (sequence === 0) return "";
  const ofLog = instanceIdIn(directory);
  const isKnown = instanceId !== "";
  if (isKnown && ofLog !== "" && instanceId !== ofLog) {
    return `expected a history of log ${ofLog}, found one of log ${instanceId} up to ${sequence}`;
  }
  if (sequence > durableSequence) {
    const ends = `expected a history up to ${durableSequence} at most, where the log ends`;
    const lost = `commands ${durableSequence + 1} to ${sequence} were acknowledged and are missing`;
    const what = isKnown && ofLog !== "" ? lost : `${lost}, or the history is of another log`;
    return `${ends}, found one up to ${sequence}: ${what}`;
  }
  const logMicros = timeMicros === 0 ? undefined : timeMicrosAt(directory, sequence);
  if (logMicros === undefined || logMicros === timeMicros) return "";
  return (
    `expected command ${sequence} of ${textOf(logMicros)}, as in the log, found one of ` +
    `${textOf(timeMicros)}: commands up to it were acknowledged and are missing, others stand there`
  );
}

/** The time of a durable command; undefined where the log cannot say it any more. */
function timeMicrosAt(directory: string, sequence: number): number | undefined {
  const reader = new LogReader(directory, sequence);
  try {
    const block = reader.next();
    if (block === undefined) return undefined;
    return readU64(block.records.words, block.startBytes / 4 + COMMAND_TIME_MICROS_WORD);
  } catch (failure) {
    if (failure instanceof LogFailure) return undefined; // Whoever needs what is gone will say so.
    throw failure;
  } finally {
    reader.close();
  }
}

function textOf(micros: number): string {
  return `${new Date(micros / 1000).toISOString()} (${micros} us)`;
}
