// The words of scenario files, to and from records and events. A mirrored reading swaps buy and
// sell and negates every price, on the way in and on the way out: the text stays the same.

import type { RecordBuffer } from "../../src/base/record-buffer.ts";
import {
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_COMMAND_REJECTED,
  EVENT_INSTRUMENT_CREATED,
  EVENT_REJECTED,
  EVENT_TRADED,
  FLAG_KEPT_PLACE,
  FLAG_ON_BOOK,
} from "../../src/codec/event.ts";
import {
  amendRecord,
  cancelAllRecord,
  cancelRecord,
  createInstrumentRecord,
  newRecord,
  type PlainEvent,
} from "../../src/codec/record-for-test.ts";
import { TEST_INSTRUMENT } from "../../src/engine/engine-for-test.ts";
import { EXEC_INST_POST_ONLY } from "../../src/model/exec-inst.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET } from "../../src/model/ord-type.ts";
import { reasonName } from "../../src/model/reasons.ts";
import { oppositeSide, SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../../src/model/time-in-force.ts";

const INSTRUMENT = /^instrument (\S+) price (-?\d+)\.\.(-?\d+) qty (\d+)\.\.(\d+)(?: id (\d+))?$/;
const NEW = /^(\S+) (buy|sell) (\S+) (\d+)@(market|-?\d+)((?: \S+)*)$/;
const CANCEL = /^(\S+) cancel (order )?(\S+)(?: by (\d+))?(?: on (\S+))?$/;
const AMEND = /^(\S+) amend (order )?(\S+)((?: \S+)*)$/;
const CANCEL_ALL = /^(\S+) cancel all(?: (buys|sells))?(?: on (\S+))?$/;
const UNLISTED_ID = 999;
const NO_ID = "-";

/** FIX 59 in words; those from "day" on are not there yet. */
const LIFETIMES = new Map([
  ["gtc", TIF_GTC],
  ["ioc", TIF_IOC],
  ["fok", TIF_FOK],
  ["day", 0],
  ["opg", 2],
  ["gtd", 6],
]);

export class ScenarioWords {
  readonly #isMirrored: boolean;
  readonly #accounts: string[] = ["operator"];
  readonly #symbols = new Map<string, number>();

  constructor(isMirrored: boolean) {
    this.#isMirrored = isMirrored;
  }

  accountOf(name: string): number {
    if (!this.#accounts.includes(name)) this.#accounts.push(name);
    return this.#accounts.indexOf(name);
  }

  accountName(accountId: number): string {
    return this.#accounts[accountId];
  }

  symbolName(instrumentId: number): string {
    const known = [...this.#symbols].find(([, id]) => id === instrumentId);
    return known?.[0] ?? `instrument ${instrumentId}`;
  }

  /** The command record that the line asks for. */
  recordOf(line: string): RecordBuffer {
    const record =
      this.#instrument(line) ?? this.#cancelAll(line) ?? this.#cancel(line) ?? this.#amend(line);
    const found = record ?? this.#new(line);
    if (found === undefined) throw new Error(`expected a command of README.md, found "${line}"`);
    return found;
  }

  #instrument(line: string): RecordBuffer | undefined {
    const match = INSTRUMENT.exec(line);
    if (match === null) return undefined;
    const [, symbol, ...numbers] = match;
    const [first, last, qtyMin, qtyMax] = numbers.map(Number);
    const id = numbers[4] === undefined ? this.#symbols.size + 1 : Number(numbers[4]);
    if (!this.#symbols.has(symbol)) this.#symbols.set(symbol, id);
    const prices = [this.#turned(first), this.#turned(last)].sort((a, b) => a - b);
    return createInstrumentRecord(instrumentOf(symbol, id, prices, [qtyMin, qtyMax]));
  }

  #new(line: string): RecordBuffer | undefined {
    const match = NEW.exec(line);
    if (match === null) return undefined;
    const [, account, side, id, qty, price, rest] = match;
    const words = rest.split(" ").filter((word) => word !== "");
    const isMarket = price === "market";
    const lifetime = words.find((word) => LIFETIMES.has(word)) ?? (isMarket ? "ioc" : "gtc");
    const onAt = words.indexOf("on");
    const known = new Set([...LIFETIMES.keys(), "post-only", "on", words[onAt + 1]]);
    const unknown = words.find((word) => !known.has(word));
    if (unknown !== undefined) throw new Error(`expected an order's word, found "${unknown}"`);
    return newRecord({
      accountId: this.accountOf(account),
      instrumentId: this.#instrumentId(onAt === -1 ? undefined : words[onAt + 1]),
      clOrdId: id === NO_ID ? "" : id,
      side: this.#side(side === "buy" ? SIDE_BUY : SIDE_SELL),
      orderQtyLots: Number(qty),
      ordType: isMarket ? ORD_TYPE_MARKET : ORD_TYPE_LIMIT,
      priceTicks: isMarket ? 0 : this.#turned(Number(price)),
      timeInForce: LIFETIMES.get(lifetime) ?? 0,
      postOnly: words.includes("post-only"),
    });
  }

  #cancel(line: string): RecordBuffer | undefined {
    const match = CANCEL.exec(line);
    if (match === null) return undefined;
    const [, account, byOrderId, id, by = "0", symbol] = match;
    const name = byOrderId === undefined ? { clOrdId: id } : { orderId: Number(id) };
    return cancelRecord({
      accountId: this.accountOf(account),
      instrumentId: symbol === undefined ? 0 : this.#instrumentId(symbol),
      ...name,
      reduceByLots: Number(by),
    });
  }

  #cancelAll(line: string): RecordBuffer | undefined {
    const match = CANCEL_ALL.exec(line);
    if (match === null) return undefined;
    const [, account, sides, symbol] = match;
    const side = sides === undefined ? 0 : this.#side(sides === "buys" ? SIDE_BUY : SIDE_SELL);
    const instrumentId = symbol === undefined ? 0 : this.#instrumentId(symbol);
    return cancelAllRecord({ accountId: this.accountOf(account), instrumentId, side });
  }

  #amend(line: string): RecordBuffer | undefined {
    const match = AMEND.exec(line);
    if (match === null) return undefined;
    const [, account, byOrderId, id, rest] = match;
    const words = new Map(
      [...rest.matchAll(/ (price|total|open|rename|to|on) (\S+)/g)].map(([, word, value]) => {
        return [word, value];
      }),
    );
    const numberOf = (word: string, field: string, turn = (n: number) => n) =>
      words.has(word) ? { [field]: turn(Number(words.get(word))) } : {};
    return amendRecord({
      accountId: this.accountOf(account),
      instrumentId: words.has("on") ? this.#instrumentId(words.get("on")) : 0,
      ...(byOrderId === undefined ? { clOrdId: id } : { orderId: Number(id) }),
      ...numberOf("price", "priceTicks", (ticks) => this.#turned(ticks)),
      ...numberOf("total", "orderQtyLots"),
      ...numberOf("open", "leavesQtyLots"),
      ...(words.has("rename") ? { newClOrdId: words.get("rename") ?? "" } : {}),
      ...(words.get("to") === "tail" ? { joinsTail: true } : {}),
    });
  }

  /** The events of a command as lines; a trade's two events are one line. */
  linesOf(events: readonly PlainEvent[]): string[] {
    const lines: string[] = [];
    for (let i = 0; i < events.length; i++) {
      if (events[i].kind === EVENT_TRADED) lines.push(this.#tradeLine(events[i], events[++i]));
      else lines.push(this.#eventLine(events[i]));
    }
    return lines.length === 0 ? ["nothing"] : lines;
  }

  #eventLine(event: PlainEvent): string {
    const { kind, orderQtyLots, leavesQtyLots, lastQtyLots, flags, instrumentId } = event;
    const why = reasonName(event.reason);
    const onBook = (flags & FLAG_ON_BOOK) !== 0;
    const order = `${this.#orderName(event)}`;
    const price = this.#turned(event.priceTicks);
    switch (kind) {
      case EVENT_ACCEPTED:
        return `${order} accepted: ${this.#terms(event)}${onBook ? ", on the book" : ""}`;
      case EVENT_REJECTED:
        return `${order} rejected: ${why}`;
      case EVENT_BOOKED:
        return `${order} booked: ${leavesQtyLots}@${price} of ${orderQtyLots}`;
      case EVENT_CANCELED:
        return leavesQtyLots === 0
          ? `${order} canceled: ${lastQtyLots} of ${orderQtyLots}, ${why}`
          : `${order} reduced by ${lastQtyLots}: ${leavesQtyLots} stay of ${orderQtyLots}, ${why}`;
      case EVENT_CANCEL_REJECTED:
        return `${order} cancel rejected: ${why}`;
      case EVENT_AMENDED:
        return `${order} amended: ${this.#change(event)}`;
      case EVENT_AMEND_REJECTED:
        return `${order} amend rejected: ${why}`;
      case EVENT_INSTRUMENT_CREATED:
        return `${this.symbolName(instrumentId)} listed`;
      case EVENT_COMMAND_REJECTED:
        return `rejected: ${why}`;
      default:
        throw new Error(`expected an event with words, found kind ${kind}`);
    }
  }

  #tradeLine(maker: PlainEvent, taker: PlainEvent): string {
    const { lastQtyLots, lastPxTicks } = maker;
    const quantity = `${lastQtyLots}@${this.#turned(lastPxTicks)}`;
    const sides = [maker, taker].map((side) => {
      return `${this.#orderName(side)} (${side.cumQtyLots} done, ${side.leavesQtyLots} left)`;
    });
    return `trade ${quantity}: ${sides.join(" with ")}`;
  }

  #change(event: PlainEvent): string {
    const { flags, lastQtyLots, leavesQtyLots, orderQtyLots } = event;
    const from = `${lastQtyLots}@${this.#turned(event.lastPxTicks)}`;
    const to = `${leavesQtyLots}@${this.#turned(event.priceTicks)}`;
    const total = leavesQtyLots === orderQtyLots ? "" : ` of ${orderQtyLots}`;
    if ((flags & FLAG_ON_BOOK) === 0) return `${from} to ${to}${total}, trades`;
    const place = (flags & FLAG_KEPT_PLACE) === 0 ? "joins the tail" : "keeps its place";
    return `${from} to ${to}${total}, ${place}`;
  }

  #terms(event: PlainEvent): string {
    const { orderQtyLots, priceTicks, ordType, timeInForce, execInst, instrumentId } = event;
    const isMarket = ordType === ORD_TYPE_MARKET;
    const side = this.#side(event.side) === SIDE_BUY ? "buy" : "sell";
    const price = isMarket ? "market" : String(this.#turned(priceTicks));
    const lifetime = [...LIFETIMES].find(([, code]) => code === timeInForce)?.[0];
    const usual = isMarket ? TIF_IOC : TIF_GTC;
    return [
      `${side} ${orderQtyLots}@${price}`,
      ...(timeInForce === usual ? [] : [lifetime]),
      ...(execInst === EXEC_INST_POST_ONLY ? ["post-only"] : []),
      ...(instrumentId === 1 ? [] : [`on ${this.symbolName(instrumentId)}`]),
    ].join(" ");
  }

  #orderName({ accountId, clOrdId, orderId }: PlainEvent): string {
    const unnamed = orderId === 0 ? NO_ID : `order ${orderId}`;
    return `${this.accountName(accountId)} ${clOrdId === "" ? unnamed : clOrdId}`;
  }

  #instrumentId(symbol: string | undefined): number {
    if (symbol === undefined) return 1;
    return this.#symbols.get(symbol) ?? UNLISTED_ID;
  }

  #side(side: number): number {
    return this.#isMirrored ? oppositeSide(side) : side;
  }

  #turned(priceTicks: number): number {
    return this.#isMirrored ? 0 - priceTicks : priceTicks;
  }
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
