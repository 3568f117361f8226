// The numbers that the exchange gives out, in one counting each.

export class OrderIds {
  /** Orders, and each slice that an iceberg shows after its first. */
  lastOrderId = 0;
  lastTradeId = 0;
  /** Of an order where it waits to fire, or where it stands while trading is not continuous. */
  lastArrival = 0;
}
