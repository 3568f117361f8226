// Kill switches of the operator: the market, a firm, an account, a session may not enter orders;
// and each account's own.

import { COMMAND_SET_KILL_SWITCH } from "../../src/codec/command.ts";
import { EVENT_GUARD_SET } from "../../src/codec/event.ts";
import type { KillSwitch } from "../../src/codec/guard-command.ts";
import { KILL_ACCOUNT, KILL_FIRM, KILL_MARKET, KILL_SESSION } from "../../src/model/guard.ts";
import * as reasons from "../../src/model/reasons.ts";
import { end } from "./naive-ends.ts";
import type { TwinOrder } from "./naive-order.ts";
import { isProtected } from "./naive-protections.ts";
import { sayOfSession } from "./naive-sessions.ts";
import { eventOf, type TwinState } from "./naive-state.ts";

/** The widest first: what level, turned by its own account or not, and the reason. */
const REASONS = [
  [KILL_MARKET, false, reasons.REASON_KILLED_MARKET],
  [KILL_FIRM, false, reasons.REASON_KILLED_FIRM],
  [KILL_ACCOUNT, false, reasons.REASON_KILLED_ACCOUNT],
  [KILL_ACCOUNT, true, reasons.REASON_ENTRY_DISABLED],
  [KILL_SESSION, false, reasons.REASON_KILLED_SESSION],
] as const;

export type TwinSwitch = KillSwitch & { readonly isOwn: boolean };

type Asker = { readonly accountId: number; readonly sessionId: number };

/** Why whoever asks may not enter or amend anything. */
export function killedReason(state: TwinState, asker: Asker): number {
  const sessions = state.guards.sessions.filter(({ isKilled }) => isKilled);
  const ofSessions = sessions.map(({ sessionId }) => ({
    level: KILL_SESSION,
    targetId: sessionId,
    isOwn: false,
  }));
  const on = [...state.switchesOn, ...ofSessions].filter((each) => concerns(state, each, asker));
  const found = REASONS.find(([level, isOwn]) =>
    on.some((each) => each.level === level && each.isOwn === isOwn),
  );
  return found?.[2] ?? reasons.REASON_NONE;
}

/** Why this order may not be entered or amended: switches, limits of messages, protection. */
export function guardReason(state: TwinState, order: TwinOrder): number {
  const { reasonOfMessage } = state.guards;
  if (reasonOfMessage !== reasons.REASON_NONE) return reasonOfMessage;
  return isProtected(state, order) ? reasons.REASON_MAKER_PROTECTION : reasons.REASON_NONE;
}

/** Returns the reason to refuse. */
export function setKillSwitch(state: TwinState, askedBy: number, asked: TwinSwitch): number {
  const { level, targetId, isOn, cancels, isOwn } = asked;
  const { accounts, limits } = state;
  const isTheirs = level === KILL_ACCOUNT && targetId === askedBy;
  if (isOwn && !isTheirs) return reasons.REASON_NOT_PERMITTED;
  if (level < KILL_MARKET || level > KILL_SESSION) return reasons.REASON_GUARD_TERMS;
  if ((level === KILL_MARKET) !== (targetId === 0)) return reasons.REASON_GUARD_TERMS;
  if (level === KILL_ACCOUNT && !accounts.has(targetId)) {
    if (accounts.size === limits.accountsMax) return reasons.REASON_ACCOUNTS_FULL;
    accounts.add(targetId);
  }
  if (level === KILL_SESSION) sayOfSession(state, targetId, { isKilled: isOn });
  else turn(state, asked);
  const accountId = isOwn ? askedBy : 0;
  state.events.push(eventOf(EVENT_GUARD_SET, { commandKind: COMMAND_SET_KILL_SWITCH, accountId }));
  if (cancels) cancelWhatWorks(state, asked);
  return reasons.REASON_NONE;
}

function turn(state: TwinState, asked: TwinSwitch): void {
  const { level, targetId, isOn, isOwn } = asked;
  const others = state.switchesOn.filter(
    (on) => on.level !== level || on.targetId !== targetId || on.isOwn !== isOwn,
  );
  state.switchesOn = isOn ? [...others, asked] : others;
}

/** Accounts in the order in which they came, of each the newest order first. */
function cancelWhatWorks(state: TwinState, asked: TwinSwitch): void {
  const isAsked = ([level, isOwn]: (typeof REASONS)[number]): boolean =>
    level === asked.level && isOwn === asked.isOwn;
  const reason = REASONS.find(isAsked)![2];
  for (const accountId of state.accounts) {
    const orders = state.ofAccount.get(accountId) ?? [];
    for (const order of orders.filter((each) => concerns(state, asked, each))) {
      if (!hasEnded(order)) end(state, order, reason);
    }
  }
}

function concerns(
  state: TwinState,
  { level, targetId }: Pick<KillSwitch, "level" | "targetId">,
  asker: Asker,
): boolean {
  const { accountId, sessionId } = asker;
  switch (level) {
    case KILL_FIRM:
      return state.money.accounts.get(accountId)?.terms.firmId === targetId;
    case KILL_ACCOUNT:
      return accountId === targetId;
    case KILL_SESSION:
      return sessionId === targetId;
    default:
      return true;
  }
}

/** Linked to one that ended before it. */
function hasEnded({ place }: TwinOrder): boolean {
  return place === "ended";
}
