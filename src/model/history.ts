// What a gateway may ask of the durable history, wherever it is kept. The history is a projection:
// it runs behind the log, so every answer says up to which sequence it is complete.

import type { OrdStatus } from "./ord-status.ts";

/** One order as its last event left it; refused new orders are in the history too. */
export type HistoryOrder = {
  /** Sequence of the command that entered the order, and its place there: the key of paging. */
  readonly sequence: number;
  readonly index: number;
  readonly timeMicros: number;
  /** Sequence and time of the last event of the order. */
  readonly lastSequence: number;
  readonly lastTimeMicros: number;
  readonly instrumentId: number;
  /** 0 when the order was refused before it had one. */
  readonly orderId: number;
  /** Present client order id as text (decodeClOrdId), as the last amend left it. */
  readonly clOrdId: string;
  /** FIX codes as in the event record. */
  readonly side: number;
  readonly ordType: number;
  readonly timeInForce: number;
  readonly execInst: number;
  readonly priceTicks: number;
  readonly orderQtyLots: number;
  readonly cumQtyLots: number;
  readonly leavesQtyLots: number;
  readonly ordStatus: OrdStatus;
  /** Number of model/reasons.ts from the event that refused or ended the order, else 0. */
  readonly reason: number;
};

/** One event record of the account's orders, those that show an iceberg's next part left out. */
export type HistoryExecution = {
  readonly sequence: number;
  /** Place in the command's batch, from 0. */
  readonly index: number;
  readonly timeMicros: number;
  /** EVENT_... of codec/event.ts. */
  readonly eventKind: number;
  readonly instrumentId: number;
  readonly orderId: number;
  readonly clOrdId: string;
  readonly side: number;
  readonly lastPxTicks: number;
  readonly lastQtyLots: number;
  readonly cumQtyLots: number;
  readonly leavesQtyLots: number;
  /** 0 where nothing traded. */
  readonly tradeId: number;
  readonly reason: number;
};

export type HistoryOrdersQuery = {
  readonly accountId: number;
  /** 0 means every instrument. */
  readonly instrumentId: number;
  /**
   * Only (sequence, index) below (beforeSequence, beforeIndex); Number.MAX_SAFE_INTEGER means from
   * the newest.
   */
  readonly beforeSequence: number;
  readonly beforeIndex: number;
  readonly rowsMax: number;
};

export type HistoryExecutionsQuery = HistoryOrdersQuery & {
  /** 0 means every order. */
  readonly orderId: number;
  /** Only those that traded. */
  readonly tradesOnly?: boolean;
};

/** What an order has executed up to a place, as busts and corrections have left it there. */
export type HistoryExecuted = {
  /** Of its trades as they were told when they traded. */
  readonly cumQtyLots: number;
  /** What of that counts, and what that is worth: ticks times lots, exactly. */
  readonly countedQtyLots: number;
  readonly valueTickLots: bigint;
};

export type HistoryExecutedQuery = Pick<
  HistoryExecutionsQuery,
  "accountId" | "orderId" | "beforeSequence" | "beforeIndex"
>;

export type HistoryPage<Row> = {
  /** Newest first: by sequence, then index, descending. */
  readonly rows: readonly Row[];
  /** The history holds everything up to this sequence. */
  readonly sequence: number;
};

/** What a query answers in time; it rejects with an Error when the store cannot answer. */
type Answer<Row> = Promise<HistoryPage<Row>>; // tidy: the store waits, not this room

export interface HistoryQueries {
  orders(query: HistoryOrdersQuery): Answer<HistoryOrder>;
  executions(query: HistoryExecutionsQuery): Answer<HistoryExecution>;
  /** One row. */
  executedOf(query: HistoryExecutedQuery): Answer<HistoryExecuted>;
  /** One row or none. */
  orderById(accountId: number, orderId: number): Answer<HistoryOrder>;
  /**
   * One row or none: the newest order of this client order id (as clOrdIdKey gives it) that
   * entered, and only where none did the newest refused one: a later duplicate hides nothing.
   */
  orderByClOrdId(accountId: number, clOrdId: string): Answer<HistoryOrder>;
}
