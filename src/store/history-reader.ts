// Answers questions about the history from its tables. It may run while a writer commits: the
// position is read first, so an answer holds everything up to it and perhaps a little more.

import {
  EVENT_DISPLAYED,
  EVENT_TRADE_BUSTED,
  EVENT_TRADE_CORRECTED,
  EVENT_TRADED,
} from "../codec/event.ts";
import type {
  HistoryExecuted,
  HistoryExecutedQuery,
  HistoryExecution,
  HistoryExecutionsQuery,
  HistoryOrder,
  HistoryOrdersQuery,
  HistoryPage,
  HistoryQueries,
} from "../model/history.ts";
import type { OrdStatus } from "../model/ord-status.ts";
import type { Database, Row } from "./database.ts";
import { HISTORY_QUERY, HistoryFailure } from "./history-failure.ts";
import { readPosition } from "./schema.ts";

/** An answer of 1000 rows takes some 20 ms, in which the writer waits. */
export const QUERY_ROWS_MAX = 1000;

const ORDERS = `
  SELECT * FROM orders WHERE account_id = $1 AND (sequence, event_index) < ($2, $3)`;
const ORDER_BY_ID = `
  SELECT * FROM orders WHERE account_id = $1 AND order_id = $2`;
// A refused duplicate must not hide the order that it repeats.
const BEST_ORDER_FIRST = "ORDER BY (order_id IS NULL), sequence DESC, event_index DESC LIMIT 1";
const ORDER_BY_CL_ORD_ID = `
  SELECT * FROM orders WHERE account_id = $1 AND cl_ord_id = $2 ${BEST_ORDER_FIRST}`;
// An OUCH order is known by its UserRefNum, whatever ClOrdID follows it.
const ORDER_BY_OUCH_NUMBER = `
  SELECT * FROM orders WHERE account_id = $1 AND (cl_ord_id = $2 OR
    (cl_ord_id >= $2::text || ':' AND cl_ord_id < $2::text || ';')) ${BEST_ORDER_FIRST}`;

const EXECUTIONS = `
  SELECT * FROM executions WHERE account_id = $1 AND (sequence, event_index) < ($2, $3)`;
/** Written out, because an index holds them alone. */
const ONLY_TRADES = `event_kind = ${EVENT_TRADED}`;
/** Nothing happened to an iceberg that shows its next part: the orders stream is silent too. */
const WITHOUT_DISPLAYED = `event_kind <> ${EVENT_DISPLAYED}`;
const NEWEST_FIRST = "ORDER BY sequence DESC, event_index DESC LIMIT";

// What was told of a trade last is what it counts as.
const EXECUTED = `
  SELECT sum(traded_lots) AS traded_lots,
    sum(last_qty_lots) FILTER (WHERE event_kind <> ${EVENT_TRADE_BUSTED}) AS counted_lots,
    sum(last_qty_lots::numeric * last_px_ticks)
      FILTER (WHERE event_kind <> ${EVENT_TRADE_BUSTED}) AS value
  FROM (
    SELECT DISTINCT ON (trade_id) event_kind, last_qty_lots, last_px_ticks,
      first_value(last_qty_lots) OVER
        (PARTITION BY trade_id ORDER BY sequence, event_index) AS traded_lots
    FROM executions
    WHERE account_id = $1 AND (sequence, event_index) < ($2, $3) AND order_id = $4
      AND event_kind IN (${EVENT_TRADED}, ${EVENT_TRADE_BUSTED}, ${EVENT_TRADE_CORRECTED})
    ORDER BY trade_id, sequence DESC, event_index DESC
  ) AS trades`;

const EVENT_INDEX_MAX = 2_147_483_647;

export class HistoryReader implements HistoryQueries {
  readonly #database: Database;

  /** Of a database whose tables a HistoryWriter has opened. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Refuses with HISTORY_QUERY rowsMax beyond QUERY_ROWS_MAX, as executions does. */
  async orders(query: HistoryOrdersQuery): Promise<HistoryPage<HistoryOrder>> {
    const parameters = [query.accountId, query.beforeSequence, beforeIndexOf(query)];
    const conditions = [ORDERS];
    if (query.instrumentId !== 0) {
      conditions.push(`instrument_id = $${parameters.push(query.instrumentId)}`);
    }
    return this.#page(
      `${conditions.join(" AND ")} ${NEWEST_FIRST} ${limitOf(query)}`,
      parameters,
      orderOf,
    );
  }

  async executions(query: HistoryExecutionsQuery): Promise<HistoryPage<HistoryExecution>> {
    const parameters = [query.accountId, query.beforeSequence, beforeIndexOf(query)];
    const conditions = [EXECUTIONS, query.tradesOnly ? ONLY_TRADES : WITHOUT_DISPLAYED];
    if (query.orderId !== 0) conditions.push(`order_id = $${parameters.push(query.orderId)}`);
    if (query.instrumentId !== 0) {
      conditions.push(`instrument_id = $${parameters.push(query.instrumentId)}`);
    }
    return this.#page(
      `${conditions.join(" AND ")} ${NEWEST_FIRST} ${limitOf(query)}`,
      parameters,
      executionOf,
    );
  }

  executedOf(query: HistoryExecutedQuery): Promise<HistoryPage<HistoryExecuted>> {
    const { accountId, beforeSequence, orderId } = query;
    const parameters = [accountId, beforeSequence, beforeIndexOf(query), orderId];
    return this.#page(EXECUTED, parameters, executedOf);
  }

  orderById(accountId: number, orderId: number): Promise<HistoryPage<HistoryOrder>> {
    return this.#page(ORDER_BY_ID, [accountId, orderId], orderOf);
  }

  /** An order that entered is found before a refused one with the same client order id. */
  orderByClOrdId(accountId: number, clOrdId: string): Promise<HistoryPage<HistoryOrder>> {
    const isOuch = clOrdId.startsWith("ouch:");
    const sql = isOuch ? ORDER_BY_OUCH_NUMBER : ORDER_BY_CL_ORD_ID;
    return this.#page(sql, [accountId, clOrdId], orderOf);
  }

  async #page<Found>(
    sql: string,
    parameters: readonly (number | string)[],
    decode: (row: Row) => Found,
  ): Promise<HistoryPage<Found>> {
    const sequence = await readPosition(this.#database);
    const rows = await this.#database.query(sql, parameters);
    return { rows: rows.map(decode), sequence };
  }
}

function beforeIndexOf({ beforeIndex }: Pick<HistoryOrdersQuery, "beforeIndex">): number {
  return Math.min(beforeIndex, EVENT_INDEX_MAX);
}

/** The number of rows as SQL text: an integer in bounds, so nothing can be smuggled in. */
function limitOf(query: HistoryOrdersQuery): number {
  const { rowsMax } = query;
  if (Number.isInteger(rowsMax) && rowsMax >= 1 && rowsMax <= QUERY_ROWS_MAX) return rowsMax;
  throw new HistoryFailure(
    HISTORY_QUERY,
    `rowsMax: expected a whole number from 1 to ${QUERY_ROWS_MAX}, found ${rowsMax}`,
  );
}

function orderOf(row: Row): HistoryOrder {
  return {
    sequence: Number(row["sequence"]),
    index: Number(row["event_index"]),
    timeMicros: Number(row["time_micros"]),
    lastSequence: Number(row["last_sequence"]),
    lastTimeMicros: Number(row["last_time_micros"]),
    instrumentId: Number(row["instrument_id"]),
    orderId: Number(row["order_id"] ?? 0),
    clOrdId: String(row["cl_ord_id"]),
    side: Number(row["side"]),
    ordType: Number(row["ord_type"]),
    timeInForce: Number(row["time_in_force"]),
    execInst: Number(row["exec_inst"]),
    priceTicks: Number(row["price_ticks"]),
    orderQtyLots: Number(row["order_qty_lots"]),
    cumQtyLots: Number(row["cum_qty_lots"]),
    leavesQtyLots: Number(row["leaves_qty_lots"]),
    ordStatus: Number(row["ord_status"]) as OrdStatus,
    reason: Number(row["reason"]),
  };
}

/** Sums come as text; of nothing as null. */
function executedOf(row: Row): HistoryExecuted {
  return {
    cumQtyLots: Number(row["traded_lots"] ?? 0),
    countedQtyLots: Number(row["counted_lots"] ?? 0),
    valueTickLots: BigInt(String(row["value"] ?? 0)),
  };
}

function executionOf(row: Row): HistoryExecution {
  return {
    sequence: Number(row["sequence"]),
    index: Number(row["event_index"]),
    timeMicros: Number(row["time_micros"]),
    eventKind: Number(row["event_kind"]),
    instrumentId: Number(row["instrument_id"]),
    orderId: Number(row["order_id"]),
    clOrdId: String(row["cl_ord_id"]),
    side: Number(row["side"]),
    lastPxTicks: Number(row["last_px_ticks"]),
    lastQtyLots: Number(row["last_qty_lots"]),
    cumQtyLots: Number(row["cum_qty_lots"]),
    leavesQtyLots: Number(row["leaves_qty_lots"]),
    tradeId: Number(row["trade_id"]),
    reason: Number(row["reason"]),
  };
}
