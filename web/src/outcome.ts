// What became of an order, in one sentence.

import type { WireReport } from "./wire.ts";

export function outcomeText(report: WireReport): string {
  const { side, orderQty, cumQty, symbol, orderId } = report;
  const price = report.ordType === "limit" ? ` at ${report.price}` : "";
  const order = `${side} ${orderQty} ${symbol}${price}`;
  switch (report.ordStatus) {
    case "new":
      return `Order ${orderId} working: ${order}`;
    case "partiallyFilled":
      return `Order ${orderId} filled ${cumQty}, the rest working: ${order}`;
    case "filled":
      return `Order ${orderId} filled: ${order}`;
    case "canceled":
      return `Order ${orderId} ended${because(report.reason)}, filled ${cumQty}: ${order}`;
    case "rejected":
      return `Refused${because(report.reason)}: ${order}`;
  }
}

/** "IOC_REMAINDER" reads as "ioc remainder". */
function because(reason: string): string {
  return reason === "" ? "" : ` (${reason.toLowerCase().replaceAll("_", " ")})`;
}
