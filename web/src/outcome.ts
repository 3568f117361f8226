// What became of an order, in one sentence.

import type { WireReport } from "./wire.ts";

export function outcomeText(report: WireReport): string {
  const { side, orderQty, cumQty, symbol, orderId } = report;
  const paid = paidText(report);
  const limit = paid === "" ? ` at ${report.price}` : `, limit ${report.price}`;
  const price = report.ordType === "limit" ? limit : "";
  const order = `${side} ${orderQty} ${symbol}${price}`;
  switch (report.ordStatus) {
    case "new":
      return `Order ${orderId} working: ${order}`;
    case "partiallyFilled":
      return `Order ${orderId} filled ${cumQty}${paid}, the rest working: ${order}`;
    case "filled":
      return `Order ${orderId} filled${paid}: ${order}`;
    case "canceled":
      return `Order ${orderId} ended${because(report.reason)}, filled ${cumQty}${paid}: ${order}`;
    case "rejected":
      return `Refused${because(report.reason)}: ${order}`;
  }
}

/** The prices of its trades, which may be better than its limit. */
function paidText({ fills = [] }: WireReport): string {
  const first = fills[0]?.lastPx;
  const last = fills.at(-1)?.lastPx;
  if (first === undefined) return "";
  return first === last ? ` at ${first}` : ` at ${first} to ${last}`;
}

/** "IOC_REMAINDER" reads as "ioc remainder". */
function because(reason: string): string {
  return reason === "" ? "" : ` (${reason.toLowerCase().replaceAll("_", " ")})`;
}
