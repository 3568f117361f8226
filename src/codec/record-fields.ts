// Records as names and values, for whoever reads a log with other programs:
// docs/protocols/journal.md as a table, which a test compares. No order comes by here.

import { readI64, readU64 } from "../base/record-buffer.ts";
import { readAscii } from "./ascii.ts";
import { decodeClOrdId } from "./cl-ord-id.ts";

/** "name offset type": u8, u16, u32, i32, u64, i64, id (a client order id) or asciiN. */
export type RecordField = {
  readonly name: string;
  readonly offset: number;
  readonly type: string;
};

export type FieldValue = string | number;
export type NamedFields = Readonly<Record<string, FieldValue>>;

const HEADER =
  "sequence 8 u64, timeMicros 16 u64, accountId 4 u32, instrumentId 24 u32, sessionId 28 u32";
const NEW_ORDER =
  "clOrdId 32 id, orderQtyLots 48 u64, priceTicks 56 i32, side 60 u8, ordType 61 u8, " +
  "timeInForce 62 u8, execInst 63 u8";
const TERMS =
  "stopPxTicks 64 i32, triggerSource 68 u8, pegPriceType 69 u8, stpMode 70 u8, termFlags 71 u8, " +
  "displayQtyLots 72 u64, minQtyLots 80 u64, expireTimeMicros 88 u64, offsetTicks 96 i32, " +
  "stepTicks 100 u32, protectionTicks 104 u32, displayRandomLots 108 u32, quoteAmount 112 u64";
const MONEY = "targetAccountId 32 u32, asset 40 ascii8, amount 48 u64";
/** A leg of a list is bytes 32 to 127 of a new order with terms. */
const LEG_OFFSETS = [64, 160, 256];
const LEG_FROM_BYTE = 32;

const SESSION_TIMES =
  "preOpenSeconds 40 u32, openingCallSeconds 44 u32, openSeconds 48 u32, " +
  "closingCallSeconds 52 u32, closeSeconds 56 u32, randomMicros 60 u32";

const LIST = "listType 32 u8, legsCount 33 u8, listFlags 34 u8";

export const COMMAND_HEADER_FIELDS = parse(HEADER);

/** By command kind: its name, and its fields behind the header. */
export const COMMAND_FIELDS: ReadonlyMap<number, readonly [string, readonly RecordField[]]> =
  new Map([
    [1, ["new order", parse(NEW_ORDER)]],
    [2, ["cancel", parse("clOrdId 32 id, orderId 48 u64, reduceByLots 56 u64")]],
    [
      3,
      [
        "amend",
        parse(
          "clOrdId 32 id, orderQtyLots 48 u64, priceTicks 56 i32, amendFlags 60 u8, " +
            "ordType 61 u8, triggerSource 62 u8, " +
            "orderId 64 u64, newClOrdId 72 id, stopPxTicks 88 i32, displayQtyLots 96 u64, " +
            "expireTimeMicros 104 u64",
        ),
      ],
    ],
    [
      4,
      [
        "cancel all",
        parse(
          "side 32 u8, cancelFlags 33 u8, priceTicksMin 36 i32, priceTicksMax 40 i32, " +
            "targetSessionId 44 u32, targetAccountId 48 u32",
        ),
      ],
    ],
    [
      5,
      [
        "create instrument",
        parse(
          "symbol 32 ascii16, currency 48 ascii8, priceTicksMin 56 i32, priceTicksMax 60 i32, " +
            "tickUnits 64 u32, lotUnits 68 u32, orderQtyLotsMin 72 u64, orderQtyLotsMax 80 u64, " +
            "priceDecimals 88 u8, qtyDecimals 89 u8, allocation 90 u8, " +
            "restsAtProtection 91 u8, baseAsset 96 ascii8, " +
            "moneyUnits 104 u32, assetUnits 108 u32, notionalMin 112 u64, notionalMax 120 u64",
        ),
      ],
    ],
    [6, ["new order with terms", parse(`${NEW_ORDER}, ${TERMS}`)]],
    [7, ["new order list", [...parse(LIST), ...LEG_OFFSETS.flatMap(legFields)]]],
    [8, ["clock", parse("random 32 u32")]],
    [9, ["reduce to", parse("clOrdId 32 id, orderId 48 u64, orderQtyLots 56 u64")]],
    [
      20,
      [
        "set account",
        parse(
          "targetAccountId 32 u32, firmId 36 u32, tradeGroupId 40 u32, accountFlags 44 u8, " +
            "stpMode 45 u8, riskMode 46 u8, orderQtyLotsMax 48 u64, notionalMax 56 u64, " +
            "positionLotsMax 64 u64, dayLossMax 72 u64, creditLimit 80 u64, " +
            "openOrdersMax 88 u32, priceDistanceBasisPoints 92 u32",
        ),
      ],
    ],
    [21, ["deposit", parse(MONEY)]],
    [22, ["withdraw", parse(MONEY)]],
    [
      23,
      [
        "set fees",
        parse(
          "targetAccountId 32 u32, feeFlags 36 u8, makerBuyRate 40 i32, makerSellRate 44 i32, " +
            "takerBuyRate 48 i32, takerSellRate 52 i32, makerBuyPerLot 56 i32, " +
            "makerSellPerLot 60 i32, takerBuyPerLot 64 i32, takerSellPerLot 68 i32",
        ),
      ],
    ],
    [24, ["bust trade", parse("tradeId 32 u64")]],
    [25, ["correct trade", parse("tradeId 32 u64, lastQtyLots 40 u64, lastPxTicks 48 i32")]],
    [
      30,
      [
        "set phase",
        parse(
          "phase 32 u8, nextPhase 33 u8, randomMicros 36 u32, endTimeMicros 40 u64, " +
            "nextMicros 48 u64",
        ),
      ],
    ],
    [
      31,
      [
        "set calendar",
        parse(`calendarFlags 32 u8, weekdays 33 u8, utcOffsetSeconds 36 i32, ${SESSION_TIMES}`),
      ],
    ],
    [32, ["set day", parse(`dayFlags 32 u8, day 36 u32, ${SESSION_TIMES}`)]],
    [
      33,
      [
        "set call",
        parse(
          "callFlags 32 u8, extensionsMax 33 u8, collarWidth 36 u32, extensionMicros 40 u64, " +
            "surplusLotsMax 48 u64, randomMicros 56 u32",
        ),
      ],
    ],
    [
      34,
      [
        "change instrument",
        parse(
          "orderQtyLotsMin 32 u64, orderQtyLotsMax 40 u64, notionalMin 48 u64, notionalMax 56 u64",
        ),
      ],
    ],
    [40, ["set kill switch", parse("level 32 u8, switchFlags 33 u8, targetId 36 u32")]],
    [41, ["set disconnect", parse("disconnectFlags 32 u8")]],
    [42, ["session ended", parse("targetSessionId 32 u32")]],
    [43, ["arm dead man", parse("timeoutMicros 32 u64")]],
    [
      44,
      [
        "set message limits",
        parse(
          "targetAccountId 32 u32, messagesMax 36 u32, messagesWindowMicros 40 u64, " +
            "unfilledMax 48 u32, unfilledPerFill 52 u32, unfilledWindowMicros 56 u64, " +
            "repeatsMax 64 u32, repeatsWindowMicros 72 u64",
        ),
      ],
    ],
    [
      45,
      [
        "set protection",
        parse(
          "targetAccountId 32 u32, fillsMax 36 u32, lotsMax 40 u64, valueMax 48 u64, " +
            "windowMicros 56 u64",
        ),
      ],
    ],
    [46, ["reset protection", parse("targetAccountId 32 u32")]],
    [
      47,
      [
        "set bands",
        parse(
          "bandFlags 32 u8, staticReferenceTicks 36 i32, staticWidth 40 u32, " +
            "dynamicWidth 44 u32, callMicros 48 u64, callRandomMicros 56 u32",
        ),
      ],
    ],
    [48, ["set cascade limit", parse("ordersMax 32 u32, haltMicros 40 u64, callMicros 48 u64")]],
    [49, ["set ended ids", parse("knownMax 32 u32")]],
  ]);

export const EVENT_FIELDS = parse(
  "sequence 8 u64, timeMicros 16 u64, index 2 u16, instrumentId 4 u32, accountId 24 u32, " +
    "sessionId 28 u32, orderId 32 u64, clOrdId 40 id, priceTicks 56 i32, side 60 u8, " +
    "ordType 61 u8, timeInForce 62 u8, execInst 63 u8, orderQtyLots 64 u64, cumQtyLots 72 u64, " +
    "leavesQtyLots 80 u64, lastQtyLots 88 u64, lastPxTicks 96 i32, reason 100 u16, " +
    "eventFlags 102 u8, commandKind 103 u8, contraOrderId 104 u64, tradeId 112 u64, " +
    "contraAccountId 120 u32, historyHash 124 u32",
);

export const EVENT_KIND_NAMES: ReadonlyMap<number, string> = new Map([
  [1, "accepted"],
  [2, "rejected"],
  [3, "traded"],
  [4, "booked"],
  [5, "canceled"],
  [6, "cancel rejected"],
  [7, "amended"],
  [8, "amend rejected"],
  [9, "instrument created"],
  [10, "command rejected"],
  [11, "order status"],
  [12, "triggered"],
  [13, "displayed"],
  [14, "prevented"],
  [15, "end"],
  [16, "terms"],
  [17, "restated"],
  [26, "account changed"],
  [27, "ledger"],
  [28, "fee"],
  [29, "position"],
  [30, "trade busted"],
  [31, "trade corrected"],
  [40, "phase changed"],
  [41, "indicative"],
  [42, "calendar set"],
  [45, "call set"],
  [46, "instrument changed"],
  [50, "guard set"],
  [51, "guard tripped"],
]);

/** The command record at byte `at` of `bytes`. Of a kind that is not in the table, the header. */
export function namedCommand(bytes: Uint8Array, at: number): NamedFields {
  const kind = bytes[at + 1] ?? 0;
  const [name, fields] = COMMAND_FIELDS.get(kind) ?? [`kind ${kind}`, []];
  return { kind: name, ...valuesOf(bytes, at, [...COMMAND_HEADER_FIELDS, ...fields]) };
}

/** The event record at byte `at`; kinds about money and positions by their common fields. */
export function namedEvent(bytes: Uint8Array, at: number): NamedFields {
  const kind = bytes[at + 1] ?? 0;
  const name = EVENT_KIND_NAMES.get(kind) ?? `kind ${kind}`;
  return { kind: name, ...valuesOf(bytes, at, EVENT_FIELDS) };
}

function valuesOf(
  bytes: Uint8Array,
  at: number,
  fields: readonly RecordField[],
): Record<string, FieldValue> {
  const values: Record<string, FieldValue> = {};
  for (const { name, offset, type } of fields) values[name] = readValue(bytes, at + offset, type);
  return values;
}

function readValue(bytes: Uint8Array, at: number, type: string): FieldValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  switch (type) {
    case "u8":
      return view.getUint8(0);
    case "u16":
      return view.getUint16(0, true);
    case "u32":
      return view.getUint32(0, true);
    case "i32":
      return view.getInt32(0, true);
    case "u64":
      return readU64(wordsAt(view), 0);
    case "i64":
      return readI64(wordsAt(view), 0);
    case "id":
      return decodeClOrdId(bytes, at);
    default:
      return readAscii(bytes, at, Number(type.slice("ascii".length)));
  }
}

function wordsAt(view: DataView): Int32Array {
  return Int32Array.of(view.getInt32(0, true), view.getInt32(4, true));
}

function parse(text: string): RecordField[] {
  return text.split(", ").map((field) => {
    const [name = "", offset, type = ""] = field.split(" ");
    return { name, offset: Number(offset), type };
  });
}

function legFields(offset: number, index: number): RecordField[] {
  return parse(`${NEW_ORDER}, ${TERMS}`).map((field) => ({
    ...field,
    name: `leg${index + 1}.${field.name}`,
    offset: field.offset - LEG_FROM_BYTE + offset,
  }));
}
