// hot path
// Guards as the core of the engine meets them: asked before an order enters, told of every fill.
// Until the operator sets one nobody comes.

import { NONE } from "../base/none.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_AMEND,
  COMMAND_NEW,
  COMMAND_NEW_LIST,
  COMMAND_NEW_WITH_TERMS,
  COMMAND_SESSION_ID_WORD,
  commandKindOf,
} from "../codec/command.ts";
import {
  REASON_ENTRY_DISABLED,
  REASON_KILLED_ACCOUNT,
  REASON_KILLED_FIRM,
  REASON_KILLED_MARKET,
  REASON_KILLED_SESSION,
  REASON_MAKER_PROTECTION,
  REASON_NONE,
} from "../model/reasons.ts";
import type { EngineTables } from "./engine-tables.ts";
import {
  ACCOUNT_DISABLED,
  ACCOUNT_KILLED,
  type GuardTables,
  SESSION_KILLED,
} from "./guard-tables.ts";

export class Guards {
  readonly #tables: EngineTables;
  readonly #guards: GuardTables;
  /** Why the command at work may not enter anything, whichever order it is about. */
  #reasonOfMessage = REASON_NONE;

  constructor(tables: EngineTables) {
    this.#tables = tables;
    this.#guards = tables.guards;
  }

  /** Whether the guards are to be asked. */
  get isOn(): boolean {
    return this.#guards.asks;
  }

  /** Whether the guards are to hear of fills. */
  get watchesFills(): boolean {
    return this.#guards.watchesFills;
  }

  /** Whether a protection has tripped and waits to be acted on. */
  get hasTripped(): boolean {
    return this.#guards.protections.trippedCount > 0;
  }

  /** Before the command at `words[at]` does anything: a message is judged, and counts. */
  begin(words: Int32Array, at: number): void {
    const kind = commandKindOf(words, at);
    this.#reasonOfMessage = REASON_NONE;
    const isOrder = kind === COMMAND_NEW || kind === COMMAND_NEW_WITH_TERMS;
    if (!isOrder && kind !== COMMAND_NEW_LIST && kind !== COMMAND_AMEND) return;
    const accountRow = this.#tables.accounts.find(words[at + COMMAND_ACCOUNT_ID_WORD] >>> 0);
    const killed = this.#reasonOfSwitches(accountRow, words[at + COMMAND_SESSION_ID_WORD]);
    this.#reasonOfMessage = killed;
    if (killed !== REASON_NONE || accountRow === NONE) return;
    const { limits } = this.#guards;
    if (!limits.isLimited(accountRow)) return;
    const { micros } = this.#tables.time;
    this.#reasonOfMessage = limits.take(accountRow, micros, words, at, isOrder);
  }

  /** Why an order of this account may not enter this book or be amended there. */
  reasonToRefuse(accountRow: number, book: number): number {
    if (this.#reasonOfMessage !== REASON_NONE) return this.#reasonOfMessage;
    const { protections } = this.#guards;
    const row = protections.find(accountRow, book);
    return row !== NONE && protections.hasTripped(row) ? REASON_MAKER_PROTECTION : REASON_NONE;
  }

  /** A trade between these two accounts. */
  onFill(
    makerRow: number,
    takerRow: number,
    book: number,
    lastPxTicks: number,
    lastQtyLots: number,
  ): void {
    const value = Math.abs(this.#tables.risk.money.moneyOf(book, lastPxTicks, lastQtyLots));
    this.#onFillOf(makerRow, book, lastQtyLots, value);
    this.#onFillOf(takerRow, book, lastQtyLots, value);
  }

  #onFillOf(accountRow: number, book: number, lots: number, value: number): void {
    const { limits, protections } = this.#guards;
    const { micros } = this.#tables.time;
    limits.onFill(accountRow, micros);
    const row = protections.find(accountRow, book);
    if (row !== NONE) protections.onFill(row, lots, value, micros);
  }

  /** The widest switch that is on and concerns this account or session. */
  #reasonOfSwitches(accountRow: number, sessionId: number): number {
    const guards = this.#guards;
    if (guards.isMarketKilled) return REASON_KILLED_MARKET;
    if (accountRow !== NONE) {
      const firmId = this.#tables.risk.terms.firmIdOf(accountRow);
      if (firmId !== 0 && guards.killedFirms.wordOf(firmId) !== 0) return REASON_KILLED_FIRM;
      const flags = guards.accountFlagsOf(accountRow);
      if ((flags & ACCOUNT_KILLED) !== 0) return REASON_KILLED_ACCOUNT;
      if ((flags & ACCOUNT_DISABLED) !== 0) return REASON_ENTRY_DISABLED;
    }
    const session = guards.sessions.wordOf(sessionId);
    return (session & SESSION_KILLED) !== 0 ? REASON_KILLED_SESSION : REASON_NONE;
  }
}
