// hot path
// Commands of market integrity: docs/protocols/journal.md, kinds 40 to 48. Constants named ..._WORD
// are 32-bit word indexes from the record's first word, ..._BYTE byte offsets from its first byte.

import { type RecordBuffer, writeU64 } from "../base/record-buffer.ts";
import {
  BAND_HAS_REFERENCE,
  BAND_IS_BASIS_POINTS,
  type CascadeLimit,
  DISCONNECT_CANCELS,
  DISCONNECT_OF_ACCOUNT,
  KILL_ACCOUNT,
  type MakerProtection,
  type MessageLimits,
  type PriceBands,
  SWITCH_CANCELS,
  SWITCH_ON,
} from "../model/guard.ts";
import {
  type Asker,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_ARM_DEAD_MAN,
  COMMAND_RESET_PROTECTION,
  COMMAND_SESSION_ENDED,
  COMMAND_SET_BANDS,
  COMMAND_SET_CASCADE_LIMIT,
  COMMAND_SET_DISCONNECT,
  COMMAND_SET_ENDED_IDS,
  COMMAND_SET_KILL_SWITCH,
  COMMAND_SET_MESSAGE_LIMITS,
  COMMAND_SET_PROTECTION,
  writeCommandHeader,
} from "./command.ts";

export const SET_KILL_SWITCH_LEVEL_WORD = 8; // Then switchFlags.
export const SET_KILL_SWITCH_TARGET_ID_WORD = 9;

export const SET_DISCONNECT_DISCONNECT_FLAGS_WORD = 8;

export const SESSION_ENDED_TARGET_SESSION_ID_WORD = 8;

export const ARM_DEAD_MAN_TIMEOUT_MICROS_WORD = 8;

export const SET_MESSAGE_LIMITS_TARGET_ACCOUNT_ID_WORD = 8;
export const SET_MESSAGE_LIMITS_MESSAGES_MAX_WORD = 9;
export const SET_MESSAGE_LIMITS_MESSAGES_WINDOW_MICROS_WORD = 10;
export const SET_MESSAGE_LIMITS_UNFILLED_MAX_WORD = 12;
export const SET_MESSAGE_LIMITS_UNFILLED_PER_FILL_WORD = 13;
export const SET_MESSAGE_LIMITS_UNFILLED_WINDOW_MICROS_WORD = 14;
export const SET_MESSAGE_LIMITS_REPEATS_MAX_WORD = 16;
export const SET_MESSAGE_LIMITS_REPEATS_WINDOW_MICROS_WORD = 18;

export const SET_PROTECTION_TARGET_ACCOUNT_ID_WORD = 8;
export const SET_PROTECTION_FILLS_MAX_WORD = 9;
export const SET_PROTECTION_LOTS_MAX_WORD = 10;
export const SET_PROTECTION_VALUE_MAX_WORD = 12;
export const SET_PROTECTION_WINDOW_MICROS_WORD = 14;

export const RESET_PROTECTION_TARGET_ACCOUNT_ID_WORD = 8;

export const SET_BANDS_BAND_FLAGS_WORD = 8;
export const SET_BANDS_STATIC_REFERENCE_TICKS_WORD = 9;
export const SET_BANDS_STATIC_WIDTH_WORD = 10;
export const SET_BANDS_DYNAMIC_WIDTH_WORD = 11;
export const SET_BANDS_CALL_MICROS_WORD = 12;
export const SET_BANDS_CALL_RANDOM_MICROS_WORD = 14;

export const SET_CASCADE_LIMIT_ORDERS_MAX_WORD = 8;
export const SET_CASCADE_LIMIT_HALT_MICROS_WORD = 10;
export const SET_CASCADE_LIMIT_CALL_MICROS_WORD = 12;

export const SET_ENDED_IDS_KNOWN_MAX_WORD = 8;

const OPERATOR_ID = 0;

export type KillSwitch = {
  /** KILL_..., model/guard.ts. */
  readonly level: number;
  /** The firm, account or session; 0 for the whole market. */
  readonly targetId: number;
  readonly isOn: boolean;
  readonly cancels: boolean;
};

export function writeSetKillSwitch(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  { level, targetId, isOn, cancels }: KillSwitch,
): void {
  const at = offsetBytes / 4;
  const flags = (isOn ? SWITCH_ON : 0) | (cancels ? SWITCH_CANCELS : 0);
  writeCommandHeader(words, at, COMMAND_SET_KILL_SWITCH, OPERATOR_ID, 0, sessionId);
  words[at + SET_KILL_SWITCH_LEVEL_WORD] = level | (flags << 8);
  words[at + SET_KILL_SWITCH_TARGET_ID_WORD] = targetId;
}

/** Of the account itself, whose own switch it is. */
export function writeSetOwnSwitch(
  record: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: Asker,
  isOn: boolean,
): void {
  const own = { level: KILL_ACCOUNT, targetId: accountId, isOn, cancels: false };
  writeSetKillSwitch(record, offsetBytes, sessionId, own);
  record.words[offsetBytes / 4 + COMMAND_ACCOUNT_ID_WORD] = accountId;
}

export function writeSetDisconnect(
  { words }: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: Asker,
  cancels: boolean,
  isOfAccount: boolean,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SET_DISCONNECT, accountId, 0, sessionId);
  words[at + SET_DISCONNECT_DISCONNECT_FLAGS_WORD] =
    (cancels ? DISCONNECT_CANCELS : 0) | (isOfAccount ? DISCONNECT_OF_ACCOUNT : 0);
}

/** Written by the exchange itself: nobody is left to ask, and nobody to hear the answer. */
export function writeSessionEnded(
  { words }: RecordBuffer,
  offsetBytes: number,
  targetSessionId: number,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SESSION_ENDED, OPERATOR_ID, 0, 0);
  words[at + SESSION_ENDED_TARGET_SESSION_ID_WORD] = targetSessionId;
}

/** A timeout of 0 disarms. */
export function writeArmDeadMan(
  { words }: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: Asker,
  timeoutMicros: number,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_ARM_DEAD_MAN, accountId, 0, sessionId);
  writeU64(words, at + ARM_DEAD_MAN_TIMEOUT_MICROS_WORD, timeoutMicros);
}

export function writeSetMessageLimits(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  limits: MessageLimits,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SET_MESSAGE_LIMITS, OPERATOR_ID, 0, sessionId);
  words[at + SET_MESSAGE_LIMITS_TARGET_ACCOUNT_ID_WORD] = limits.accountId;
  words[at + SET_MESSAGE_LIMITS_MESSAGES_MAX_WORD] = limits.messagesMax;
  writeU64(words, at + SET_MESSAGE_LIMITS_MESSAGES_WINDOW_MICROS_WORD, limits.messagesWindowMicros);
  words[at + SET_MESSAGE_LIMITS_UNFILLED_MAX_WORD] = limits.unfilledMax;
  words[at + SET_MESSAGE_LIMITS_UNFILLED_PER_FILL_WORD] = limits.unfilledPerFill;
  writeU64(words, at + SET_MESSAGE_LIMITS_UNFILLED_WINDOW_MICROS_WORD, limits.unfilledWindowMicros);
  words[at + SET_MESSAGE_LIMITS_REPEATS_MAX_WORD] = limits.repeatsMax;
  writeU64(words, at + SET_MESSAGE_LIMITS_REPEATS_WINDOW_MICROS_WORD, limits.repeatsWindowMicros);
}

export function writeSetProtection(
  { words }: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: Asker,
  protection: MakerProtection,
): void {
  const at = offsetBytes / 4;
  const { instrumentId } = protection;
  writeCommandHeader(words, at, COMMAND_SET_PROTECTION, accountId, instrumentId, sessionId);
  words[at + SET_PROTECTION_TARGET_ACCOUNT_ID_WORD] = protection.accountId;
  words[at + SET_PROTECTION_FILLS_MAX_WORD] = protection.fillsMax;
  writeU64(words, at + SET_PROTECTION_LOTS_MAX_WORD, protection.lotsMax);
  writeU64(words, at + SET_PROTECTION_VALUE_MAX_WORD, protection.valueMax);
  writeU64(words, at + SET_PROTECTION_WINDOW_MICROS_WORD, protection.windowMicros);
}

/** `targetAccountId` 0: the asking account's own. */
export function writeResetProtection(
  { words }: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: Asker,
  targetAccountId: number,
  instrumentId: number,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_RESET_PROTECTION, accountId, instrumentId, sessionId);
  words[at + RESET_PROTECTION_TARGET_ACCOUNT_ID_WORD] = targetAccountId;
}

export function writeSetBands(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  bands: PriceBands,
): void {
  const at = offsetBytes / 4;
  const { instrumentId, staticReferenceTicks } = bands;
  const hasReference = staticReferenceTicks !== undefined;
  writeCommandHeader(words, at, COMMAND_SET_BANDS, OPERATOR_ID, instrumentId, sessionId);
  words[at + SET_BANDS_BAND_FLAGS_WORD] =
    (bands.isBasisPoints ? BAND_IS_BASIS_POINTS : 0) | (hasReference ? BAND_HAS_REFERENCE : 0);
  words[at + SET_BANDS_STATIC_REFERENCE_TICKS_WORD] = staticReferenceTicks ?? 0;
  words[at + SET_BANDS_STATIC_WIDTH_WORD] = bands.staticWidth;
  words[at + SET_BANDS_DYNAMIC_WIDTH_WORD] = bands.dynamicWidth;
  writeU64(words, at + SET_BANDS_CALL_MICROS_WORD, bands.callMicros);
  words[at + SET_BANDS_CALL_RANDOM_MICROS_WORD] = bands.callRandomMicros;
}

export function writeSetCascadeLimit(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  { instrumentId, ordersMax, haltMicros, callMicros }: CascadeLimit,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SET_CASCADE_LIMIT, OPERATOR_ID, instrumentId, sessionId);
  words[at + SET_CASCADE_LIMIT_ORDERS_MAX_WORD] = ordersMax;
  writeU64(words, at + SET_CASCADE_LIMIT_HALT_MICROS_WORD, haltMicros);
  writeU64(words, at + SET_CASCADE_LIMIT_CALL_MICROS_WORD, callMicros);
}

/** So many client order ids of ended orders are known from now on. */
export function writeSetEndedIds(
  { words }: RecordBuffer,
  offsetBytes: number,
  sessionId: number,
  knownMax: number,
): void {
  const at = offsetBytes / 4;
  writeCommandHeader(words, at, COMMAND_SET_ENDED_IDS, OPERATOR_ID, 0, sessionId);
  words[at + SET_ENDED_IDS_KNOWN_MAX_WORD] = knownMax;
}
