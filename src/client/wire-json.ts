// What goes over the JSON interfaces, as far as a program needs its form.

export type WireFields = Readonly<Record<string, unknown>>;

/** One order, by the exchange's number or by the client's. */
export type OrderName = { readonly orderId: number } | { readonly clOrdId: string };

/** Prices and quantities are decimal texts. */
export type OrderReport = {
  readonly sequence: number;
  readonly transactTime: number | null;
  readonly orderId: number;
  readonly clOrdId: string;
  readonly symbol: string;
  readonly side: string;
  readonly ordType: string;
  readonly timeInForce: string;
  readonly ordStatus: string;
  readonly price: string | null;
  readonly orderQty: string;
  readonly cumQty: string;
  readonly leavesQty: string;
  /** A code of docs/protocols/reasons.md, or "". */
  readonly reason: string;
  readonly fills?: readonly {
    readonly tradeId: number;
    readonly lastPx: string;
    readonly lastQty: string;
  }[];
};
