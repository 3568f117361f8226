// What the public is told of an instrument beyond its orders: the phase of its trading, and in a
// call what would trade if it ended now.

import { PHASE_CONTINUOUS } from "./phase.ts";
import { REASON_NONE } from "./reasons.ts";

export type Indication = {
  readonly priceTicks: number;
  readonly matchedLots: number;
  /** What would be left over at that price, and of which side; 0 of nobody's. */
  readonly surplusLots: number;
  readonly surplusSide: number;
};

/** Beyond these prices a call is extended. */
export type Collar = {
  readonly referenceTicks: number;
  readonly lowTicks: number;
  readonly highTicks: number;
};

export type MarketStatus = {
  readonly instrumentId: number;
  /** Of the last change; 0 where nothing ever changed. */
  readonly sequence: number;
  readonly timeMicros: number;
  readonly phase: number;
  /** Why that phase began, or goes on: model/reasons.ts. */
  readonly reason: number;
  /** Its earliest end, microseconds since the Unix epoch; 0 when it is told to. */
  readonly endTimeMicros: number;
  readonly nextPhase: number;
  /** How often this call was extended. */
  readonly extensions: number;
  readonly collar: Collar | undefined;
  /** Undefined outside of calls, and where nothing would trade. */
  readonly indication: Indication | undefined;
};

/** An instrument that was never told otherwise trades continuously. */
export function untoldStatus(instrumentId: number): MarketStatus {
  return {
    instrumentId,
    sequence: 0,
    timeMicros: 0,
    phase: PHASE_CONTINUOUS,
    reason: REASON_NONE,
    endTimeMicros: 0,
    nextPhase: PHASE_CONTINUOUS,
    extensions: 0,
    collar: undefined,
    indication: undefined,
  };
}
