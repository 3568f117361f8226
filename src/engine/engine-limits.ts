// How much an engine holds.

export type EngineLimits = {
  readonly instrumentsMax: number;
  readonly accountsMax: number;
  /** Working orders at most; a further one is refused. Memory is touched only when used. */
  readonly ordersMax: number;
  /** Client order ids of ended orders: as many may be known as the operator says, up to this. */
  readonly closedIdsMax: number;
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
  closedIdsMax: 1_000_000,
  balancesMax: 1_048_576,
  positionsMax: 1_048_576,
  tradesMax: 65_536,
  salt: 0,
};
