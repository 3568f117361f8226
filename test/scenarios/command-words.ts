// The lines that ask for something, as command records.

import type { RecordBuffer } from "../../src/base/record-buffer.ts";
import { changeInstrumentRecord } from "../../src/codec/market-record-for-test.ts";
import {
  amendRecord,
  cancelAllRecord,
  cancelRecord,
  clockRecord,
  createInstrumentRecord,
  newListRecord,
  newRecord,
  newWithTermsRecord,
  reduceToRecord,
} from "../../src/codec/record-for-test.ts";
import { TEST_INSTRUMENT } from "../../src/engine/engine-for-test.ts";
import {
  ALLOCATION_PRICE_TIME,
  ALLOCATION_PRO_RATA,
  ALLOCATION_PRO_RATA_TOP,
} from "../../src/model/allocation.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET,
  ORD_TYPE_MARKET_IF_TOUCHED,
  ORD_TYPE_PEGGED,
  ORD_TYPE_STOP,
  ORD_TYPE_STOP_LIMIT,
} from "../../src/model/ord-type.ts";
import {
  LIST_OCO,
  LIST_OTO,
  LIST_OTOCO,
  TRIGGER_LAST,
  TRIGGER_MID,
  TRIGGER_QUOTE,
} from "../../src/model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { readAccountCommand, readUnits } from "./account-words.ts";
import { readCalendar } from "./calendar-words.ts";
import { readCallTerms } from "./call-words.ts";
import { readGuardCommand } from "./guard-words.ts";
import { type OrderOfWords, readOrder } from "./order-words.ts";
import { readPhase } from "./phase-words.ts";
import type { ScenarioNames } from "./scenario-names.ts";

const INSTRUMENT = new RegExp(
  /^instrument (\S+) price (-?\d+)\.\.(-?\d+) qty (\d+)\.\.(\d+)/.source +
    /(?: notional (\d+)\.\.(\d+))?(?: id (\d+))?(?: allocation (\S+))?( rests-at-protection)?$/
      .source,
);
const CHANGE = /^(?:(\S+): )?change (\S+) qty (\d+)\.\.(\d+)(?: notional (\d+)\.\.(\d+))?$/;
const CLOCK = /^(?:(\S+) )?clock (\S+?)(?: random (\d+))?$/;
const LIST = /^(\S+) (oco|oto|otoco|list \d+)( pro-rata)?(?: of (\d+))?: (.+)$/;
const CANCEL = /^(\S+) cancel (order )?(\S+)(?: by (\d+))?(?: on (\S+))?$/;
const REDUCE_TO = /^(\S+) cancel (order )?(\S+) down to (\d+)(?: on (\S+))?$/;
const AMEND = /^(\S+) amend (order )?(\S+)((?: \S+)*)$/;
const CANCEL_ALL = /^(\S+) cancel all((?: (?:buys|sells|(?:prices|session|of|on) \S+))*)$/;
const RANGE = /^(-?\d+)\.\.(-?\d+)$/;
const NEW = /^(\S+) ((?:buy|sell) .+)$/;
const LEG_SEPARATOR = " | ";

const ALLOCATIONS = new Map([
  ["price-time", ALLOCATION_PRICE_TIME],
  ["pro-rata", ALLOCATION_PRO_RATA],
  ["top-order", ALLOCATION_PRO_RATA_TOP],
]);

/** What an amend may make of an order. */
const AMENDED_TYPES = new Map<string, number>([
  ["limit", ORD_TYPE_LIMIT],
  ["market", ORD_TYPE_MARKET],
  ["stop", ORD_TYPE_STOP],
  ["stop-limit", ORD_TYPE_STOP_LIMIT],
  ["touched", ORD_TYPE_MARKET_IF_TOUCHED],
  ["touched-limit", ORD_TYPE_LIMIT_IF_TOUCHED],
  ["pegged", ORD_TYPE_PEGGED],
]);
const SOURCES = new Map<string, number>([
  ["last", TRIGGER_LAST],
  ["quote", TRIGGER_QUOTE],
  ["mid", TRIGGER_MID],
]);

const LIST_TYPES = new Map([
  ["oco", LIST_OCO],
  ["oto", LIST_OTO],
  ["otoco", LIST_OTOCO],
]);

/** The command record that the line asks for. */
export function readCommand(line: string, names: ScenarioNames): RecordBuffer {
  const readers = [
    readInstrument,
    readChange,
    readAccountCommand,
    readGuardCommand,
    readClock,
    readPhase,
    readCalendar,
    readCallTerms,
    readList,
    readCancelAll,
    readCancel,
    readReduceTo,
    readAmend,
  ];
  for (const read of [...readers, readNew]) {
    const record = read(line, names);
    if (record !== undefined) return record;
  }
  throw new Error(`expected a command of README.md, found "${line}"`);
}

function readInstrument(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const { rest, write } = readUnits(line);
  const match = INSTRUMENT.exec(rest);
  if (match === null) return undefined;
  const [, symbol, ...numbers] = match.slice(0, 9);
  const allocation = ALLOCATIONS.get(match[9] ?? "price-time");
  if (allocation === undefined) throw new Error(`expected an allocation, found "${match[9]}"`);
  const [first, last, qtyMin, qtyMax, notionalMin = 0, notionalMax = 0] = numbers.map(Number);
  const instrumentId = names.list(
    symbol,
    numbers[6] === undefined ? undefined : Number(numbers[6]),
  );
  const prices = [names.ticks(first), names.ticks(last)].sort((a, b) => a - b);
  const instrument = instrumentOf(symbol, instrumentId, prices, [qtyMin, qtyMax]);
  const notional = numbers[4] === undefined ? {} : { notionalMin, notionalMax };
  const record = createInstrumentRecord({
    ...{ ...instrument, ...notional, allocation },
    restsAtProtection: match[10] !== undefined,
  });
  write(record);
  return record;
}

function readChange(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const match = CHANGE.exec(line);
  if (match === null) return undefined;
  const [, account = "operator", symbol, ...numbers] = match;
  const [orderQtyLotsMin, orderQtyLotsMax, notionalMin, notionalMax] = numbers.map((text) =>
    Number(text ?? 0),
  );
  const instrumentId = names.instrumentId(symbol);
  const { accountId } = names.askerOf(account);
  const change = { orderQtyLotsMin, orderQtyLotsMax, notionalMin, notionalMax };
  return changeInstrumentRecord({ accountId, instrumentId }, change);
}

function readClock(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const [, account = "operator", time, random = "0"] = CLOCK.exec(line) ?? [];
  if (time === undefined) return undefined;
  names.nowMicros = names.timeOf(time);
  return clockRecord({ ...names.askerOf(account), random: Number(random) });
}

function readList(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const [, account, word, proRata, legsCount, legs] = LIST.exec(line) ?? [];
  if (legs === undefined) return undefined;
  const orders = legs.split(LEG_SEPARATOR).map((leg) => orderOf(leg.trim(), names));
  return newListRecord({
    ...names.askerOf(account),
    instrumentId: orders[0].instrumentId ?? 1,
    listType: LIST_TYPES.get(word) ?? Number(word.replace("list ", "")),
    isProRata: proRata !== undefined,
    legs: orders.map((order) => ({ terms: {}, ...order })),
    ...(legsCount === undefined ? {} : { legsCount: Number(legsCount) }),
  });
}

function readNew(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const [, account, order] = NEW.exec(line) ?? [];
  if (order === undefined) return undefined;
  const { terms, ...plain } = { ...orderOf(order, names), ...names.askerOf(account) };
  return terms === undefined ? newRecord(plain) : newWithTermsRecord({ ...plain, terms });
}

function orderOf(text: string, names: ScenarioNames): OrderOfWords {
  const order = readOrder(text, names);
  if (order === undefined) throw new Error(`expected an order of README.md, found "${text}"`);
  return order;
}

function readCancel(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const match = CANCEL.exec(line);
  if (match === null) return undefined;
  const [, account, byOrderId, id, by = "0", symbol] = match;
  const name = byOrderId === undefined ? { clOrdId: id } : { orderId: Number(id) };
  return cancelRecord({
    ...names.askerOf(account),
    instrumentId: symbol === undefined ? 0 : names.instrumentId(symbol),
    ...name,
    reduceByLots: Number(by),
  });
}

function readReduceTo(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const match = REDUCE_TO.exec(line);
  if (match === null) return undefined;
  const [, account, byOrderId, id, total, symbol] = match;
  return reduceToRecord({
    ...names.askerOf(account),
    instrumentId: symbol === undefined ? 0 : names.instrumentId(symbol),
    ...(byOrderId === undefined ? { clOrdId: id } : { orderId: Number(id) }),
    orderQtyLots: Number(total),
  });
}

function readCancelAll(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const [, account, rest] = CANCEL_ALL.exec(line) ?? [];
  if (rest === undefined) return undefined;
  const sides = /\b(?:buys|sells)\b/.exec(rest)?.[0];
  const argumentOf = (word: string) => new RegExp(`\\b${word} (\\S+)`).exec(rest)?.[1];
  const [symbol, session, target] = [argumentOf("on"), argumentOf("session"), argumentOf("of")];
  const prices = RANGE.exec(argumentOf("prices") ?? "")
    ?.slice(1)
    .map((price) => names.ticks(Number(price)));
  return cancelAllRecord({
    ...names.askerOf(account),
    instrumentId: symbol === undefined ? 0 : names.instrumentId(symbol),
    side: sides === undefined ? 0 : names.side(sides === "buys" ? SIDE_BUY : SIDE_SELL),
    ...(prices === undefined ? {} : { priceRange: [Math.min(...prices), Math.max(...prices)] }),
    ...(session === undefined ? {} : { targetSessionId: Number(session) }),
    ...(target === undefined ? {} : { targetAccountId: names.askerOf(target).accountId }),
  });
}

function readAmend(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const match = AMEND.exec(line);
  if (match === null) return undefined;
  const [, account, byOrderId, id, rest] = match;
  const words = amendWords(rest);
  const numberOf = (word: string, field: string, turn = (n: number) => n) =>
    words.has(word) ? { [field]: turn(Number(words.get(word))) } : {};
  return amendRecord({
    ...names.askerOf(account),
    instrumentId: words.has("on") ? names.instrumentId(words.get("on")) : 0,
    ...(byOrderId === undefined ? { clOrdId: id } : { orderId: Number(id) }),
    ...numberOf("price", "priceTicks", (ticks) => names.ticks(ticks)),
    ...numberOf("total", "orderQtyLots"),
    ...numberOf("open", "leavesQtyLots"),
    ...numberOf("stop", "stopPxTicks", (ticks) => names.ticks(ticks)),
    ...numberOf("shows", "displayQtyLots"),
    ...(words.has("as") ? { ordType: typeOf(words.get("as") ?? "") } : {}),
    ...(words.has("by") ? { triggerSource: sourceOf(words.get("by") ?? "") } : {}),
    ...(words.has("gtd") ? { expireTimeMicros: names.timeOf(words.get("gtd") ?? "") } : {}),
    ...(words.has("rename") ? { newClOrdId: words.get("rename") ?? "" } : {}),
    ...(words.get("to") === "tail" ? { joinsTail: true } : {}),
  });
}

/** A word of README.md, or the code itself. */
function typeOf(word: string): number {
  return AMENDED_TYPES.get(word) ?? Number(word);
}

function sourceOf(word: string): number {
  return SOURCES.get(word) ?? Number(word);
}

function amendWords(rest: string): ReadonlyMap<string, string> {
  const found = [...rest.matchAll(/ (price|total|open|stop|shows|as|by|gtd|rename|to|on) (\S+)/g)];
  const understood = found.map(([whole]) => whole).join("");
  if (understood !== rest) throw new Error(`expected words of an amend, found "${rest}"`);
  return new Map(found.map(([, word, value]) => [word, value]));
}

function instrumentOf(
  symbol: string,
  instrumentId: number,
  prices: readonly number[],
  quantities: readonly number[],
): Instrument {
  const [priceTicksMin, priceTicksMax] = prices;
  const [orderQtyLotsMin, orderQtyLotsMax] = quantities;
  const range = { priceTicksMin, priceTicksMax, orderQtyLotsMin, orderQtyLotsMax };
  return { ...TEST_INSTRUMENT, symbol, instrumentId, ...range };
}
