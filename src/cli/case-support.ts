// What of the case schema this engine and this runner can do. A case is run only when every word of
// it is understood: one field too many, and it is unsupported.

import type { BehaviorCase, CaseStep } from "./case-file.ts";
import { ORD_TYPES, STP_MODES } from "./case-order.ts";

type Fields = Readonly<Record<string, (value: unknown) => boolean>>;

const any = () => true;
const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value);
const isRecord = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const STEPS: Readonly<Record<string, Fields>> = {
  new: {
    id: any,
    side: oneOf("buy", "sell"),
    type: oneOf(...Object.keys(ORD_TYPES)),
    price: any,
    qty: any,
    tif: oneOf("GTC", "IOC", "FOK"),
    owner: any,
    post_only: oneOf(true, false),
    all_or_none: oneOf(true, false),
    stp: oneOf(null, ...Object.keys(STP_MODES)),
    stop_price: any,
    trailing_bps: any,
    display: any,
    max_slippage: any,
    budget: any,
    group: Number.isInteger,
  },
  deposit: { owner: any, balances: isRecord },
  cancel: { id: any, owner: any },
  reduce: { id: any, owner: any, by: any },
  replace: { id: any, owner: any, price: any, qty: any, open_qty: any },
  cancel_down_to: { id: any, owner: any, open_qty: any },
  new_oco: {
    id: any,
    owner: any,
    side: oneOf("buy", "sell"),
    qty: any,
    price: any,
    stop_price: any,
    stop_limit_price: any,
  },
  external_trade: { price: any, qty: any },
  set_last_price: { price: any },
  check: {
    bids: any,
    asks: any,
    bids_end: any,
    asks_end: any,
    bid_qty: any,
    ask_qty: any,
    resting_bids: any,
    resting_asks: any,
    first_bid: any,
    first_ask: any,
    bid_queue: any,
    ask_queue: any,
    bid_queue_end: any,
    ask_queue_end: any,
    orders: any,
    last_price: any,
    stop_buys: any,
    stop_sells: any,
    visible_bid_qty: any,
    visible_ask_qty: any,
  },
};

const EXPECTATIONS: Fields = {
  status: oneOf(
    "resting",
    "filled",
    "partially_filled",
    "partially_filled_then_cancelled",
    "cancelled",
    "rejected",
    "pending_trigger",
  ),
  trades: any,
  fills: any,
  fills_over_last_commands: any,
  open: any,
  traded_qty: any,
  cancelled_qty: any,
  error: (value) => typeof value === "string" && Object.hasOwn(REASONS_OF_ERROR, value),
  order_still: oneOf("resting", "partially_filled", "filled", "cancelled"),
  last_price: any,
  expired: Array.isArray,
  triggers: Array.isArray,
  balances: (value) => isRecord(value) && Object.values(value as object).every(isRecord),
  events: (value) => Number.isInteger(value) || Array.isArray(value),
};

const CHECKED_ORDER: Fields = {
  order_qty: any,
  open_qty: any,
  price: any,
  status: oneOf("resting", "partially_filled", "filled", "cancelled", "pending_trigger"),
};

/** The schema's errors "in words" as our reason codes' names. */
export const REASONS_OF_ERROR: Readonly<Record<string, readonly string[]>> = {
  "unknown order": ["UNKNOWN_ORDER"],
  "bad quantity": ["QTY_OUT_OF_RANGE"],
  "bad price": ["PRICE_OUT_OF_RANGE"],
  "duplicate id": ["DUPLICATE_CL_ORD_ID"],
  "post only would cross": ["POST_ONLY_WOULD_TRADE"],
  "no liquidity": ["NO_LIQUIDITY"],
  "insufficient funds": ["INSUFFICIENT_FUNDS", "INSUFFICIENT_ASSETS"],
};

/** The first thing in the case that is not supported, in words; "" when everything is. */
export function unsupportedIn(behavior: BehaviorCase): string {
  for (const [index, step] of behavior.steps.entries()) {
    const reason = unsupportedInStep(step);
    if (reason !== "") return `step ${index + 1}: ${reason}`;
  }
  return "";
}

function unsupportedInStep(step: CaseStep): string {
  const { do: name, expect = {}, ...fields } = step;
  if (!Object.hasOwn(STEPS, name)) return name;
  const orders = name === "check" ? checkedOrdersOf(fields["orders"]) : [];
  return (
    firstUnsupported(name, fields, STEPS[name]) ||
    firstUnsupported(`${name} expects`, expect, EXPECTATIONS) ||
    orders.map((order) => firstUnsupported("check orders", order, CHECKED_ORDER)).find(Boolean) ||
    ""
  );
}

function checkedOrdersOf(orders: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof orders !== "object" || orders === null) return [];
  return Object.values(orders) as Readonly<Record<string, unknown>>[];
}

function firstUnsupported(
  what: string,
  values: Readonly<Record<string, unknown>>,
  supported: Fields,
): string {
  for (const [name, value] of Object.entries(values)) {
    const isSupported = Object.hasOwn(supported, name) && supported[name](value);
    if (!isSupported) return `${what} ${name} ${JSON.stringify(value)}`;
  }
  return "";
}
