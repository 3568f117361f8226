// Kill switches of the operator at four levels: the whole market, a firm, an account, a session;
// and each account's own, which only it turns. On, nobody there enters or amends; off, everybody
// may again whom no other switch stops. What works is canceled where the command asks for it, and
// can always be canceled by its owner.

import { NONE } from "../base/none.ts";
import { COMMAND_ACCOUNT_ID_WORD } from "../codec/command.ts";
import {
  SET_KILL_SWITCH_LEVEL_WORD,
  SET_KILL_SWITCH_TARGET_ID_WORD,
} from "../codec/guard-command.ts";
import {
  KILL_ACCOUNT,
  KILL_FIRM,
  KILL_MARKET,
  KILL_SESSION,
  SWITCH_CANCELS,
  SWITCH_ON,
} from "../model/guard.ts";
import {
  REASON_ACCOUNTS_FULL,
  REASON_ENTRY_DISABLED,
  REASON_GUARD_TERMS,
  REASON_GUARDS_FULL,
  REASON_KILLED_ACCOUNT,
  REASON_KILLED_FIRM,
  REASON_KILLED_MARKET,
  REASON_KILLED_SESSION,
  REASON_NONE,
  REASON_NOT_PERMITTED,
} from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { GuardReports } from "./guard-reports.ts";
import {
  ACCOUNT_DISABLED,
  ACCOUNT_KILLED,
  type GuardTables,
  SESSION_KILLED,
} from "./guard-tables.ts";
import { ANY, type OrderEnds } from "./order-ends.ts";

const NOBODY = 0;
const OPERATOR_ID = 0;

export class KillSwitches {
  readonly #tables: EngineTables;
  readonly #guards: GuardTables;
  readonly #reports: GuardReports;
  readonly #ends: OrderEnds;

  constructor(tables: EngineTables, reports: GuardReports, ends: OrderEnds) {
    this.#tables = tables;
    this.#guards = tables.guards;
    this.#reports = reports;
    this.#ends = ends;
  }

  /** The switch of a command at `words[at]`; answers with the reason to refuse it. */
  set(words: Int32Array, at: number): number {
    const level = words[at + SET_KILL_SWITCH_LEVEL_WORD] & 0xff;
    const flags = (words[at + SET_KILL_SWITCH_LEVEL_WORD] >>> 8) & 0xff;
    const targetId = words[at + SET_KILL_SWITCH_TARGET_ID_WORD];
    const ownerId = words[at + COMMAND_ACCOUNT_ID_WORD];
    const isOn = (flags & SWITCH_ON) !== 0;
    const isOwn = level === KILL_ACCOUNT && targetId === ownerId;
    if (ownerId !== OPERATOR_ID && !isOwn) return REASON_NOT_PERMITTED;
    if ((flags & ~(SWITCH_ON | SWITCH_CANCELS)) !== 0) return REASON_GUARD_TERMS;
    if (level < KILL_MARKET || level > KILL_SESSION) return REASON_GUARD_TERMS;
    if ((level === KILL_MARKET) !== (targetId === NOBODY)) return REASON_GUARD_TERMS;
    const accountFlag = ownerId === OPERATOR_ID ? ACCOUNT_KILLED : ACCOUNT_DISABLED;
    const reason = this.#turn(level, targetId, isOn, accountFlag);
    if (reason !== REASON_NONE) return reason;
    if (isOn) this.#guards.startAsking();
    this.#reports.ofSetting(words, at, ownerId);
    if ((flags & SWITCH_CANCELS) !== 0) this.#cancel(level, targetId, accountFlag);
    return REASON_NONE;
  }

  /** `accountFlag`: whose switch it is, of an account's two. */
  #turn(level: number, targetId: number, isOn: boolean, accountFlag: number): number {
    const { killedFirms, sessions } = this.#guards;
    switch (level) {
      case KILL_FIRM:
        if (isOn && !killedFirms.hasRoom(targetId)) return REASON_GUARDS_FULL;
        killedFirms.set(targetId, isOn ? 1 : 0);
        return REASON_NONE;
      case KILL_ACCOUNT: {
        const row = this.#tables.accounts.findOrAdd(targetId >>> 0);
        if (row === NONE) return REASON_ACCOUNTS_FULL;
        this.#guards.setAccountFlag(row, accountFlag, isOn);
        return REASON_NONE;
      }
      case KILL_SESSION: {
        if (isOn && !sessions.hasRoom(targetId)) return REASON_GUARDS_FULL;
        const rest = sessions.wordOf(targetId) & ~SESSION_KILLED;
        sessions.set(targetId, isOn ? rest | SESSION_KILLED : rest);
        return REASON_NONE;
      }
      default:
        this.#guards.killMarket(isOn);
        return REASON_NONE;
    }
  }

  #cancel(level: number, targetId: number, accountFlag: number): void {
    switch (level) {
      case KILL_FIRM:
        this.#ends.ofFirm(targetId, REASON_KILLED_FIRM);
        return;
      case KILL_ACCOUNT: {
        const row = this.#tables.accounts.find(targetId >>> 0);
        const isKilled = accountFlag === ACCOUNT_KILLED;
        const reason = isKilled ? REASON_KILLED_ACCOUNT : REASON_ENTRY_DISABLED;
        this.#ends.ofAccount(row, ANY, ANY, reason);
        return;
      }
      case KILL_SESSION:
        this.#ends.ofSession(targetId, REASON_KILLED_SESSION);
        return;
      default:
        this.#ends.ofSession(ANY, REASON_KILLED_MARKET);
    }
  }
}
