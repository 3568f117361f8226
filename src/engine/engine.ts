// hot path
// The engine: (state, command) -> events. Pure and total: no clock, no chance, no I/O, nothing
// thrown for anything a client can send, nothing allocated per command. All state is typed arrays.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  CLOCK_RANDOM_WORD,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_ARM_DEAD_MAN,
  COMMAND_BUST_TRADE,
  COMMAND_CANCEL_ALL,
  COMMAND_CHANGE_INSTRUMENT,
  COMMAND_CLOCK,
  COMMAND_CORRECT_TRADE,
  COMMAND_CREATE_INSTRUMENT,
  COMMAND_DEPOSIT,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_NEW_LIST,
  COMMAND_REDUCE_TO,
  COMMAND_RESET_PROTECTION,
  COMMAND_SESSION_ENDED,
  COMMAND_SET_ACCOUNT,
  COMMAND_SET_BANDS,
  COMMAND_SET_CALENDAR,
  COMMAND_SET_CALL,
  COMMAND_SET_CASCADE_LIMIT,
  COMMAND_SET_DAY,
  COMMAND_SET_DISCONNECT,
  COMMAND_SET_ENDED_IDS,
  COMMAND_SET_FEES,
  COMMAND_SET_KILL_SWITCH,
  COMMAND_SET_MESSAGE_LIMITS,
  COMMAND_SET_PHASE,
  COMMAND_SET_PROTECTION,
  COMMAND_WITHDRAW,
  CREATE_SYMBOL_WORD,
  commandKindOf,
  readCreateInstrument,
} from "../codec/command.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_CL_ORD_ID_WORD,
  EVENT_COMMAND_REJECTED,
  EVENT_INSTRUMENT_CREATED,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_ORDER_STATUS,
  EVENT_REASON_WORD,
} from "../codec/event.ts";
import { ALLOCATION_PRICE_TIME } from "../model/allocation.ts";
import {
  CURRENCY_PATTERN,
  hasSoundAsset,
  hasSoundTerms,
  SYMBOL_PATTERN,
} from "../model/instrument.ts";
import { sideOf } from "../model/order-codes.ts";
import {
  REASON_INSTRUMENT_EXISTS,
  REASON_INSTRUMENT_TERMS,
  REASON_INSTRUMENTS_FULL,
  REASON_NONE,
  REASON_NOT_PERMITTED,
  REASON_TERMS,
  REASON_UNKNOWN_COMMAND,
} from "../model/reasons.ts";
import { ENDED } from "./cl-ord-ids.ts";
import { COMMAND_NUMBERS, createCommandEntry, SEQUENCE, SESSION_ID_MAX } from "./command-entry.ts";
import { ENGINE_LIMITS, type EngineLimits } from "./engine-limits.ts";
import { createEngineTables, type EngineTables, loadTables, saveTables } from "./engine-tables.ts";
import { createEventBuffer, type EventBuffer } from "./event-buffer.ts";
import type { Executions } from "./executions.ts";
import { changeInstrument } from "./instrument-changes.ts";
import { createOrderHandling, type OrderHandling } from "./order-handling.ts";
import { stateHashOf } from "./state-hash.ts";

/** The account of whoever runs the exchange. */
const OPERATOR_ID = 0;
/** Of the layout of the state's bytes. One more with each change of what a table saves. */
export const SNAPSHOT_VERSION = 25;

export class Engine {
  /** The batch of the last command: `words` from 0 to `endWord`. */
  readonly events: EventBuffer;
  readonly tables: EngineTables;
  /** Applies the command at `offsetBytes`; its events stand in `events` until the next call. */
  readonly apply: (commands: RecordBuffer, offsetBytes: number) => void;
  /** How much it holds. */
  readonly limits: EngineLimits;
  readonly #executions: Executions;
  readonly #handling: OrderHandling;
  readonly #numbers = new Float64Array(new ArrayBuffer(COMMAND_NUMBERS * 8));

  constructor(limits: EngineLimits = ENGINE_LIMITS) {
    this.limits = limits;
    this.events = createEventBuffer(limits.ordersMax);
    this.tables = createEngineTables(limits, (slot, lastPxTicks, lastQtyLots) =>
      this.#executions.onMatch(slot, lastPxTicks, lastQtyLots),
    );
    this.#handling = createOrderHandling(this.tables, this.events);
    this.#executions = this.#handling.executions;
    this.apply = createCommandEntry(
      this.tables,
      this.events,
      this.#handling,
      this.#numbers,
      (commands, offsetBytes, at) => this.#handleOther(commands, offsetBytes, at),
    );
  }

  /** Sequence of the last command applied. */
  get sequence(): number {
    return this.#numbers[SEQUENCE];
  }

  /** Time of the last command applied, microseconds since the Unix epoch; 0 before the first. */
  get timeMicros(): number {
    return this.tables.time.micros;
  }

  /**
   * When something is due next, microseconds since the Unix epoch: a clock command of that time
   * goes before any command stamped at or after it. NEVER_MICROS (timer-heap.ts) when nothing is.
   */
  get nextTimerMicros(): number {
    return this.#handling.timers.nextMicros;
  }

  /** Whether a command has to say that this session ended, or for EVERY_SESSION any. */
  mindsEndOf(sessionId: number): boolean {
    return this.tables.guards.mindsEndOf(sessionId);
  }

  /** Highest session id any command carried. */
  get sessionIdMax(): number {
    return this.#numbers[SESSION_ID_MAX];
  }

  /**
   * Writes the status of the account's resting order with this id, if there is one, into `events`.
   */
  reportOrder(accountId: number, orderId: number): void {
    const slot = this.tables.books.find(orderId);
    this.#reportStatus(this.#isOwn(accountId, slot) ? slot : NONE);
  }

  /** The same by client order id: four words from `idWords[0]`. */
  reportOrderByClOrdId(accountId: number, idWords: Int32Array): void {
    const { clOrdIds } = this.tables;
    const hash = clOrdIds.hashOf(accountId, idWords, 0);
    const slot = clOrdIds.find(hash, accountId, idWords, 0);
    this.#reportStatus(slot === ENDED ? NONE : slot);
  }

  /** Which instrument the account's working order is of; 0 where it has no such order. */
  instrumentIdOf(accountId: number, idWords: Int32Array): number {
    const { clOrdIds, columns } = this.tables;
    const hash = clOrdIds.hashOf(accountId, idWords, 0);
    const slot = clOrdIds.find(hash, accountId, idWords, 0);
    return slot < 0 ? 0 : columns.instrumentIdOf(slot);
  }

  /** The same of its side. */
  sideOf(accountId: number, idWords: Int32Array): number {
    const { books, clOrdIds } = this.tables;
    const hash = clOrdIds.hashOf(accountId, idWords, 0);
    const slot = clOrdIds.find(hash, accountId, idWords, 0);
    return slot < 0 ? 0 : sideOf(books.orderCodesOf(slot));
  }

  /** The account's resting orders, newest first, at most `ordersMax`; instrument 0 means all. */
  reportOpenOrders(accountId: number, instrumentId: number, ordersMax: number): void {
    const { accounts, books, columns, instruments } = this.tables;
    this.events.beginQuery(this.sequence);
    const accountRow = accounts.find(accountId);
    const book = instruments.find(instrumentId);
    let slot = accountRow === NONE ? NONE : accounts.firstOrderOf(accountRow);
    for (let count = 0; slot !== NONE && count < ordersMax; slot = columns.nextOfAccount(slot)) {
      if (instrumentId !== 0 && books.bookOf(slot) !== book) continue;
      this.#writeStatus(slot);
      count++;
    }
    this.events.endQuery();
  }

  /** The account's balances that are not nothing, as ledger events, into `events`. */
  reportBalances(accountId: number): void {
    this.events.beginQuery(this.sequence);
    const accountRow = this.tables.accounts.find(accountId);
    if (accountRow !== NONE) this.#handling.accountReports.ofBalances(accountRow);
    this.events.endQuery();
  }

  /** The same of its positions, as position events. */
  reportPositions(accountId: number): void {
    this.events.beginQuery(this.sequence);
    const accountRow = this.tables.accounts.find(accountId);
    if (accountRow !== NONE) this.#handling.accountReports.ofPositions(accountRow);
    this.events.endQuery();
  }

  /** Hash of the whole state as traders could see it; the same for equal books. O(state). */
  stateHash(): string {
    return stateHashOf(this.tables, this.sequence);
  }

  /** The whole state as bytes; `restore` of them gives an engine that goes on identically. */
  snapshot(): Uint8Array {
    const snapshot = new SnapshotWriter();
    this.save(snapshot);
    return snapshot.finish();
  }

  /** The same, to be taken from `snapshot` before the next command. */
  save(snapshot: SnapshotWriter): void {
    const { ids } = this.#handling;
    for (const number of [
      SNAPSHOT_VERSION,
      this.sequence,
      this.sessionIdMax,
      ids.lastOrderId,
      ids.lastTradeId,
      ids.lastArrival,
    ]) {
      snapshot.number(number);
    }
    this.tables.time.save(snapshot);
    this.events.save(snapshot);
    saveTables(this.tables, snapshot);
  }

  /** Loads a snapshot into this engine, which must be new and have the same limits. */
  restore(bytes: Uint8Array): void {
    const snapshot = new SnapshotReader(bytes);
    this.load(snapshot);
    snapshot.finish();
  }

  /** The inverse of save, into an engine as restore asks for. */
  load(snapshot: SnapshotReader): void {
    assert(this.sequence === 0, "a snapshot is loaded into a new engine");
    const { ids } = this.#handling;
    assert(snapshot.number() === SNAPSHOT_VERSION, "the snapshot is of the version we read");
    this.#numbers[SEQUENCE] = snapshot.number();
    this.#numbers[SESSION_ID_MAX] = snapshot.number();
    ids.lastOrderId = snapshot.number();
    ids.lastTradeId = snapshot.number();
    ids.lastArrival = snapshot.number();
    this.tables.time.load(snapshot);
    this.events.load(snapshot);
    loadTables(this.tables, snapshot);
  }

  /** Commands of the kinds that command-entry.ts leaves to the engine. */
  #handleOther(commands: RecordBuffer, offsetBytes: number, at: number): void {
    const { words } = commands;
    const { cancels } = this.#handling;
    switch (commandKindOf(words, at)) {
      case COMMAND_NEW_LIST:
        this.#enterList(words, at);
        return;
      case COMMAND_CANCEL_ALL:
        this.#cancelAll(words, at);
        return;
      case COMMAND_REDUCE_TO:
        cancels.reduceTo(words, at);
        return;
      case COMMAND_CLOCK:
        this.#tellTime(words, at);
        return;
      case COMMAND_CREATE_INSTRUMENT:
        this.#createInstrument(commands, offsetBytes, at);
        return;
      case COMMAND_SET_ACCOUNT:
      case COMMAND_DEPOSIT:
      case COMMAND_WITHDRAW:
      case COMMAND_SET_FEES:
      case COMMAND_BUST_TRADE:
      case COMMAND_CORRECT_TRADE:
        this.#changeAccounts(words, at);
        return;
      case COMMAND_SET_PHASE:
        this.#setPhase(words, at);
        return;
      case COMMAND_SET_CALENDAR:
      case COMMAND_SET_DAY:
        this.#setCalendar(words, at);
        return;
      case COMMAND_SET_CALL:
        this.#setCall(words, at);
        return;
      case COMMAND_CHANGE_INSTRUMENT:
        this.#changeInstrument(words, at);
        return;
      case COMMAND_SET_KILL_SWITCH:
      case COMMAND_SET_DISCONNECT:
      case COMMAND_SESSION_ENDED:
      case COMMAND_ARM_DEAD_MAN:
      case COMMAND_SET_MESSAGE_LIMITS:
      case COMMAND_SET_PROTECTION:
      case COMMAND_RESET_PROTECTION:
      case COMMAND_SET_BANDS:
      case COMMAND_SET_CASCADE_LIMIT:
      case COMMAND_SET_ENDED_IDS:
        this.#setGuard(words, at);
        return;
      default:
        this.#rejectCommand(words, at, REASON_UNKNOWN_COMMAND);
    }
  }

  #enterList(words: Int32Array, at: number): void {
    const { listEntry } = this.#handling;
    if (listEntry.isKnown(words, at)) listEntry.enter(words, at);
    else this.#rejectCommand(words, at, REASON_TERMS);
  }

  #changeAccounts(words: Int32Array, at: number): void {
    const reason = this.#handling.accountCommands.apply(words, at);
    if (reason !== REASON_NONE) this.#rejectCommand(words, at, reason);
  }

  #setCalendar(words: Int32Array, at: number): void {
    const reason = this.#handling.calendars.set(words, at);
    if (reason !== REASON_NONE) this.#rejectCommand(words, at, reason);
  }

  #setCall(words: Int32Array, at: number): void {
    const reason = this.#handling.callSettings.set(words, at);
    if (reason !== REASON_NONE) this.#rejectCommand(words, at, reason);
  }

  #setPhase(words: Int32Array, at: number): void {
    const reason = this.#handling.phases.set(words, at);
    if (reason !== REASON_NONE) this.#rejectCommand(words, at, reason);
  }

  #setGuard(words: Int32Array, at: number): void {
    const reason = this.#handling.guardCommands.apply(words, at);
    if (reason !== REASON_NONE) this.#rejectCommand(words, at, reason);
  }

  #cancelAll(words: Int32Array, at: number): void {
    const { cancels } = this.#handling;
    const isOperator = words[at + COMMAND_ACCOUNT_ID_WORD] === OPERATOR_ID;
    if (cancels.isOfOtherAccount(words, at) && !isOperator) {
      this.#rejectCommand(words, at, REASON_NOT_PERMITTED);
      return;
    }
    cancels.cancelAll(words, at);
  }

  #tellTime(words: Int32Array, at: number): void {
    const isOperator = words[at + COMMAND_ACCOUNT_ID_WORD] === OPERATOR_ID;
    if (isOperator) this.#handling.timers.run(words[at + CLOCK_RANDOM_WORD]);
    else this.#rejectCommand(words, at, REASON_NOT_PERMITTED);
  }

  #createInstrument(commands: RecordBuffer, offsetBytes: number, at: number): void {
    const { instruments } = this.tables;
    const { words } = commands;
    const symbolAt = at + CREATE_SYMBOL_WORD;
    const instrument = readCreateInstrument(commands, offsetBytes);
    let reason = REASON_NONE;
    if (words[at + COMMAND_ACCOUNT_ID_WORD] !== OPERATOR_ID) reason = REASON_NOT_PERMITTED;
    else if (instruments.find(instrument.instrumentId) !== NONE) reason = REASON_INSTRUMENT_EXISTS;
    else if (instruments.hasSymbol(words, symbolAt)) reason = REASON_INSTRUMENT_EXISTS;
    else if (instruments.isFull()) reason = REASON_INSTRUMENTS_FULL;
    else if (
      !hasSoundTerms(instrument) ||
      !SYMBOL_PATTERN.test(instrument.symbol) ||
      !CURRENCY_PATTERN.test(instrument.currency) ||
      !hasSoundAsset(instrument)
    ) {
      reason = REASON_INSTRUMENT_TERMS;
    }
    if (reason !== REASON_NONE) {
      this.#rejectCommand(words, at, reason);
      return;
    }
    const book = instruments.add(words, at);
    this.tables.books.setAllocation(book, instrument.allocation ?? ALLOCATION_PRICE_TIME);
    this.tables.risk.money.add(book, words, at);
    const event = this.events.add(EVENT_INSTRUMENT_CREATED);
    const eventWords = this.events.words;
    eventWords[event + EVENT_INSTRUMENT_ID_WORD] = instrument.instrumentId;
    for (let i = 0; i < 4; i++) eventWords[event + EVENT_CL_ORD_ID_WORD + i] = words[symbolAt + i];
  }

  #changeInstrument(words: Int32Array, at: number): void {
    const reason = changeInstrument(this.tables, this.events, words, at);
    if (reason !== REASON_NONE) this.#rejectCommand(words, at, reason);
  }

  #rejectCommand(words: Int32Array, at: number, reason: number): void {
    const event = this.events.add(EVENT_COMMAND_REJECTED);
    const eventWords = this.events.words;
    eventWords[event + EVENT_INSTRUMENT_ID_WORD] = words[at + COMMAND_INSTRUMENT_ID_WORD];
    eventWords[event + EVENT_ACCOUNT_ID_WORD] = words[at + COMMAND_ACCOUNT_ID_WORD];
    eventWords[event + EVENT_REASON_WORD] = reason | (commandKindOf(words, at) << 24);
  }

  #isOwn(accountId: number, slot: number): boolean {
    const { columns } = this.tables;
    return slot !== NONE && columns.accountIdOf(slot) === accountId;
  }

  #reportStatus(slot: number): void {
    this.events.beginQuery(this.sequence);
    if (slot !== NONE) this.#writeStatus(slot);
    this.events.endQuery();
  }

  #writeStatus(slot: number): void {
    const { reports, special } = this.#handling;
    reports.ofResting(EVENT_ORDER_STATUS, slot, this.tables.books.leavesQtyLotsOf(slot), 0, 0);
    special.termsOfResting(slot);
  }
}
