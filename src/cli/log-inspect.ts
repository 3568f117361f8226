// `outcry log inspect`: the parts of a log as they lie in its files, or a command with its events.

import { EVENT_BYTES } from "../codec/event.ts";
import { type NamedFields, namedCommand, namedEvent } from "../codec/record-fields.ts";
import { applyBlock } from "../exchange/follower.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { peekSegment, segmentIndexes, segmentName } from "../log/segment.ts";
import { firstSequenceIn } from "./log-extent.ts";
import { oldestFold, recordsIn, scanLog } from "./log-scan.ts";
import { usageError } from "./verb.ts";

export function segmentLines(directory: string): NamedFields[] {
  return segmentIndexes(nodeDisk, directory).map((index) => {
    const found = peekSegment(nodeDisk, directory, index);
    if (found === undefined) return { segment: segmentName(index), state: "blank" };
    const { firstSequence, segmentBytes, epoch, previousChecksum, instanceId } = found.header;
    return {
      ...{ segment: segmentName(index), state: "in use", firstSequence, segmentBytes, epoch },
      ...{ previousChecksum, checksum: found.checksum },
      instanceId: Buffer.from(instanceId).toString("hex"),
    };
  });
}

/** Every block, until the valid end; throws where the log is damaged. */
export function eachBlockLine(directory: string, say: (line: NamedFields) => void): void {
  const start = { fromSequence: firstSequenceIn(directory) };
  const { problem } = scanLog(directory, start, (block) => {
    const { firstSequence, lastSequence, startBytes, endBytes } = block;
    say({ firstSequence, lastSequence, recordBytes: endBytes - startBytes });
  });
  if (problem !== undefined) throw problem;
}

/** The command and the events that this build makes of it; a usage error where there is none. */
export function commandLines(directory: string, sequence: number): NamedFields[] {
  const { fold, start } = oldestFold(directory);
  const lines: NamedFields[] = [];
  let lastSequence = start.fromSequence - 1;
  const { problem } = scanLog(directory, start, (block) => {
    lastSequence = block.lastSequence;
    if (block.firstSequence > sequence) return;
    const here = [...recordsIn(block)].find((record) => record.sequence === sequence);
    if (here !== undefined) lines.push(namedCommand(block.records.bytes, here.at));
    applyBlock(fold.engine, block, (words, _startWord, endWord) => {
      if (fold.engine.sequence !== sequence) return;
      const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
      for (let at = 0; at < endWord * 4; at += EVENT_BYTES) lines.push(namedEvent(bytes, at));
    });
  });
  if (lines.length > 0) return lines;
  if (problem !== undefined) throw problem;
  const isEmpty = lastSequence < start.fromSequence;
  const range = `a sequence from ${start.fromSequence} to ${lastSequence}`;
  throw usageError("--sequence", isEmpty ? "none, as the log is empty" : range, `${sequence}`);
}
