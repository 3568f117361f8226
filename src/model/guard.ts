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
