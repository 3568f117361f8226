// What a gateway may ask about the past of a book.

import type { DepthSnapshot } from "./venue.ts";

/** After that command; or after the last one stamped at or before that time. */
export type LogMoment = { readonly sequence: number } | { readonly timeMicros: number };

export type PastDepth = DepthSnapshot & {
  /** Of the moment itself: the last command before the answer. */
  readonly atSequence: number;
  readonly atMicros: number;
};

export interface TimeTravel {
  /**
   * One question at a time: false while another is under way, and no answer comes then. The answer
   * is an Error where the log does not go back so far.
   */
  askDepth(
    instrumentId: number,
    moment: LogMoment,
    levelsMax: number,
    onAnswer: (answer: PastDepth | Error) => void,
  ): boolean;
}
