// Commands about an instrument's trading day: docs/protocols/journal.md, kinds 30 to 39. Only the
// operator's count. Constants named ..._WORD are 32-bit word indexes from the record's first word.

import { type RecordBuffer, writeU64 } from "../base/record-buffer.ts";
import { COMMAND_SET_PHASE, writeCommandHeader } from "./command.ts";

export const SET_PHASE_PHASE_WORD = 8; // Then nextPhase.
export const SET_PHASE_RANDOM_MICROS_WORD = 9;
export const SET_PHASE_END_TIME_MICROS_WORD = 10;
export const SET_PHASE_NEXT_MICROS_WORD = 12;

const OPERATOR_ID = 0;

export type PhaseOrder = {
  /** 0 is every instrument. */
  readonly instrumentId: number;
  /** model/phase.ts */
  readonly phase: number;
  /** What follows when its time is over. */
  readonly nextPhase: number;
  /** When it ends, microseconds since the Unix epoch; 0 when it is told to. */
  readonly endTimeMicros: number;
  /** It ends up to so much later, as chance has it. */
  readonly randomMicros: number;
  /** How long the next phase lasts; 0 until it is told to end. */
  readonly nextMicros: number;
};

export function writeSetPhase(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  order: PhaseOrder,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SET_PHASE, OPERATOR_ID, order.instrumentId, sessionId);
  words[at + SET_PHASE_PHASE_WORD] = order.phase | (order.nextPhase << 8);
  words[at + SET_PHASE_RANDOM_MICROS_WORD] = order.randomMicros;
  writeU64(words, at + SET_PHASE_END_TIME_MICROS_WORD, order.endTimeMicros);
  writeU64(words, at + SET_PHASE_NEXT_MICROS_WORD, order.nextMicros);
}
