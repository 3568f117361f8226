// What is said of market integrity, by the operator and by accounts of themselves.

import {
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
} from "../../src/codec/command.ts";
import { EVENT_GUARD_SET } from "../../src/codec/event.ts";
import type { KillSwitch } from "../../src/codec/guard-command.ts";
import { ACCOUNT_SUM_MAX } from "../../src/model/account.ts";
import {
  BAND_BASIS_POINTS_MAX,
  type CascadeLimit,
  GUARD_WINDOW_MICROS_MAX,
  type MakerProtection,
  type MessageLimits,
  type PriceBands,
} from "../../src/model/guard.ts";
import * as reasons from "../../src/model/reasons.ts";
import { takeReference } from "./naive-bands.ts";
import { forgetEndedIds } from "./naive-ends.ts";
import { setKillSwitch } from "./naive-kill-switches.ts";
import { noMessages } from "./naive-message-limits.ts";
import { nothingFilled, protectionOf } from "./naive-protections.ts";
import { endSession, sayOfSession } from "./naive-sessions.ts";
import { eventOf, type TwinState, tapeOf } from "./naive-state.ts";

/** Who asks, in which session: the operator, 0, or somebody who may not for most of them. */
export type GuardCommand = { readonly askedBy: number; readonly sessionId: number } & (
  | { readonly kind: "killSwitch"; readonly asked: KillSwitch }
  | { readonly kind: "disconnect"; readonly cancels: boolean; readonly isOfAccount: boolean }
  | { readonly kind: "sessionEnded"; readonly targetSessionId: number }
  | { readonly kind: "deadMan"; readonly timeoutMicros: number }
  | { readonly kind: "messageLimits"; readonly limits: MessageLimits }
  | { readonly kind: "protection"; readonly protection: MakerProtection }
  | { readonly kind: "bands"; readonly bands: PriceBands }
  | { readonly kind: "cascade"; readonly limit: CascadeLimit }
  | { readonly kind: "endedIds"; readonly knownMax: number }
  | {
      readonly kind: "resetProtection";
      readonly instrumentId: number;
      readonly targetAccountId: number;
    }
);

export const GUARD_KINDS = {
  killSwitch: COMMAND_SET_KILL_SWITCH,
  disconnect: COMMAND_SET_DISCONNECT,
  sessionEnded: COMMAND_SESSION_ENDED,
  deadMan: COMMAND_ARM_DEAD_MAN,
  messageLimits: COMMAND_SET_MESSAGE_LIMITS,
  protection: COMMAND_SET_PROTECTION,
  resetProtection: COMMAND_RESET_PROTECTION,
  bands: COMMAND_SET_BANDS,
  cascade: COMMAND_SET_CASCADE_LIMIT,
  endedIds: COMMAND_SET_ENDED_IDS,
} as const;

/** Only the operator says these. */
const OF_OPERATOR: readonly GuardCommand["kind"][] = [
  "sessionEnded",
  "messageLimits",
  "bands",
  "cascade",
  "endedIds",
];

export function isGuardCommand(command: { readonly kind: string }): command is GuardCommand {
  return command.kind in GUARD_KINDS;
}

/** Which instrument a command is about; 0 is none. */
export function instrumentIdOfGuard(command: GuardCommand): number {
  if (command.kind === "protection") return command.protection.instrumentId;
  if (command.kind === "bands") return command.bands.instrumentId;
  if (command.kind === "cascade") return command.limit.instrumentId;
  return command.kind === "resetProtection" ? command.instrumentId : 0;
}

/** Returns the reason to refuse. */
export function setGuard(state: TwinState, command: GuardCommand): number {
  const { askedBy, kind } = command;
  if (askedBy !== 0 && OF_OPERATOR.includes(kind)) return reasons.REASON_NOT_PERMITTED;
  switch (command.kind) {
    case "killSwitch":
      return setKillSwitch(state, askedBy, { ...command.asked, isOwn: askedBy !== 0 });
    case "disconnect":
      return setDisconnect(state, command);
    case "sessionEnded":
      endSession(state, command.targetSessionId);
      return reasons.REASON_NONE;
    case "deadMan":
      return armDeadMan(state, command);
    case "messageLimits":
      return setMessageLimits(state, command);
    case "protection":
      return setProtection(state, command);
    case "resetProtection":
      return resetProtection(state, command);
    case "bands":
      return setBands(state, command);
    case "cascade":
      return setCascadeLimit(state, command);
    case "endedIds":
      return setEndedIds(state, command);
  }
}

type Command<Kind> = GuardCommand & { readonly kind: Kind };

function setDisconnect(state: TwinState, command: Command<"disconnect">): number {
  const { askedBy, cancels, isOfAccount, sessionId } = command;
  if (!isOfAccount && sessionId === 0) return reasons.REASON_GUARD_TERMS;
  if (!knows(state, askedBy)) return reasons.REASON_ACCOUNTS_FULL;
  if (!isOfAccount) {
    sayOfSession(state, sessionId, { accountId: cancels ? askedBy : undefined });
  } else if (cancels) {
    state.guards.disconnecting.add(askedBy);
  } else {
    state.guards.disconnecting.delete(askedBy);
  }
  return isSet(state, command, askedBy);
}

function armDeadMan(state: TwinState, command: Command<"deadMan">): number {
  const { askedBy, timeoutMicros } = command;
  if (timeoutMicros > GUARD_WINDOW_MICROS_MAX) return reasons.REASON_GUARD_TERMS;
  if (!knows(state, askedBy)) return reasons.REASON_ACCOUNTS_FULL;
  if (timeoutMicros === 0) state.guards.deadMen.delete(askedBy);
  else state.guards.deadMen.set(askedBy, state.timeMicros + timeoutMicros);
  return isSet(state, command, askedBy);
}

function setMessageLimits(state: TwinState, command: Command<"messageLimits">): number {
  const { limits } = command;
  const windows = [
    [limits.messagesWindowMicros, limits.messagesMax],
    [limits.unfilledWindowMicros, limits.unfilledMax],
    [limits.repeatsWindowMicros, limits.repeatsMax],
  ];
  const isSound = windows.every(
    ([windowMicros, max]) =>
      windowMicros <= GUARD_WINDOW_MICROS_MAX && (windowMicros === 0 || max > 0),
  );
  if (!isSound) return reasons.REASON_GUARD_TERMS;
  if (!knows(state, limits.accountId)) return reasons.REASON_ACCOUNTS_FULL;
  state.guards.messages.set(limits.accountId, noMessages(limits));
  return isSet(state, command, limits.accountId);
}

function setProtection(state: TwinState, command: Command<"protection">): number {
  const { askedBy, protection } = command;
  const { instrumentId, lotsMax, valueMax, windowMicros } = protection;
  const accountId = protection.accountId || askedBy;
  if (!mayName(askedBy, accountId)) return reasons.REASON_NOT_PERMITTED;
  if (!state.instruments.has(instrumentId)) return reasons.REASON_UNKNOWN_INSTRUMENT;
  const isSound =
    Math.max(lotsMax, valueMax) <= ACCOUNT_SUM_MAX && windowMicros <= GUARD_WINDOW_MICROS_MAX;
  if (!isSound) return reasons.REASON_GUARD_TERMS;
  if (!knows(state, accountId)) return reasons.REASON_ACCOUNTS_FULL;
  const { guards } = state;
  const before = protectionOf(state, { accountId, instrumentId });
  const others = guards.protections.filter((known) => known !== before);
  guards.protections = [...others, nothingFilled({ ...protection, accountId })];
  return isSet(state, command, accountId);
}

function resetProtection(state: TwinState, command: Command<"resetProtection">): number {
  const { askedBy, instrumentId, targetAccountId } = command;
  const accountId = targetAccountId || askedBy;
  if (!mayName(askedBy, accountId)) return reasons.REASON_NOT_PERMITTED;
  if (!state.instruments.has(instrumentId)) return reasons.REASON_UNKNOWN_INSTRUMENT;
  const known = protectionOf(state, { accountId, instrumentId });
  if (known === undefined) return reasons.REASON_UNKNOWN_ACCOUNT;
  Object.assign(known, nothingFilled(known.protection));
  return isSet(state, command, accountId);
}

function setBands(state: TwinState, command: Command<"bands">): number {
  const { bands } = command;
  const { instrumentId, isBasisPoints, staticWidth, dynamicWidth, callMicros } = bands;
  if (!state.instruments.has(instrumentId)) return reasons.REASON_UNKNOWN_INSTRUMENT;
  const isTooWide = isBasisPoints && Math.max(staticWidth, dynamicWidth) > BAND_BASIS_POINTS_MAX;
  if (isTooWide || callMicros > GUARD_WINDOW_MICROS_MAX) return reasons.REASON_GUARD_TERMS;
  const { staticReferenceTicks: bandReferenceTicks } = bands;
  Object.assign(tapeOf(state, { instrumentId }), { bands, bandReferenceTicks });
  takeReference(state, { instrumentId });
  return isSet(state, command, 0);
}

function setCascadeLimit(state: TwinState, command: Command<"cascade">): number {
  const { limit } = command;
  const { instrumentId, haltMicros, callMicros } = limit;
  if (!state.instruments.has(instrumentId)) return reasons.REASON_UNKNOWN_INSTRUMENT;
  if (Math.max(haltMicros, callMicros) > GUARD_WINDOW_MICROS_MAX) {
    return reasons.REASON_GUARD_TERMS;
  }
  tapeOf(state, { instrumentId }).cascade = limit;
  return isSet(state, command, 0);
}

function setEndedIds(state: TwinState, command: Command<"endedIds">): number {
  const { knownMax } = command;
  if (knownMax < 1 || knownMax > state.limits.closedIdsMax) return reasons.REASON_GUARD_TERMS;
  state.endedIdsSaid = knownMax;
  forgetEndedIds(state);
  return isSet(state, command, 0);
}

function mayName(askedBy: number, accountId: number): boolean {
  return askedBy === 0 || askedBy === accountId;
}

/** Whether the exchange knows the account, from now on if it has room for it. */
function knows({ accounts, limits }: TwinState, accountId: number): boolean {
  if (!accounts.has(accountId) && accounts.size === limits.accountsMax) return false;
  accounts.add(accountId);
  return true;
}

function isSet(state: TwinState, command: GuardCommand, accountId: number): number {
  const commandKind = GUARD_KINDS[command.kind];
  const instrumentId = instrumentIdOfGuard(command);
  state.events.push(eventOf(EVENT_GUARD_SET, { accountId, instrumentId, commandKind }));
  return reasons.REASON_NONE;
}
