// How much an engine holds.

export type EngineLimits = {
  readonly instrumentsMax: number;
  readonly accountsMax: number;
  /** Working orders at most; a further one is refused. Memory is touched only when used. */
  readonly ordersMax: number;
  /**
   * Slices that the icebergs at work have together; where they reach it no further one is taken.
   * One command may trade with all of them, so they are as many as there may be orders.
   */
  readonly slicesMax: number;
  /** Client order ids of ended orders: at most so many are known, of a trading day or as said. */
  readonly closedIdsMax: number;
  /** So many of them are close at hand, and known where nobody says more (decision 0074). */
  readonly recentIdsMax: number;
  /** Balances, and positions, of all configured accounts together. */
  readonly balancesMax: number;
  readonly positionsMax: number;
  /** The last trades of configured accounts: those that can be busted or corrected. */
  readonly tradesMax: number;
  /** Any number: makes the tables' places unpredictable from outside. Behavior does not show it. */
  readonly salt: number;
};

export const ENGINE_LIMITS: EngineLimits = {
  instrumentsMax: 16_384,
  accountsMax: 65_536,
  ordersMax: 1_048_576,
  slicesMax: 1_048_576,
  closedIdsMax: 16_777_216,
  recentIdsMax: 65_536,
  balancesMax: 1_048_576,
  positionsMax: 1_048_576,
  tradesMax: 65_536,
  salt: 0,
};
