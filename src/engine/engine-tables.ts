// The engine's state: every table of it, made together because they grow together.

import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { type Books, createBooks, type MatchListener } from "../book/books.ts";
import { type AccountTable, createAccountTable } from "./account-table.ts";
import { CalendarTable } from "./calendar-table.ts";
import { CallTable } from "./call-table.ts";
import { CallTermsTable } from "./call-terms-table.ts";
import { type ClOrdIds, createClOrdIds } from "./cl-ord-ids.ts";
import { type CommandFrame, createCommandFrame } from "./command-frame.ts";
import type { EngineLimits } from "./engine-limits.ts";
import { EngineTime } from "./engine-time.ts";
import { GuardTables } from "./guard-tables.ts";
import { createInstrumentTable, type InstrumentTable } from "./instrument-table.ts";
import { ListTable } from "./list-table.ts";
import { createMarketStates, type MarketStates } from "./market-states.ts";
import { OrderArrivals } from "./order-arrivals.ts";
import { OrderChains } from "./order-chains.ts";
import { createOrderColumns, type OrderColumns } from "./order-columns.ts";
import { OrderTerms } from "./order-terms.ts";
import { PhaseTable } from "./phase-table.ts";
import { RiskTables } from "./risk-tables.ts";
import { TimerHeap } from "./timer-heap.ts";
import { createWholeOrders, type WholeOrders } from "./whole-orders.ts";

export type EngineTables = {
  readonly frame: CommandFrame;
  readonly time: EngineTime;
  readonly books: Books;
  readonly instruments: InstrumentTable;
  readonly accounts: AccountTable;
  readonly clOrdIds: ClOrdIds;
  readonly columns: OrderColumns;
  /** How old orders are that a call asks for their time. */
  readonly arrivals: OrderArrivals;
  readonly terms: OrderTerms;
  readonly states: MarketStates;
  readonly pegged: OrderChains;
  readonly trailing: OrderChains;
  /** Waiting orders that a price has reached, in the order in which they fire. */
  readonly reached: OrderChains;
  /** All-or-none orders that rest. */
  readonly wholes: WholeOrders;
  readonly lists: ListTable;
  /** Ends of GTD orders, by the row of their terms. */
  readonly expiries: TimerHeap;
  /** Ends of phases, and what follows them. */
  readonly phases: PhaseTable;
  /** When instruments trade. */
  readonly calendars: CalendarTable;
  /** What was told of calls. */
  readonly calls: CallTable;
  /** How calls go. */
  readonly callTerms: CallTermsTable;
  /** Accounts beyond their identity: terms, money, positions. */
  readonly risk: RiskTables;
  readonly guards: GuardTables;
};

/** Rows of terms and lists made at once; both grow by doubling. */
const TERMS_EXPECTED = 64;

export function createEngineTables(limits: EngineLimits, onMatch: MatchListener): EngineTables {
  const { instrumentsMax, accountsMax, ordersMax, closedIdsMax, recentIdsMax, salt } = limits;
  const risk = new RiskTables(limits);
  const accounts = createAccountTable(accountsMax, salt, risk.terms);
  const frame = createCommandFrame();
  const columns = createOrderColumns(accounts, frame, ordersMax);
  const terms = new OrderTerms(TERMS_EXPECTED, limits.slicesMax);
  const books = createBooks({ booksMax: instrumentsMax, ordersMax, salt }, onMatch);
  return {
    frame,
    time: new EngineTime(),
    books,
    instruments: createInstrumentTable(instrumentsMax),
    accounts,
    clOrdIds: createClOrdIds(columns, ordersMax, closedIdsMax, recentIdsMax, salt),
    columns,
    arrivals: new OrderArrivals(ordersMax),
    terms,
    states: createMarketStates(instrumentsMax),
    pegged: new OrderChains(terms, instrumentsMax, 1),
    trailing: new OrderChains(terms, instrumentsMax, 2),
    reached: new OrderChains(terms, instrumentsMax, 3),
    wholes: createWholeOrders({ books, accounts, columns, terms }, instrumentsMax, ordersMax),
    lists: new ListTable(TERMS_EXPECTED),
    expiries: new TimerHeap(TERMS_EXPECTED),
    phases: new PhaseTable(instrumentsMax),
    calendars: new CalendarTable(instrumentsMax),
    calls: new CallTable(instrumentsMax),
    callTerms: new CallTermsTable(instrumentsMax),
    risk,
    guards: new GuardTables(accountsMax, instrumentsMax),
  };
}

/** Every table, in the order in which loadTables reads them. */
export function saveTables(tables: EngineTables, snapshot: SnapshotWriter): void {
  const { accounts, books, calendars, calls, clOrdIds, columns, expiries, instruments, lists } =
    tables;
  const { pegged, phases, reached, risk, states, terms, trailing } = tables;
  for (const table of [instruments, accounts, clOrdIds, books]) table.save(snapshot);
  columns.save(snapshot, books.usedSlots());
  tables.arrivals.save(snapshot, books.usedSlots());
  for (const table of [
    terms,
    states,
    pegged,
    trailing,
    reached,
    lists,
    expiries,
    phases,
    calendars,
    calls,
    tables.callTerms,
  ]) {
    table.save(snapshot);
  }
  risk.save(snapshot, instruments.count());
  tables.guards.save(snapshot, accounts.count(), instruments.count());
}

/** The inverse of saveTables, into new tables of the same limits. */
export function loadTables(tables: EngineTables, snapshot: SnapshotReader): void {
  const { accounts, books, calendars, calls, clOrdIds, columns, expiries, instruments, lists } =
    tables;
  const { pegged, phases, reached, risk, states, terms, trailing } = tables;
  for (const table of [instruments, accounts, clOrdIds, books]) table.load(snapshot);
  columns.load(snapshot);
  tables.arrivals.load(snapshot);
  for (const table of [
    terms,
    states,
    pegged,
    trailing,
    reached,
    lists,
    expiries,
    phases,
    calendars,
    calls,
    tables.callTerms,
  ]) {
    table.load(snapshot);
  }
  risk.load(snapshot);
  tables.guards.load(snapshot);
  for (let book = 0; book < instruments.count(); book++) tables.wholes.find(book);
}
