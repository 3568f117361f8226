// What may be said of market integrity: commands of kinds 40 to 49. Every method answers with the
// reason to refuse, and every check comes before any effect.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_ARM_DEAD_MAN,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_RESET_PROTECTION,
  COMMAND_SESSION_ENDED,
  COMMAND_SESSION_ID_WORD,
  COMMAND_SET_BANDS,
  COMMAND_SET_CASCADE_LIMIT,
  COMMAND_SET_DISCONNECT,
  COMMAND_SET_ENDED_IDS,
  COMMAND_SET_KILL_SWITCH,
  COMMAND_SET_MESSAGE_LIMITS,
  COMMAND_SET_PROTECTION,
  commandKindOf,
} from "../codec/command.ts";
import {
  ARM_DEAD_MAN_TIMEOUT_MICROS_WORD,
  RESET_PROTECTION_TARGET_ACCOUNT_ID_WORD,
  SESSION_ENDED_TARGET_SESSION_ID_WORD,
  SET_BANDS_BAND_FLAGS_WORD,
  SET_BANDS_CALL_MICROS_WORD,
  SET_BANDS_DYNAMIC_WIDTH_WORD,
  SET_BANDS_STATIC_WIDTH_WORD,
  SET_CASCADE_LIMIT_CALL_MICROS_WORD,
  SET_CASCADE_LIMIT_HALT_MICROS_WORD,
  SET_DISCONNECT_DISCONNECT_FLAGS_WORD,
  SET_ENDED_IDS_KNOWN_MAX_WORD,
  SET_MESSAGE_LIMITS_MESSAGES_MAX_WORD,
  SET_MESSAGE_LIMITS_MESSAGES_WINDOW_MICROS_WORD,
  SET_MESSAGE_LIMITS_REPEATS_MAX_WORD,
  SET_MESSAGE_LIMITS_REPEATS_WINDOW_MICROS_WORD,
  SET_MESSAGE_LIMITS_TARGET_ACCOUNT_ID_WORD,
  SET_MESSAGE_LIMITS_UNFILLED_MAX_WORD,
  SET_MESSAGE_LIMITS_UNFILLED_WINDOW_MICROS_WORD,
  SET_PROTECTION_LOTS_MAX_WORD,
  SET_PROTECTION_TARGET_ACCOUNT_ID_WORD,
  SET_PROTECTION_VALUE_MAX_WORD,
  SET_PROTECTION_WINDOW_MICROS_WORD,
} from "../codec/guard-command.ts";
import { ACCOUNT_SUM_MAX } from "../model/account.ts";
import {
  BAND_BASIS_POINTS_MAX,
  BAND_HAS_REFERENCE,
  BAND_IS_BASIS_POINTS,
  DISCONNECT_CANCELS,
  DISCONNECT_OF_ACCOUNT,
  EVERY_SESSION,
  GUARD_WINDOW_MICROS_MAX,
} from "../model/guard.ts";
import {
  REASON_ACCOUNTS_FULL,
  REASON_DISCONNECTED,
  REASON_GUARD_TERMS,
  REASON_GUARDS_FULL,
  REASON_NONE,
  REASON_NOT_PERMITTED,
  REASON_UNKNOWN_ACCOUNT,
  REASON_UNKNOWN_INSTRUMENT,
} from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { GuardReports } from "./guard-reports.ts";
import {
  ACCOUNT_DISCONNECTS,
  SESSION_ACCOUNT_SHIFT,
  SESSION_DISCONNECTS,
  SESSION_KILLED,
} from "./guard-tables.ts";
import type { KillSwitches } from "./kill-switches.ts";
import { ANY, type OrderEnds } from "./order-ends.ts";

const OPERATOR_ID = 0;
/** Each limit of messages with its window: a window needs a limit of one and more. */
const MESSAGE_LIMIT_WORDS = [
  [SET_MESSAGE_LIMITS_MESSAGES_WINDOW_MICROS_WORD, SET_MESSAGE_LIMITS_MESSAGES_MAX_WORD],
  [SET_MESSAGE_LIMITS_UNFILLED_WINDOW_MICROS_WORD, SET_MESSAGE_LIMITS_UNFILLED_MAX_WORD],
  [SET_MESSAGE_LIMITS_REPEATS_WINDOW_MICROS_WORD, SET_MESSAGE_LIMITS_REPEATS_MAX_WORD],
] as const;

export type GuardCommandsParts = {
  readonly tables: EngineTables;
  readonly reports: GuardReports;
  readonly ends: OrderEnds;
  readonly switches: KillSwitches;
};

export class GuardCommands {
  readonly #tables: EngineTables;
  readonly #reports: GuardReports;
  readonly #ends: OrderEnds;
  readonly #switches: KillSwitches;

  constructor(parts: GuardCommandsParts) {
    this.#tables = parts.tables;
    this.#reports = parts.reports;
    this.#ends = parts.ends;
    this.#switches = parts.switches;
  }

  apply(words: Int32Array, at: number): number {
    const isOperator = words[at + COMMAND_ACCOUNT_ID_WORD] === OPERATOR_ID;
    switch (commandKindOf(words, at)) {
      case COMMAND_SET_KILL_SWITCH:
        return this.#switches.set(words, at);
      case COMMAND_SET_DISCONNECT:
        return this.#setDisconnect(words, at);
      case COMMAND_SESSION_ENDED:
        return isOperator ? this.#endSession(words, at) : REASON_NOT_PERMITTED;
      case COMMAND_ARM_DEAD_MAN:
        return this.#armDeadMan(words, at);
      case COMMAND_SET_MESSAGE_LIMITS:
        return isOperator ? this.#setMessageLimits(words, at) : REASON_NOT_PERMITTED;
      case COMMAND_SET_PROTECTION:
        return this.#setProtection(words, at);
      case COMMAND_RESET_PROTECTION:
        return this.#resetProtection(words, at);
      case COMMAND_SET_BANDS:
        return isOperator ? this.#setBands(words, at) : REASON_NOT_PERMITTED;
      case COMMAND_SET_CASCADE_LIMIT:
        return isOperator ? this.#setCascadeLimit(words, at) : REASON_NOT_PERMITTED;
      case COMMAND_SET_ENDED_IDS:
        return isOperator ? this.#setEndedIds(words, at) : REASON_NOT_PERMITTED;
      default:
        return REASON_NONE;
    }
  }

  #setDisconnect(words: Int32Array, at: number): number {
    const { accounts, guards } = this.#tables;
    const { sessions } = guards;
    const flags = words[at + SET_DISCONNECT_DISCONNECT_FLAGS_WORD] & 0xff;
    const isOfAccount = (flags & DISCONNECT_OF_ACCOUNT) !== 0;
    const isOn = (flags & DISCONNECT_CANCELS) !== 0;
    const sessionId = words[at + COMMAND_SESSION_ID_WORD];
    if ((flags & ~(DISCONNECT_CANCELS | DISCONNECT_OF_ACCOUNT)) !== 0) return REASON_GUARD_TERMS;
    if (!isOfAccount && sessionId === ANY) return REASON_GUARD_TERMS;
    if (!isOfAccount && !sessions.hasRoom(sessionId)) return REASON_GUARDS_FULL;
    const accountId = words[at + COMMAND_ACCOUNT_ID_WORD] >>> 0;
    const accountRow = accounts.findOrAdd(accountId);
    if (accountRow === NONE) return REASON_ACCOUNTS_FULL;
    if (isOfAccount) {
      guards.setAccountFlag(accountRow, ACCOUNT_DISCONNECTS, isOn);
    } else {
      const killed = sessions.wordOf(sessionId) & SESSION_KILLED;
      const owner = (accountRow + 1) << SESSION_ACCOUNT_SHIFT;
      sessions.set(sessionId, isOn ? killed | SESSION_DISCONNECTS | owner : killed);
    }
    this.#reports.ofSetting(words, at, accountId);
    return REASON_NONE;
  }

  /** Nothing is said where nobody asked for anything. What was said of the session is forgotten. */
  #endSession(words: Int32Array, at: number): number {
    const { accounts, guards } = this.#tables;
    const { sessions } = guards;
    const sessionId = words[at + SESSION_ENDED_TARGET_SESSION_ID_WORD];
    for (let row = 0; row < accounts.count(); row++) {
      const cancels = (guards.accountFlagsOf(row) & ACCOUNT_DISCONNECTS) !== 0;
      if (cancels) this.#ends.ofAccount(row, ANY, sessionId, REASON_DISCONNECTED);
    }
    if (sessionId !== EVERY_SESSION) {
      this.#endOrdersOf(sessionId, sessions.wordOf(sessionId));
      sessions.set(sessionId, 0);
      return REASON_NONE;
    }
    for (let row = 0; row < sessions.count; row++) {
      this.#endOrdersOf(sessions.idAt(row) | 0, sessions.wordAt(row));
    }
    sessions.clear();
    return REASON_NONE;
  }

  /** A session that cancels speaks for the account that said so in it. */
  #endOrdersOf(sessionId: number, session: number): void {
    if ((session & SESSION_DISCONNECTS) === 0) return;
    const accountRow = (session >>> SESSION_ACCOUNT_SHIFT) - 1;
    this.#ends.ofAccount(accountRow, ANY, sessionId, REASON_DISCONNECTED);
  }

  #armDeadMan(words: Int32Array, at: number): number {
    const { accounts, guards, time } = this.#tables;
    const timeoutMicros = readU64(words, at + ARM_DEAD_MAN_TIMEOUT_MICROS_WORD);
    if (timeoutMicros > GUARD_WINDOW_MICROS_MAX) return REASON_GUARD_TERMS;
    const accountId = words[at + COMMAND_ACCOUNT_ID_WORD] >>> 0;
    const accountRow = accounts.findOrAdd(accountId);
    if (accountRow === NONE) return REASON_ACCOUNTS_FULL;
    if (timeoutMicros === 0) guards.deadMen.remove(accountRow);
    else guards.deadMen.set(accountRow, time.micros + timeoutMicros, accountId);
    this.#reports.ofSetting(words, at, accountId);
    return REASON_NONE;
  }

  #setMessageLimits(words: Int32Array, at: number): number {
    const { accounts, guards } = this.#tables;
    const accountId = words[at + SET_MESSAGE_LIMITS_TARGET_ACCOUNT_ID_WORD] >>> 0;
    if (!hasSoundMessageLimits(words, at)) return REASON_GUARD_TERMS;
    const accountRow = accounts.findOrAdd(accountId);
    if (accountRow === NONE) return REASON_ACCOUNTS_FULL;
    guards.limits.set(accountRow, words, at);
    guards.startAsking();
    guards.startWatchingFills();
    this.#reports.ofSetting(words, at, accountId);
    return REASON_NONE;
  }

  #setProtection(words: Int32Array, at: number): number {
    const { accounts, guards, instruments } = this.#tables;
    const { protections } = guards;
    const accountId = targetOf(words, at, SET_PROTECTION_TARGET_ACCOUNT_ID_WORD);
    if (!mayNameTarget(words, at, accountId)) return REASON_NOT_PERMITTED;
    const book = instruments.find(words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0);
    if (book === NONE) return REASON_UNKNOWN_INSTRUMENT;
    if (!hasSoundProtection(words, at)) return REASON_GUARD_TERMS;
    const accountRow = accounts.findOrAdd(accountId);
    if (accountRow === NONE) return REASON_ACCOUNTS_FULL;
    const row = protections.findOrAdd(accountRow, book);
    if (row === NONE) return REASON_GUARDS_FULL;
    protections.set(row, words, at);
    guards.startAsking();
    guards.startWatchingFills();
    this.#reports.ofSetting(words, at, accountId);
    return REASON_NONE;
  }

  #resetProtection(words: Int32Array, at: number): number {
    const { accounts, guards, instruments } = this.#tables;
    const accountId = targetOf(words, at, RESET_PROTECTION_TARGET_ACCOUNT_ID_WORD);
    if (!mayNameTarget(words, at, accountId)) return REASON_NOT_PERMITTED;
    const book = instruments.find(words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0);
    if (book === NONE) return REASON_UNKNOWN_INSTRUMENT;
    const row = guards.protections.find(accounts.find(accountId), book);
    if (row === NONE) return REASON_UNKNOWN_ACCOUNT;
    guards.protections.reset(row);
    this.#reports.ofSetting(words, at, accountId);
    return REASON_NONE;
  }

  #setBands(words: Int32Array, at: number): number {
    const { guards, instruments, wholes } = this.#tables;
    const book = instruments.find(words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0);
    if (book === NONE) return REASON_UNKNOWN_INSTRUMENT;
    if (!hasSoundBands(words, at)) return REASON_GUARD_TERMS;
    guards.bands.set(book, words, at);
    wholes.wakeAll();
    guards.bands.haveReference(book, this.#tables.states);
    this.#reports.ofSetting(words, at, OPERATOR_ID);
    return REASON_NONE;
  }

  #setCascadeLimit(words: Int32Array, at: number): number {
    const { guards, instruments } = this.#tables;
    const book = instruments.find(words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0);
    if (book === NONE) return REASON_UNKNOWN_INSTRUMENT;
    const haltMicros = readU64(words, at + SET_CASCADE_LIMIT_HALT_MICROS_WORD);
    const callMicros = readU64(words, at + SET_CASCADE_LIMIT_CALL_MICROS_WORD);
    if (Math.max(haltMicros, callMicros) > GUARD_WINDOW_MICROS_MAX) return REASON_GUARD_TERMS;
    guards.bands.setCascadeLimit(book, words, at);
    this.#reports.ofSetting(words, at, OPERATOR_ID);
    return REASON_NONE;
  }

  #setEndedIds(words: Int32Array, at: number): number {
    const { clOrdIds } = this.#tables;
    const knownMax = words[at + SET_ENDED_IDS_KNOWN_MAX_WORD] >>> 0;
    if (knownMax < 1 || knownMax > clOrdIds.knownLimit()) return REASON_GUARD_TERMS;
    clOrdIds.setKnownMax(knownMax);
    this.#reports.ofSetting(words, at, OPERATOR_ID);
    return REASON_NONE;
  }
}

/** The account that a command is about: its own unless it names another one. */
function targetOf(words: Int32Array, at: number, targetWord: number): number {
  return words[at + targetWord] >>> 0 || words[at + COMMAND_ACCOUNT_ID_WORD] >>> 0;
}

function mayNameTarget(words: Int32Array, at: number, accountId: number): boolean {
  const askerId = words[at + COMMAND_ACCOUNT_ID_WORD] >>> 0;
  return askerId === OPERATOR_ID || askerId === accountId;
}

function hasSoundMessageLimits(words: Int32Array, at: number): boolean {
  for (const [windowWord, maxWord] of MESSAGE_LIMIT_WORDS) {
    const windowMicros = readU64(words, at + windowWord);
    if (windowMicros > GUARD_WINDOW_MICROS_MAX) return false;
    if (windowMicros > 0 && words[at + maxWord] === 0) return false;
  }
  return true;
}

function hasSoundProtection(words: Int32Array, at: number): boolean {
  return (
    readU64(words, at + SET_PROTECTION_LOTS_MAX_WORD) <= ACCOUNT_SUM_MAX &&
    readU64(words, at + SET_PROTECTION_VALUE_MAX_WORD) <= ACCOUNT_SUM_MAX &&
    readU64(words, at + SET_PROTECTION_WINDOW_MICROS_WORD) <= GUARD_WINDOW_MICROS_MAX
  );
}

function hasSoundBands(words: Int32Array, at: number): boolean {
  const flags = words[at + SET_BANDS_BAND_FLAGS_WORD] & 0xff;
  const staticWidth = words[at + SET_BANDS_STATIC_WIDTH_WORD] >>> 0;
  const dynamicWidth = words[at + SET_BANDS_DYNAMIC_WIDTH_WORD] >>> 0;
  const isRelative = (flags & BAND_IS_BASIS_POINTS) !== 0;
  if ((flags & ~(BAND_IS_BASIS_POINTS | BAND_HAS_REFERENCE)) !== 0) return false;
  if (isRelative && Math.max(staticWidth, dynamicWidth) > BAND_BASIS_POINTS_MAX) return false;
  return readU64(words, at + SET_BANDS_CALL_MICROS_WORD) <= GUARD_WINDOW_MICROS_MAX;
}
