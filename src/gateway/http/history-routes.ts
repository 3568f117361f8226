// REST reads of the history. It runs behind the exchange; every answer says up to which sequence it
// is complete.

import type { ServerResponse } from "node:http";
import type { HistoryPage, HistoryQueries } from "../../model/history.ts";
import type { Venue } from "../../model/venue.ts";
import type { Log } from "../../ops/logging.ts";
import type { Refusal } from "../error-codes.ts";
import { unexpected } from "../json/fields.ts";
import { historyExecutionJson, historyOrderJson } from "../json/history-writer.ts";
import { refuseHistory } from "../order-status.ts";
import { BEFORE, rowsParameter, SYMBOL } from "./query-parameters.ts";
import { type Query, readInteger, readRowsMax, readSymbol } from "./query-reader.ts";
import { replyJson, replyRefusal } from "./reply.ts";
import type { QueryParameter, Route, RouteAnswer } from "./route.ts";

const ROWS_DEFAULT = 100;
const SEQUENCE_MAX = Number.MAX_SAFE_INTEGER;
const INDEX_MAX = 2_147_483_647;
const LIMIT = rowsParameter("limit", "rows of the answer", ROWS_DEFAULT);
const NO_INSTRUMENT: RouteAnswer = { description: "no such instrument", schema: "Error" };

const ORDER_ID: QueryParameter = {
  name: "orderId",
  description: "only this order",
  schema: { type: "integer", minimum: 1 },
};
const BEFORE_INDEX: QueryParameter = {
  name: "beforeIndex",
  description: "with before: of that sequence, the rows below this index too",
  schema: { type: "integer", minimum: 0, default: 0 },
};

const EXEC_TYPE: QueryParameter = {
  name: "execType",
  description: "trade: only executions that traded",
  schema: { type: "string", enum: ["trade"] },
};

export function historyRoutes(venue: Venue, history: HistoryQueries, log: Log): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/history/orders",
      tag: "History",
      operationId: "historyOrders",
      summary: "Orders of the account, newest first",
      needsKey: true,
      query: [SYMBOL, BEFORE, BEFORE_INDEX, LIMIT],
      answers: {
        200: { description: "one page", schema: "HistoryOrders" },
        404: NO_INSTRUMENT,
      },
      handle: ({ response, accountId, query }) => {
        const page = readPage(query, venue);
        if ("code" in page) {
          replyRefusal(response, page);
          return;
        }
        const rows = history.orders({ accountId, ...page });
        replyPage(response, "orders", rows, (order) => historyOrderJson(order, venue), log);
      },
    },
    {
      method: "GET",
      path: "/history/executions",
      tag: "History",
      operationId: "historyExecutions",
      summary: "Executions of the account's orders, newest first",
      needsKey: true,
      query: [SYMBOL, ORDER_ID, EXEC_TYPE, BEFORE, BEFORE_INDEX, LIMIT],
      answers: {
        200: { description: "one page", schema: "HistoryExecutions" },
        404: NO_INSTRUMENT,
      },
      handle: ({ response, accountId, query }) => {
        const page = readExecutionsPage(query, venue);
        if ("code" in page) {
          replyRefusal(response, page);
          return;
        }
        const rows = history.executions({ accountId, ...page });
        replyPage(response, "executions", rows, (row) => historyExecutionJson(row, venue), log);
      },
    },
  ];
}

type Page = {
  readonly instrumentId: number;
  readonly beforeSequence: number;
  readonly beforeIndex: number;
  readonly rowsMax: number;
};

function readPage(query: Query, venue: Venue): Page | Refusal {
  const instrument = readSymbol(query, venue);
  if (instrument !== undefined && "code" in instrument) return instrument;
  const sequences = { min: 1, max: SEQUENCE_MAX, otherwise: SEQUENCE_MAX };
  const beforeSequence = readInteger(query, "before", sequences);
  if (typeof beforeSequence !== "number") return beforeSequence;
  const beforeIndex = readInteger(query, "beforeIndex", { min: 0, max: INDEX_MAX, otherwise: 0 });
  if (typeof beforeIndex !== "number") return beforeIndex;
  const rowsMax = readRowsMax(query, "limit", ROWS_DEFAULT);
  if (typeof rowsMax !== "number") return rowsMax;
  return { instrumentId: instrument?.instrumentId ?? 0, beforeSequence, beforeIndex, rowsMax };
}

function readExecutionsPage(
  query: Query,
  venue: Venue,
): (Page & { readonly orderId: number; readonly tradesOnly: boolean }) | Refusal {
  const page = readPage(query, venue);
  if ("code" in page) return page;
  const orderId = readInteger(query, "orderId", { min: 1, max: SEQUENCE_MAX, otherwise: 0 });
  if (typeof orderId !== "number") return orderId;
  const execType = query.get("execType");
  if (execType !== undefined && execType !== "trade") {
    return unexpected("execType", "trade, or nothing", execType);
  }
  return { ...page, orderId, tradesOnly: execType === "trade" };
}

function replyPage<Row>(
  response: ServerResponse,
  name: string,
  page: Promise<HistoryPage<Row>>,
  rowJson: (row: Row) => string,
  log: Log,
): void {
  page.then(
    ({ rows, sequence }) => {
      const json = rows.map(rowJson).join(",");
      replyJson(response, 200, `{"${name}":[${json}],"sequence":${sequence}}`);
    },
    (error: Error) => replyRefusal(response, refuseHistory(error, log)),
  );
}
