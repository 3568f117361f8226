// REST order entry. An answer means that the command is durable, unless less was asked for.

import type { ServerResponse } from "node:http";
import { ACK_ACCEPTED } from "../../model/ack-level.ts";
import type { Clock } from "../../ops/clock.ts";
import { refusalJson } from "../error-codes.ts";
import { readAck } from "../json/ack-reader.ts";
import type { Symbols } from "../json/command-reader.ts";
import { type OrderRef, readOrderRef } from "../json/command-reader.ts";
import { integerOfText, isObject, unexpected } from "../json/fields.ts";
import { NOT_USUAL } from "../json/order-scanner.ts";
import { readBatch, readEntry } from "../json/request-reader.ts";
import type { Role } from "../keys.ts";
import type { LatencyReceipts } from "../latency-receipts.ts";
import type { Arrival, OrderDesk } from "../order-desk.ts";
import { OrderResults } from "../order-results.ts";
import type { OrderStatus } from "../order-status.ts";
import type { OrderRequest } from "../requested-commands.ts";
import { type AccountThrottles, slowDown } from "../throttle.ts";
import {
  ACCOUNT_ID,
  ACK,
  PRICE_MAX,
  PRICE_MIN,
  RECEIPT,
  SESSION_ID,
  SIDE,
  SYMBOL,
} from "./query-parameters.ts";
import { readSymbol } from "./query-reader.ts";
import { replyJson, replyJsonBytes, replyJsonParts, replyRefusal } from "./reply.ts";
import type { Call, Route, RouteAnswer } from "./route.ts";

export type OrderRoutesParts = {
  readonly desk: OrderDesk;
  /** One that answers before the disk has the orders; opened once, when first asked for. */
  readonly openEarlyDesk: () => OrderDesk;
  readonly status: OrderStatus;
  readonly symbols: Symbols;
  /** Told how long each answered order request took. */
  readonly observeSeconds: (seconds: number) => void;
  readonly clock: Clock;
  readonly receipts: LatencyReceipts;
  readonly throttles: AccountThrottles;
};

type DeskOf = (call: Call, handle: (desk: OrderDesk) => void) => void;

const TRADERS: readonly Role[] = ["trader"];
const REPORT: RouteAnswer = { description: "the order after the command", schema: "Report" };
const NO_ORDER: RouteAnswer = { description: "no such order", schema: "Error" };
const REJECTED: RouteAnswer = { description: "the exchange rejected it", schema: "Rejection" };

export function orderRoutes(parts: OrderRoutesParts): readonly Route[] {
  let early: OrderDesk | undefined;
  const earlyDesk = (): OrderDesk => {
    early ??= parts.openEarlyDesk();
    return early;
  };
  const deskOf: DeskOf = (call, handle) => withDesk(parts.desk, earlyDesk, call, handle);
  return [
    ...entryRoutes(parts, deskOf),
    ...manyRoutes(parts, deskOf),
    ...byEitherId("/orders/by-cl-ord-id/{clOrdId}", "ByClOrdId", parts),
    ...byEitherId("/orders/{orderId}", "", parts),
  ];
}

/** What begins with one order, or with orders that belong together. */
function entryRoutes(parts: OrderRoutesParts, deskOf: DeskOf): Route[] {
  return [
    {
      method: "POST",
      path: "/orders",
      tag: "Orders",
      operationId: "enterOrder",
      summary: "Enter an order",
      needsKey: true,
      roles: TRADERS,
      query: [ACK, RECEIPT],
      body: "Order",
      answers: { 201: REPORT, 404: NO_ORDER, 422: REJECTED },
      handle: (call) => {
        deskOf(call, (desk) =>
          enterOne({ ...parts, desk }, call, { kind: "new", fields: call.body }),
        );
      },
    },
    {
      method: "POST",
      path: "/orders/list",
      tag: "Orders",
      operationId: "enterList",
      summary: "Enter two or three orders that depend on each other",
      description: "All of them or none.",
      needsKey: true,
      roles: TRADERS,
      query: [ACK, RECEIPT],
      body: "OrderList",
      answers: {
        201: { description: "a report a leg", schema: "ListReport" },
        404: NO_ORDER,
        422: { ...REJECTED, schema: "ListRejection" },
      },
      handle: (call) => {
        deskOf(call, (desk) =>
          enterOne({ ...parts, desk }, call, { kind: "list", fields: call.body }),
        );
      },
    },
    {
      method: "POST",
      path: "/orders/preview",
      tag: "Orders",
      operationId: "previewOrder",
      summary: "What the answer to a request would be, were it entered now",
      description:
        "Nothing is entered. One is worked out at a time, on a copy of the state: else BUSY.",
      needsKey: true,
      body: "Entry",
      answers: {
        200: { description: "status and answer of the request", schema: "Preview" },
        404: NO_ORDER,
        422: { description: "the gateway would refuse it", schema: "Error" },
      },
      handle: ({ accountId, body, response }) => {
        parts.desk.preview(accountId, readEntry(body), (_index, status, json) =>
          replyJson(response, status, json),
        );
      },
    },
  ];
}

/** What is about many orders at once. */
function manyRoutes(parts: OrderRoutesParts, deskOf: DeskOf): Route[] {
  const { status, symbols } = parts;
  return [
    {
      method: "POST",
      path: "/orders/batch",
      tag: "Orders",
      operationId: "enterBatch",
      summary: "Enter up to 1000 orders, cancels and amends",
      description: "Entries are entered in order and are independent: one may fail alone.",
      needsKey: true,
      roles: TRADERS,
      query: [ACK, RECEIPT],
      body: "Batch",
      answers: {
        200: { description: "a report or an error an entry", schema: "BatchResults" },
        422: { description: "the ack level is none of this log", schema: "Error" },
      },
      handle: (call) => {
        deskOf(call, (desk) => enterBatch({ ...parts, desk }, call));
      },
      handleUsual: (call, bytes) => {
        if (call.query.size > 0) return false; // Another answer than the usual one is asked for.
        return enterUsualBatch(parts, call, bytes);
      },
    },
    {
      method: "GET",
      path: "/orders",
      tag: "Orders",
      operationId: "openOrders",
      summary: "Working orders of the account",
      description: "Newest first, at most 5000.",
      needsKey: true,
      query: [SYMBOL],
      answers: { 200: { description: "reports without fills", schema: "Orders" }, 404: NO_ORDER },
      handle: ({ response, accountId, query }) => {
        const instrument = readSymbol(query, symbols);
        if (instrument !== undefined && "code" in instrument) {
          replyRefusal(response, instrument);
          return;
        }
        status.askOpen(accountId, instrument?.instrumentId ?? 0, replyTo(response));
      },
    },
    {
      method: "DELETE",
      path: "/orders",
      tag: "Orders",
      operationId: "cancelAllOrders",
      summary: "Cancel every working order, or those that fit every filter",
      needsKey: true,
      roles: [...TRADERS, "operator"],
      query: [SYMBOL, SIDE, PRICE_MIN, PRICE_MAX, SESSION_ID, ACCOUNT_ID],
      answers: {
        200: { description: "how many", schema: "CancelAllResult" },
        404: NO_ORDER,
        422: { ...REJECTED, schema: "Error" },
      },
      handle: (call) => {
        enterOne(parts, call, { kind: "cancelAll", fields: Object.fromEntries(call.query) });
      },
    },
  ];
}

/** The three things one can do with one order, named by the placeholder of `path`. */
function byEitherId(path: string, idName: string, parts: OrderRoutesParts): Route[] {
  return [
    {
      method: "GET",
      path,
      tag: "Orders",
      operationId: `orderStatus${idName}`,
      summary: "State of one order",
      description: "A working order as the exchange has it, an ended one from the history.",
      needsKey: true,
      answers: { 200: { description: "a report without fills", schema: "Report" }, 404: NO_ORDER },
      handle: (call) => {
        withOrder(call, idName, (order) =>
          parts.status.ask(call.accountId, order, replyTo(call.response)),
        );
      },
    },
    {
      method: "PATCH",
      path,
      tag: "Orders",
      operationId: `amendOrder${idName}`,
      summary: "Amend an order",
      description:
        "orderQty is the new total, executed quantity included, leavesQty the new rest. Less " +
        "quantity at the same price keeps the order's place in the queue, unless joinTail is true.",
      needsKey: true,
      roles: TRADERS,
      query: [RECEIPT],
      body: "Amend",
      answers: { 200: REPORT, 404: NO_ORDER, 422: { ...REJECTED, schema: "Error" } },
      handle: (call) => {
        const { body } = call;
        if (!isObject(body)) {
          replyRefusal(call.response, unexpected("body", "an object", body));
          return;
        }
        withOrder(call, idName, (order) =>
          enterOne(parts, call, { kind: "amend", order, fields: body }),
        );
      },
    },
    {
      method: "DELETE",
      path,
      tag: "Orders",
      operationId: `cancelOrder${idName}`,
      summary: "Cancel an order",
      needsKey: true,
      roles: TRADERS,
      query: [
        {
          name: "reduceBy",
          description: "take only this quantity off; the order keeps its place in the queue",
          schema: { type: "string", examples: ["0.050"] },
        },
        {
          name: "reduceTo",
          description: "make its total so small; what has executed counts",
          schema: { type: "string", examples: ["0.200"] },
        },
        RECEIPT,
      ],
      answers: { 200: REPORT, 404: NO_ORDER, 422: { ...REJECTED, schema: "Error" } },
      handle: (call) => {
        const { receipt, ...fields } = Object.fromEntries(call.query);
        withOrder(call, idName, (order) =>
          enterOne(parts, call, { kind: "cancel", order, fields }),
        );
      },
    },
  ];
}

/** Calls `handle` with the desk of the ack level asked for, or answers why there is none. */
function withDesk(
  desk: OrderDesk,
  earlyDesk: () => OrderDesk,
  call: Call,
  handle: (desk: OrderDesk) => void,
): void {
  const { query, response } = call;
  const asked = query.get(ACK.name);
  if (asked === undefined) {
    handle(desk);
    return;
  }
  const ack = readAck(asked);
  if (typeof ack !== "string") {
    replyRefusal(response, ack);
    return;
  }
  response.setHeader("outcry-ack", ack);
  handle(ack === ACK_ACCEPTED ? earlyDesk() : desk);
}

/** Calls `handle` with the order that the path names, or answers why it names none. */
function withOrder(call: Call, idName: string, handle: (order: OrderRef) => void): void {
  const [text] = call.pathValues;
  const orderId = integerOfText(text, 1, Number.MAX_SAFE_INTEGER) ?? text;
  const order = readOrderRef(idName === "" ? { orderId } : { clOrdId: text });
  if ("code" in order) replyRefusal(call.response, order);
  else handle(order);
}

function enterOne(parts: OrderRoutesParts, call: Call, request: OrderRequest): void {
  const { desk, observeSeconds, clock } = parts;
  const startedNanos = clock.nowNanos();
  const { arrival, onAnswered } = arrivalOf(parts, call);
  desk.enter(
    call.accountId,
    slowDown([request], parts.throttles.of(call.accountId)),
    (_index, status, json) => {
      observeSeconds((clock.nowNanos() - startedNanos) / 1e9);
      onAnswered();
      if (status === 503) call.response.setHeader("retry-after", "1");
      replyJson(call.response, status, json);
    },
    nothingFollows,
    arrival,
  );
}

function enterBatch(parts: OrderRoutesParts, call: Call): void {
  const { desk, observeSeconds, clock } = parts;
  const { accountId, body, response } = call;
  const startedNanos = clock.nowNanos();
  const requests = readBatch(body);
  if ("code" in requests) {
    replyJson(response, requests.status, refusalJson(requests));
    return;
  }
  const { arrival, onAnswered } = arrivalOf(parts, call);
  const results = new OrderResults(requests.length, (texts) => {
    observeSeconds((clock.nowNanos() - startedNanos) / 1e9);
    onAnswered();
    replyJsonParts(response, 200, texts);
  });
  desk.enter(
    accountId,
    slowDown(requests, parts.throttles.of(accountId)),
    (index, _status, json) => results.set(index, json),
    nothingFollows,
    arrival,
  );
}

/** When the call came, and whether it asks to be told; `onAnswered` is called when it was. */
function arrivalOf(
  { receipts }: OrderRoutesParts,
  call: Call,
): { readonly arrival: Arrival; readonly onAnswered: () => void } {
  const { stages } = receipts;
  const wants = call.query.get(RECEIPT.name) === "true";
  const onAnswered = wants ? stages.want() : nothingFollows;
  const ingressNanos = stages.arrival();
  return { arrival: { ingressNanos, receipts: wants ? receipts : undefined }, onAnswered };
}

function enterUsualBatch(
  { desk, observeSeconds, clock, receipts, throttles }: OrderRoutesParts,
  { accountId, response }: Call,
  bytes: Uint8Array,
): boolean {
  const startedNanos = clock.nowNanos();
  const ingressNanos = receipts.stages.arrival();
  const count = desk.scan(accountId, bytes);
  if (count === NOT_USUAL) return false;
  if (throttles.of(accountId)?.tryTake(count) === false) return false; // Some of it, one by one.
  receipts.stages.ingressNanos = ingressNanos;
  desk.enterScanned(count, (json) => {
    observeSeconds((clock.nowNanos() - startedNanos) / 1e9);
    replyJsonBytes(response, 200, json.takeBytes());
  });
  return true;
}

/** Requests of different connections have no order among them. */
function nothingFollows(): void {}

function replyTo(response: ServerResponse): (status: number, json: string) => void {
  return (status, json) => replyJson(response, status, json);
}
