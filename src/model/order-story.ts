// The story of an order: what its owner was told, where it stood, and who was served before it.

/** Something that the exchange told the order's owner. */
export type StoryEvent = {
  readonly what: "event";
  readonly sequence: number;
  readonly timeMicros: number;
  readonly eventKind: number;
  readonly reason: number;
  readonly priceTicks: number;
  readonly cumQtyLots: number;
  readonly leavesQtyLots: number;
  readonly lastPxTicks: number;
  readonly lastQtyLots: number;
};

/** Where the order stands after a command that moved it: who trades before it. */
export type StoryPlace = {
  readonly what: "place";
  readonly sequence: number;
  readonly where: "displayed" | "dark" | "gathering" | "waiting for a price" | "parked";
  readonly priceTicks: number;
  /** Orders at better prices, displayed and dark, and at its own price before it. */
  readonly ordersAhead: number;
  readonly lotsAhead: number;
};

/** Another order of its side was served while it stood there. */
export type StoryPassed = {
  readonly what: "passed";
  readonly sequence: number;
  /** 0 where the public does not see all of it and the story is for the public. */
  readonly orderId: number;
  readonly lastPxTicks: number;
  readonly lastQtyLots: number;
  readonly why: PassedReason;
};

export type PassedReason =
  | "better price"
  | "earlier at its price"
  | "the level is shared pro rata"
  | "displayed before dark"
  | "trades whole or not at all"
  | "waits for a price"
  | "first in the call"
  | "parked";

export type StoryLine = StoryEvent | StoryPlace | StoryPassed;
