// `outcry log stats`: what a log holds, in numbers.

import { readU64 } from "../base/record-buffer.ts";
import { COMMAND_TIME_MICROS_WORD, commandKindOf } from "../codec/command.ts";
import { COMMAND_FIELDS } from "../codec/record-fields.ts";
import type { LogBlock } from "../log/log-reader.ts";
import { firstSequenceIn } from "./log-extent.ts";
import { recordsIn, scanLog } from "./log-scan.ts";

const SECOND_MICROS = 1_000_000;

export type LogStats = {
  readonly commands: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly blocks: number;
  readonly recordBytes: number;
  /** Commands a block, mean and most: how well commits gather. */
  readonly commandsPerBlock: number;
  readonly commandsPerBlockMax: number;
  readonly firstTimeMicros: number;
  readonly lastTimeMicros: number;
  /** The busiest second by the commands' own times. */
  readonly commandsPerSecondMax: number;
};

export function statsOf(directory: string): LogStats {
  const byKind: Record<string, number> = {};
  let [commands, blocks, recordBytes, commandsPerBlockMax] = [0, 0, 0, 0];
  let [firstTimeMicros, lastTimeMicros] = [0, 0];
  let [second, inSecond, commandsPerSecondMax] = [0, 0, 0];
  const onCommand = (words: Int32Array, at: number): void => {
    const kind = commandKindOf(words, at);
    const name = COMMAND_FIELDS.get(kind)?.[0] ?? `kind ${kind}`;
    byKind[name] = (byKind[name] ?? 0) + 1;
    lastTimeMicros = readU64(words, at + COMMAND_TIME_MICROS_WORD);
    if (commands++ === 0) firstTimeMicros = lastTimeMicros;
    const present = Math.floor(lastTimeMicros / SECOND_MICROS);
    inSecond = present === second ? inSecond + 1 : 1;
    second = present;
    commandsPerSecondMax = Math.max(commandsPerSecondMax, inSecond);
  };
  const onBlock = (block: LogBlock): void => {
    blocks++;
    recordBytes += block.endBytes - block.startBytes;
    const count = block.lastSequence - block.firstSequence + 1;
    commandsPerBlockMax = Math.max(commandsPerBlockMax, count);
    for (const { at } of recordsIn(block)) onCommand(block.records.words, at / 4);
  };
  const { problem } = scanLog(directory, { fromSequence: firstSequenceIn(directory) }, onBlock);
  if (problem !== undefined) throw problem;
  const commandsPerBlock = blocks === 0 ? 0 : Math.round((10 * commands) / blocks) / 10;
  return {
    ...{ commands, byKind, blocks, recordBytes, commandsPerBlock, commandsPerBlockMax },
    ...{ firstTimeMicros, lastTimeMicros, commandsPerSecondMax },
  };
}
