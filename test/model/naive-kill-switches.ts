// Kill switches of the operator: the market, a firm, an account, a session may not enter orders.

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

/** The widest first. */
const REASONS = [
  [KILL_MARKET, reasons.REASON_KILLED_MARKET],
  [KILL_FIRM, reasons.REASON_KILLED_FIRM],
  [KILL_ACCOUNT, reasons.REASON_KILLED_ACCOUNT],
  [KILL_SESSION, reasons.REASON_KILLED_SESSION],
] as const;

type Asker = { readonly accountId: number; readonly sessionId: number };

/** Why whoever asks may not enter or amend anything. */
export function killedReason(state: TwinState, asker: Asker): number {
  const sessions = state.guards.sessions.filter(({ isKilled }) => isKilled);
  const ofSessions = sessions.map(({ sessionId }) => ({
    level: KILL_SESSION,
    targetId: sessionId,
  }));
  const found = REASONS.find(([level]) =>
    [...state.switchesOn, ...ofSessions].some(
      (on) => on.level === level && concerns(state, on, asker),
    ),
  );
  return found?.[1] ?? reasons.REASON_NONE;
}

/** Why this order may not be entered or amended: switches, limits of messages, protection. */
export function guardReason(state: TwinState, order: TwinOrder): number {
  const { reasonOfMessage } = state.guards;
  if (reasonOfMessage !== reasons.REASON_NONE) return reasonOfMessage;
  return isProtected(state, order) ? reasons.REASON_MAKER_PROTECTION : reasons.REASON_NONE;
}

/** Returns the reason to refuse. */
export function setKillSwitch(state: TwinState, asked: KillSwitch): number {
  const { level, targetId, isOn, cancels } = asked;
  const { accounts, limits } = state;
  if (level < KILL_MARKET || level > KILL_SESSION) return reasons.REASON_GUARD_TERMS;
  if ((level === KILL_MARKET) !== (targetId === 0)) return reasons.REASON_GUARD_TERMS;
  if (level === KILL_ACCOUNT && !accounts.has(targetId)) {
    if (accounts.size === limits.accountsMax) return reasons.REASON_ACCOUNTS_FULL;
    accounts.add(targetId);
  }
  if (level === KILL_SESSION) sayOfSession(state, targetId, { isKilled: isOn });
  else turn(state, asked);
  state.events.push(eventOf(EVENT_GUARD_SET, { commandKind: COMMAND_SET_KILL_SWITCH }));
  if (cancels) cancelWhatWorks(state, asked);
  return reasons.REASON_NONE;
}

function turn(state: TwinState, asked: KillSwitch): void {
  const { level, targetId, isOn } = asked;
  const others = state.switchesOn.filter((on) => on.level !== level || on.targetId !== targetId);
  state.switchesOn = isOn ? [...others, asked] : others;
}

/** Accounts in the order in which they came, of each the newest order first. */
function cancelWhatWorks(state: TwinState, asked: KillSwitch): void {
  const reason = REASONS.find(([level]) => level === asked.level)![1];
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
