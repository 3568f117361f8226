// Why the exchange refused or ended something. Where FIX has a number (OrdRejReason 103,
// CxlRejReason 102) it is FIX's; ours start at 1000. Numbers and names are never reused: they stand
// in logs, databases and clients. docs/protocols/reasons.md lists them; a test compares.

export type Reason = {
  readonly code: number;
  /** Stable text code of the JSON interfaces. */
  readonly name: string;
  readonly meaning: string;
};

export const REASON_NONE = 0;
export const REASON_UNKNOWN_INSTRUMENT = 1;
export const REASON_ORDER_EXCEEDS_LIMIT = 3;
export const REASON_DUPLICATE_CL_ORD_ID = 6;
export const REASON_UNSUPPORTED_ORDER = 11;
export const REASON_QTY_OUT_OF_RANGE = 13;
export const REASON_UNKNOWN_ACCOUNT = 15;
export const REASON_PRICE_OUT_OF_RANGE = 16;
export const REASON_UNKNOWN_ORDER = 1000;
export const REASON_BOOK_FULL = 1001;
export const REASON_NO_LIQUIDITY = 1002;
export const REASON_IOC_REMAINDER = 1003;
export const REASON_FOK_UNFILLABLE = 1004;
export const REASON_POST_ONLY_WOULD_TRADE = 1005;
export const REASON_REQUESTED = 1006;
export const REASON_NOTHING_TO_AMEND = 1007;
export const REASON_BELOW_EXECUTED = 1008;
export const REASON_INSTRUMENT_EXISTS = 1009;
export const REASON_INSTRUMENT_TERMS = 1010;
export const REASON_INSTRUMENTS_FULL = 1011;
export const REASON_BUSY = 1012;
export const REASON_STOPPED = 1013;
export const REASON_UNKNOWN_COMMAND = 1014;
export const REASON_ACCOUNTS_FULL = 1015;
export const REASON_CL_ORD_ID_MISSING = 1016;
export const REASON_NOT_PERMITTED = 1017;
export const REASON_WOULD_TRIGGER = 1018;
export const REASON_SELF_TRADE = 1019;
export const REASON_EXPIRED = 1020;
export const REASON_PROTECTION = 1021;
export const REASON_MIN_QTY = 1022;
export const REASON_REPRICED = 1023;
export const REASON_LINKED = 1024;
export const REASON_NO_REFERENCE = 1025;
export const REASON_EXPIRE_TIME = 1026;
export const REASON_NO_CALENDAR = 1027;
export const REASON_PHASE = 1028;
export const REASON_SPECIALS_FULL = 1029;
export const REASON_DISPLAY_QTY = 1030;
export const REASON_QUOTE_AMOUNT = 1031;
export const REASON_CASCADE = 1032;
export const REASON_TERMS = 1033;
export const REASON_OFF_GRID = 1034;
export const REASON_ACCOUNT_DISABLED = 1060;
export const REASON_PRICE_DISTANCE = 1061;
export const REASON_OPEN_ORDERS_LIMIT = 1062;
export const REASON_REDUCE_ONLY = 1063;
export const REASON_LOSS_LIMIT = 1064;
export const REASON_POSITION_LIMIT = 1065;
export const REASON_INSUFFICIENT_FUNDS = 1066;
export const REASON_INSUFFICIENT_ASSETS = 1067;
export const REASON_CREDIT_LIMIT = 1068;
export const REASON_BALANCE_RANGE = 1069;
export const REASON_BALANCES_FULL = 1070;
export const REASON_ACCOUNT_TERMS = 1071;
export const REASON_UNKNOWN_ASSET = 1072;
export const REASON_AMOUNT = 1073;
export const REASON_FEE_TERMS = 1074;
export const REASON_UNKNOWN_TRADE = 1075;
export const REASON_TRADE_BUSTED = 1076;
export const REASON_MARKET_CLOSED = 1080;
export const REASON_MARKET_HALTED = 1081;
export const REASON_CANCEL_ONLY = 1082;
export const REASON_POST_ONLY_PHASE = 1083;
export const REASON_PHASE_SET = 1084;
export const REASON_PHASE_OVER = 1085;
export const REASON_PHASE_TERMS = 1086;
export const REASON_CALENDAR = 1087;
export const REASON_CALENDAR_TERMS = 1088;
export const REASON_CALENDAR_FULL = 1089;
export const REASON_CALL_PRICE = 1090;
export const REASON_CALL_SURPLUS = 1091;
export const REASON_CALL_TERMS = 1092;
export const REASON_RELEASED = 1093;
export const REASON_NOTIONAL_OUT_OF_RANGE = 1094;
export const REASON_KILLED_MARKET = 1100;
export const REASON_KILLED_FIRM = 1101;
export const REASON_KILLED_ACCOUNT = 1102;
export const REASON_KILLED_SESSION = 1103;
export const REASON_DISCONNECTED = 1104;
export const REASON_DEAD_MAN = 1105;
export const REASON_RATE_LIMIT = 1106;
export const REASON_ORDER_TO_TRADE = 1107;
export const REASON_DUPLICATE_ORDER = 1108;
export const REASON_MAKER_PROTECTION = 1109;
export const REASON_GUARD_TERMS = 1110;
export const REASON_GUARDS_FULL = 1111;
export const REASON_PRICE_BAND = 1112;
export const REASON_ENTRY_DISABLED = 1113;
export const REASON_OUTCOME_UNKNOWN = 1120;
export const REASON_NOT_REPLICATED = 1121;

export const REASONS: readonly Reason[] = [
  reason(REASON_UNKNOWN_INSTRUMENT, "UNKNOWN_INSTRUMENT", "no instrument has this symbol or id"),
  reason(
    REASON_ORDER_EXCEEDS_LIMIT,
    "ORDER_EXCEEDS_LIMIT",
    "the order is larger than its account may enter",
  ),
  reason(REASON_DUPLICATE_CL_ORD_ID, "DUPLICATE_CL_ORD_ID", "the account used this clOrdId before"),
  reason(
    REASON_UNSUPPORTED_ORDER,
    "UNSUPPORTED_ORDER",
    "side, type, lifetime or flags do not combine",
  ),
  reason(
    REASON_QTY_OUT_OF_RANGE,
    "QTY_OUT_OF_RANGE",
    "the quantity is outside the instrument's range",
  ),
  reason(REASON_UNKNOWN_ACCOUNT, "UNKNOWN_ACCOUNT", "the operator has not configured this account"),
  reason(
    REASON_PRICE_OUT_OF_RANGE,
    "PRICE_OUT_OF_RANGE",
    "the price is outside the instrument's range",
  ),
  reason(REASON_UNKNOWN_ORDER, "UNKNOWN_ORDER", "the account has no working order with this id"),
  reason(REASON_BOOK_FULL, "BOOK_FULL", "the exchange holds as many resting orders as it can"),
  reason(REASON_NO_LIQUIDITY, "NO_LIQUIDITY", "a market order found nothing to trade with"),
  reason(
    REASON_IOC_REMAINDER,
    "IOC_REMAINDER",
    "immediate-or-cancel: what did not trade is canceled",
  ),
  reason(REASON_FOK_UNFILLABLE, "FOK_UNFILLABLE", "fill-or-kill: the whole quantity is not there"),
  reason(
    REASON_POST_ONLY_WOULD_TRADE,
    "POST_ONLY_WOULD_TRADE",
    "a post-only order may not take liquidity",
  ),
  reason(REASON_REQUESTED, "REQUESTED", "the owner asked for it"),
  reason(
    REASON_NOTHING_TO_AMEND,
    "NOTHING_TO_AMEND",
    "an amend names neither a price nor a quantity",
  ),
  reason(REASON_BELOW_EXECUTED, "BELOW_EXECUTED", "the new total is at or below what has executed"),
  reason(
    REASON_INSTRUMENT_EXISTS,
    "INSTRUMENT_EXISTS",
    "an instrument has this symbol or id already",
  ),
  reason(
    REASON_INSTRUMENT_TERMS,
    "INSTRUMENT_TERMS",
    "the instrument's terms contradict each other",
  ),
  reason(
    REASON_INSTRUMENTS_FULL,
    "INSTRUMENTS_FULL",
    "the exchange lists as many instruments as it can",
  ),
  reason(REASON_BUSY, "BUSY", "a bounded queue is full; nothing was entered, try again"),
  reason(REASON_STOPPED, "STOPPED", "the exchange does not accept commands now"),
  reason(REASON_UNKNOWN_COMMAND, "UNKNOWN_COMMAND", "no command has this kind"),
  reason(REASON_ACCOUNTS_FULL, "ACCOUNTS_FULL", "the exchange knows as many accounts as it can"),
  reason(REASON_CL_ORD_ID_MISSING, "CL_ORD_ID_MISSING", "an order needs a client order id"),
  reason(REASON_NOT_PERMITTED, "NOT_PERMITTED", "only the operator may do this"),
  reason(
    REASON_WOULD_TRIGGER,
    "WOULD_TRIGGER",
    "the price that fires the order is reached already",
  ),
  reason(
    REASON_SELF_TRADE,
    "SELF_TRADE",
    "the order would trade with one of the same account or group",
  ),
  reason(REASON_EXPIRED, "EXPIRED", "the order's lifetime is over"),
  reason(REASON_PROTECTION, "PROTECTION", "what is left would trade beyond the protection points"),
  reason(REASON_MIN_QTY, "MIN_QTY", "less than the minimum quantity could trade at once"),
  reason(
    REASON_REPRICED,
    "REPRICED",
    "the exchange moved the order: as its terms say, or behind an older one",
  ),
  reason(REASON_LINKED, "LINKED", "an order of the same list decided"),
  reason(REASON_NO_REFERENCE, "NO_REFERENCE", "there is no price to derive the order's price from"),
  reason(REASON_EXPIRE_TIME, "EXPIRE_TIME", "the expire time is not in the future"),
  reason(REASON_NO_CALENDAR, "NO_CALENDAR", "a day order needs an instrument with a calendar"),
  reason(REASON_PHASE, "PHASE", "the instrument's phase does not take this"),
  reason(REASON_SPECIALS_FULL, "SPECIALS_FULL", "there are as many such orders as there can be"),
  reason(
    REASON_DISPLAY_QTY,
    "DISPLAY_QTY",
    "the display quantity is not a part of the quantity, or too small a part",
  ),
  reason(REASON_QUOTE_AMOUNT, "QUOTE_AMOUNT", "the amount does not buy or raise what was asked"),
  reason(REASON_CASCADE, "CASCADE", "one command fired more orders than the instrument allows"),
  reason(REASON_TERMS, "TERMS", "the order's terms contradict each other"),
  reason(REASON_OFF_GRID, "OFF_GRID", "a price or quantity between two ticks or lots"),
  reason(REASON_ACCOUNT_DISABLED, "ACCOUNT_DISABLED", "the account may not enter orders"),
  reason(
    REASON_PRICE_DISTANCE,
    "PRICE_DISTANCE",
    "the price is too far beyond the reference price",
  ),
  reason(
    REASON_OPEN_ORDERS_LIMIT,
    "OPEN_ORDERS_LIMIT",
    "the account has as many working orders as it may",
  ),
  reason(REASON_REDUCE_ONLY, "REDUCE_ONLY", "the order would do more than reduce the position"),
  reason(REASON_LOSS_LIMIT, "LOSS_LIMIT", "the account has lost as much today as it may"),
  reason(REASON_POSITION_LIMIT, "POSITION_LIMIT", "the position could become larger than it may"),
  reason(
    REASON_INSUFFICIENT_FUNDS,
    "INSUFFICIENT_FUNDS",
    "the money for it is not there, or is held for other orders",
  ),
  reason(
    REASON_INSUFFICIENT_ASSETS,
    "INSUFFICIENT_ASSETS",
    "what is sold is not there, or is held for other orders",
  ),
  reason(REASON_CREDIT_LIMIT, "CREDIT_LIMIT", "the account's credit does not reach"),
  reason(
    REASON_BALANCE_RANGE,
    "BALANCE_RANGE",
    "the account's sums could pass what is kept exactly",
  ),
  reason(
    REASON_BALANCES_FULL,
    "BALANCES_FULL",
    "the exchange keeps as many balances and positions as it can",
  ),
  reason(REASON_ACCOUNT_TERMS, "ACCOUNT_TERMS", "the account's terms are out of range"),
  reason(REASON_UNKNOWN_ASSET, "UNKNOWN_ASSET", "no instrument has this currency or asset"),
  reason(REASON_AMOUNT, "AMOUNT", "the amount is nothing, or more than is kept exactly"),
  reason(REASON_FEE_TERMS, "FEE_TERMS", "the fees are out of range"),
  reason(
    REASON_UNKNOWN_TRADE,
    "UNKNOWN_TRADE",
    "the trade never was, is too old to be changed, or is of accounts that nobody has configured",
  ),
  reason(REASON_TRADE_BUSTED, "TRADE_BUSTED", "the trade was busted already"),
  reason(REASON_MARKET_CLOSED, "MARKET_CLOSED", "the instrument's market is closed"),
  reason(REASON_MARKET_HALTED, "MARKET_HALTED", "trading in the instrument is halted"),
  reason(REASON_CANCEL_ONLY, "CANCEL_ONLY", "only cancels are taken now"),
  reason(REASON_POST_ONLY_PHASE, "POST_ONLY_PHASE", "only post-only orders are taken now"),
  reason(REASON_PHASE_SET, "PHASE_SET", "the operator set the phase"),
  reason(REASON_PHASE_OVER, "PHASE_OVER", "the time of the phase before was over"),
  reason(REASON_PHASE_TERMS, "PHASE_TERMS", "phases or times of the command make no sense"),
  reason(REASON_CALENDAR, "CALENDAR", "the instrument's calendar says so"),
  reason(REASON_CALENDAR_TERMS, "CALENDAR_TERMS", "days or times of the calendar make no sense"),
  reason(REASON_CALENDAR_FULL, "CALENDAR_FULL", "the exchange keeps as many such days as it can"),
  reason(REASON_CALL_PRICE, "CALL_PRICE", "the call's price would be too far from the reference"),
  reason(REASON_CALL_SURPLUS, "CALL_SURPLUS", "too much would be left over at the call's price"),
  reason(REASON_CALL_TERMS, "CALL_TERMS", "what is to hold for calls makes no sense"),
  reason(REASON_RELEASED, "RELEASED", "so much of it works as an order of its own now"),
  reason(
    REASON_NOTIONAL_OUT_OF_RANGE,
    "NOTIONAL_OUT_OF_RANGE",
    "what the order is worth is outside the instrument's range",
  ),
  reason(REASON_KILLED_MARKET, "KILLED_MARKET", "the kill switch of the whole market is on"),
  reason(REASON_KILLED_FIRM, "KILLED_FIRM", "the kill switch of the account's firm is on"),
  reason(REASON_KILLED_ACCOUNT, "KILLED_ACCOUNT", "the kill switch of the account is on"),
  reason(REASON_KILLED_SESSION, "KILLED_SESSION", "the kill switch of the session is on"),
  reason(REASON_DISCONNECTED, "DISCONNECTED", "the session that entered the order has ended"),
  reason(REASON_DEAD_MAN, "DEAD_MAN", "the account's dead-man timer ran out"),
  reason(REASON_RATE_LIMIT, "RATE_LIMIT", "the account sends more messages than it may"),
  reason(
    REASON_ORDER_TO_TRADE,
    "ORDER_TO_TRADE",
    "the account sends too many messages for what it trades",
  ),
  reason(REASON_DUPLICATE_ORDER, "DUPLICATE_ORDER", "the same order came too often in a row"),
  reason(
    REASON_MAKER_PROTECTION,
    "MAKER_PROTECTION",
    "the account's market-maker protection has tripped",
  ),
  reason(REASON_GUARD_TERMS, "GUARD_TERMS", "the setting is out of range"),
  reason(REASON_GUARDS_FULL, "GUARDS_FULL", "the exchange keeps as many such settings as it can"),
  reason(REASON_PRICE_BAND, "PRICE_BAND", "the next trade would be outside the price bands"),
  reason(REASON_ENTRY_DISABLED, "ENTRY_DISABLED", "the account has disabled its own order entry"),
  reason(
    REASON_OUTCOME_UNKNOWN,
    "OUTCOME_UNKNOWN",
    "the log failed before this was durable; whether it is there the next start will show",
  ),
  reason(REASON_NOT_REPLICATED, "NOT_REPLICATED", "the log has no replicas; ask for durable"),
];

function reason(code: number, name: string, meaning: string): Reason {
  return { code, name, meaning };
}

const NAMES = new Map(REASONS.map((known) => [known.code, known.name]));

/** The text code of a reason; "" for none. */
export function reasonName(code: number): string {
  return NAMES.get(code) ?? (code === REASON_NONE ? "" : `REASON_${code}`);
}
