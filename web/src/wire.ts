// What the exchange says and is told, exactly as docs/protocols/json.md writes it. Prices,
// quantities and money are decimal strings in the instrument's grid; times are microseconds since
// the Unix epoch.

export type Side = "buy" | "sell";
/** Those that the ticket has. */
export type TicketOrdType = "limit" | "market";
export type OrdType =
  | TicketOrdType
  | "stop"
  | "stopLimit"
  | "marketIfTouched"
  | "limitIfTouched"
  | "marketWithLeftover"
  | "pegged";
export type TimeInForce = "gtc" | "ioc" | "fok";
export type OrdStatus = "new" | "partiallyFilled" | "filled" | "canceled" | "rejected";

export type ExecType =
  | "new"
  | "trade"
  | "booked"
  | "canceled"
  | "replaced"
  | "rejected"
  | "cancelRejected"
  | "amendRejected"
  | "triggered"
  | "restated"
  | "prevented"
  | "tradeBusted"
  | "tradeCorrected";

export type WireInstrument = {
  readonly instrumentId: number;
  readonly symbol: string;
  readonly currency: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly priceMin: string;
  readonly priceMax: string;
  readonly orderQtyMin: string;
  readonly orderQtyMax: string;
};

/** [price, quantity, number of orders]; in an update quantity "0" means the level is gone. */
export type WireLevel = readonly [string, string, number];

export type WireDepth = {
  readonly rptSeq: number;
  readonly sequence: number;
  readonly bids: readonly WireLevel[];
  readonly asks: readonly WireLevel[];
};

export type WireTrade = {
  readonly tradeId: number;
  readonly sequence: number;
  readonly transactTime: number;
  readonly price: string;
  readonly qty: string;
  readonly aggressorSide: Side;
  /** Of a call: nobody took from anybody, the side is the younger order's. */
  readonly auction: boolean;
};

export type WirePhase =
  | "continuous"
  | "postOnly"
  | "preOpen"
  | "openingCall"
  | "volatilityCall"
  | "closingCall"
  | "halt"
  | "cancelOnly"
  | "closed";

export type WireStatus = {
  readonly sequence: number;
  readonly phase: WirePhase;
  /** What would trade if a call ended now. */
  readonly indication: {
    readonly price: string;
    readonly matchedQty: string;
    readonly surplusQty: string;
    readonly surplusSide: Side | null;
  } | null;
};

export type WireCandle = {
  readonly start: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
};

export type WireCandles = {
  readonly candles: readonly WireCandle[];
  /** The newest trade in them; 0 for none. */
  readonly tradeId: number;
};

export type WireOrder = {
  readonly symbol: string;
  readonly side: Side;
  readonly ordType: TicketOrdType;
  readonly price?: string;
  readonly orderQty: string;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly clOrdId: string;
};

/** What else an order asks for. A report has them when the order is entered or asked for. */
export type WireTerms = {
  readonly hidden?: boolean | undefined;
  readonly allOrNone?: boolean | undefined;
  readonly stopPx?: string | undefined;
  readonly trailOffset?: string | undefined;
  /** Hundredths of a percent. */
  readonly trailBasisPoints?: number | undefined;
  readonly displayQty?: string | undefined;
};

export type WireReport = WireTerms & {
  readonly sequence: number;
  /** null where the report answers a query. */
  readonly transactTime: number | null;
  readonly orderId: number;
  readonly clOrdId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly ordType: OrdType;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly ordStatus: OrdStatus;
  /** null for market orders. */
  readonly price: string | null;
  readonly orderQty: string;
  readonly cumQty: string;
  readonly leavesQty: string;
  readonly reason: string;
  /** What the answer to an order tells of its own trades, in their order. */
  readonly fills?: readonly { readonly lastPx: string }[];
};

type ExecutionFields = {
  readonly sequence: number;
  readonly index: number;
  readonly transactTime: number;
  readonly execType: ExecType;
  readonly orderId: number;
  readonly symbol: string;
  readonly side: Side;
  /** These three only where something traded. */
  readonly lastPx: string | null;
  readonly lastQty: string | null;
  readonly tradeId: number | null;
};

/** A row of the history. */
export type WireExecution = ExecutionFields;

/** What the history knows of an order and a list does not. */
export type WireEntry = { readonly orderId: number; readonly transactTime: number };

/** An event of the `orders` stream: the execution, and the order's whole state after it. */
export type WireOrderEvent = ExecutionFields & WireReport & { readonly transactTime: number };

export type WireError = { readonly code: string; readonly message: string };

export type WireAnswer = {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: WireError;
};

export type WireStreamMessage = { readonly stream: string } & (
  | ({ readonly type: "snapshot" | "update" } & WireDepth)
  | ({ readonly type: "trade" } & WireTrade)
  | ({ readonly type: "status" } & WireStatus)
  | { readonly type: "top" }
  | ({ readonly type: "execution" } & WireOrderEvent)
  | ({ readonly type: "tradeChange" } & WireExecution)
);
