// Sessions that end, and accounts that fall silent.

import { EVENT_GUARD_TRIPPED } from "../../src/codec/event.ts";
import { EVERY_SESSION } from "../../src/model/guard.ts";
import { REASON_DEAD_MAN, REASON_DISCONNECTED } from "../../src/model/reasons.ts";
import { end } from "./naive-ends.ts";
import { eventOf, type TwinState } from "./naive-state.ts";

/** What is said of a session from now on. Of nothing it is forgotten: the last takes its place. */
export function sayOfSession(
  state: TwinState,
  sessionId: number,
  said: { readonly isKilled?: boolean; readonly accountId?: number | undefined },
): void {
  const { guards } = state;
  const known = guards.sessions.find((session) => session.sessionId === sessionId);
  const session = known ?? { sessionId, isKilled: false, accountId: undefined };
  Object.assign(session, said);
  const isNothing = !session.isKilled && session.accountId === undefined;
  if (known === undefined && !isNothing) guards.sessions.push(session);
  if (known !== undefined && isNothing) {
    const last = guards.sessions.pop()!;
    guards.sessions = guards.sessions.map((other) => (other === session ? last : other));
  }
}

/** A session has ended, or all there were: nothing is said of it any more. */
export function endSession(state: TwinState, targetSessionId: number): void {
  const { guards } = state;
  for (const accountId of state.accounts) {
    if (guards.disconnecting.has(accountId)) endOrdersOf(state, accountId, targetSessionId);
  }
  const isEnded = ({ sessionId }: { sessionId: number }) =>
    targetSessionId === EVERY_SESSION || sessionId === targetSessionId;
  for (const { sessionId, accountId } of guards.sessions.filter(isEnded)) {
    if (accountId !== undefined) endOrdersOf(state, accountId, sessionId);
  }
  for (const { sessionId } of guards.sessions.filter(isEnded)) {
    sayOfSession(state, sessionId, { isKilled: false, accountId: undefined });
  }
}

/** The newest first. */
function endOrdersOf(state: TwinState, accountId: number, sessionId: number): void {
  for (const order of [...(state.ofAccount.get(accountId) ?? [])]) {
    const isOf = sessionId === EVERY_SESSION || order.sessionId === sessionId;
    if (isOf && order.place !== "ended") end(state, order, REASON_DISCONNECTED);
  }
}

/** The account did not arm its timer again in time. */
export function fireDeadMan(state: TwinState, accountId: number): void {
  state.guards.deadMen.delete(accountId);
  const reason = REASON_DEAD_MAN;
  state.events.push(eventOf(EVENT_GUARD_TRIPPED, { accountId, reason }));
  for (const order of [...(state.ofAccount.get(accountId) ?? [])]) {
    if (order.place !== "ended") end(state, order, reason);
  }
}
