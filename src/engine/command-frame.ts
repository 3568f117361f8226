// hot path
// The command at work, copied to where compiled code knows its place. Of an array that is handed
// around, each look at a word asks anew which array it is, whether the word lies in it and where
// it begins, and adds the word's number to the record's: ten instructions, where one is enough
// (decision 0014).

import { copyLanes, lanesOf } from "../base/lanes.ts";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { createRegisters } from "../base/registers.ts";
import { BLOCK_WORDS } from "../codec/command.ts";

export type CommandFrame = ReturnType<typeof createCommandFrame>;

export function createCommandFrame() {
  const words = createRegisters(2 * BLOCK_WORDS);
  const lanes = lanesOf(words);

  /** Takes the first block of the record at `commands.words[at]`. */
  function take(commands: RecordBuffer, at: number): void {
    const from = commands.lanes;
    const lane = at >> 1;
    lanes[0] = from[lane];
    lanes[1] = from[(lane + 1) | 0];
    lanes[2] = from[(lane + 2) | 0];
    lanes[3] = from[(lane + 3) | 0];
    lanes[4] = from[(lane + 4) | 0];
    lanes[5] = from[(lane + 5) | 0];
    lanes[6] = from[(lane + 6) | 0];
    lanes[7] = from[(lane + 7) | 0];
  }

  /** Takes its second block, of a kind that has one. */
  function takeSecond(commands: RecordBuffer, at: number): void {
    copyLanes(lanes, BLOCK_WORDS, commands.lanes, at + BLOCK_WORDS, BLOCK_WORDS);
  }

  return {
    /** The record's first block, and of the kinds that are looked at here its second. */
    words,
    take,
    takeSecond,
  };
}
