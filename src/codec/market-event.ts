// The fields of events about an instrument's trading day: docs/protocols/journal.md, "Phase
// changed". They lie in the 128 bytes of every event. Constants named ..._WORD are 32-bit word
// indexes from the record's first word.

export const PHASE_CHANGED_PHASE_WORD = 8; // Then phaseBefore, nextPhase, extensions.
export const PHASE_CHANGED_END_TIME_MICROS_WORD = 16;
export const PHASE_CHANGED_REFERENCE_TICKS_WORD = 18;
export const PHASE_CHANGED_LOW_TICKS_WORD = 19;
export const PHASE_CHANGED_HIGH_TICKS_WORD = 20;
export const PHASE_CHANGED_HAS_COLLAR_WORD = 21;

export const INDICATIVE_PRICE_TICKS_WORD = 14;
export const INDICATIVE_SIDE_WORD = 15;
export const INDICATIVE_PAIRED_LOTS_WORD = 16;
export const INDICATIVE_IMBALANCE_LOTS_WORD = 18;

/** Calendar set and call set have these words of their command, the first to the last. */
export const MARKET_SETTING_FIRST_WORD = 8;
export const MARKET_SETTING_END_WORD = 16;

export function phaseOf(words: Int32Array, at: number): number {
  return words[at + PHASE_CHANGED_PHASE_WORD] & 0xff;
}

export function phaseBeforeOf(words: Int32Array, at: number): number {
  return (words[at + PHASE_CHANGED_PHASE_WORD] >>> 8) & 0xff;
}

export function nextPhaseOf(words: Int32Array, at: number): number {
  return (words[at + PHASE_CHANGED_PHASE_WORD] >>> 16) & 0xff;
}

/** How often the call was extended so far. */
export function extensionsOf(words: Int32Array, at: number): number {
  return words[at + PHASE_CHANGED_PHASE_WORD] >>> 24;
}
