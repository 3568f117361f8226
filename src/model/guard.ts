// What keeps a market whole when somebody in it does not: kill switches, ends of sessions, dead-man
// timers, limits of messages, market-maker protection. Codes and limits of their records.

/** Levels of kill switches, the widest first. */
export const KILL_MARKET = 1;
export const KILL_FIRM = 2;
export const KILL_ACCOUNT = 3;
export const KILL_SESSION = 4;

/** The switch is on from now on; without it, off. */
export const SWITCH_ON = 1 << 0;
/** What works at that level is canceled now. */
export const SWITCH_CANCELS = 1 << 1;

/** Orders are canceled when their session ends. */
export const DISCONNECT_CANCELS = 1 << 0;
/** That is said of every session of the account, not of the one that says it. */
export const DISCONNECT_OF_ACCOUNT = 1 << 1;

/** The target of a session-ended command: all sessions there were. */
export const EVERY_SESSION = 0;

/** A day: whoever is silent for longer has gone home. */
export const GUARD_WINDOW_MICROS_MAX = 86_400_000_000;

/** The widths of bands are basis points of their reference, rounded down, and at least a tick. */
export const BAND_IS_BASIS_POINTS = 1 << 0;
/** The command says what the static band's reference is. */
export const BAND_HAS_REFERENCE = 1 << 1;
export const BAND_BASIS_POINTS_MAX = 1_000_000;

/** No trade further than so many ticks (or basis points) from a reference; 0 is no band. */
export type PriceBands = {
  readonly instrumentId: number;
  readonly isBasisPoints: boolean;
  /** Undefined: the last trade's price, once there is one, and then that of each uncross. */
  readonly staticReferenceTicks?: number;
  readonly staticWidth: number;
  /** From the last trade's price when an order begins to trade. */
  readonly dynamicWidth: number;
  /** How long the volatility call lasts that a breach begins; 0: until the operator ends it. */
  readonly callMicros: number;
  /** Chance has it end up to so much later. */
  readonly callRandomMicros: number;
};

/** How many orders one command may fire before the instrument halts; 0 is no limit. */
export type CascadeLimit = {
  readonly instrumentId: number;
  readonly ordersMax: number;
  /** 0: until the operator says otherwise. */
  readonly haltMicros: number;
  /** Of the volatility call that follows. */
  readonly callMicros: number;
};

/** At most so many messages, so many repeats, in any one window; a window of 0 is no limit. */
export type MessageLimits = {
  readonly accountId: number;
  readonly messagesMax: number;
  readonly messagesWindowMicros: number;
  /** Messages of a window that need no fill, and how many each fill of the window adds. */
  readonly unfilledMax: number;
  readonly unfilledPerFill: number;
  readonly unfilledWindowMicros: number;
  /** The same order so many times in a row. */
  readonly repeatsMax: number;
  readonly repeatsWindowMicros: number;
};

/** At most so much is filled in a window before the exchange steps in; a limit of 0 is none. */
export type MakerProtection = {
  /** 0: the asking account's own. */
  readonly accountId: number;
  readonly instrumentId: number;
  readonly fillsMax: number;
  readonly lotsMax: number;
  /** Money, either way: ticks x lots x the instrument's moneyUnits. */
  readonly valueMax: number;
  /** 0: no protection. */
  readonly windowMicros: number;
};
