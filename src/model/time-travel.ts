// What a gateway may ask about the past: of a book, of an order.

import type { StoryLine } from "./order-story.ts";
import type { DepthSnapshot } from "./venue.ts";

/** After that command; or after the last one stamped at or before that time. */
export type LogMoment = { readonly sequence: number } | { readonly timeMicros: number };

export type PastDepth = DepthSnapshot & {
  /** Of the moment itself: the last command before the answer. */
  readonly atSequence: number;
  readonly atMicros: number;
};

export type PastOrder = {
  /** 0: the account has no such order. */
  readonly instrumentId: number;
  readonly lines: readonly StoryLine[];
  /** Lines beyond those that were asked for. */
  readonly untoldCount: number;
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

  /** The same of an account's order: at most `linesMax` lines, nothing the public never saw. */
  askStory(
    accountId: number,
    orderId: number,
    linesMax: number,
    onAnswer: (answer: PastOrder | Error) => void,
  ): boolean;
}
