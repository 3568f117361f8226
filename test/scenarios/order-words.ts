// What an order asks for, as words and as a command: `buy b1 10@99 post-only`. An accepted order is
// told in the same words, in the order of this file.

import type { NewOrderWithTerms, PlainEvent } from "../../src/codec/record-for-test.ts";
import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_HIDDEN,
  EXEC_INST_NO_PRICE,
  EXEC_INST_POST_ONLY,
  EXEC_INST_REDUCE_ONLY,
  EXEC_INST_SLIDE,
} from "../../src/model/exec-inst.ts";
import {
  ORD_TYPE_LIMIT,
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET,
  ORD_TYPE_MARKET_IF_TOUCHED,
  ORD_TYPE_MARKET_WITH_LEFTOVER,
  ORD_TYPE_PEGGED,
  ORD_TYPE_STOP,
  ORD_TYPE_STOP_LIMIT,
} from "../../src/model/ord-type.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import {
  TIF_ATC,
  TIF_DAY,
  TIF_FOK,
  TIF_GTC,
  TIF_GTD,
  TIF_IOC,
  TIF_OPG,
} from "../../src/model/time-in-force.ts";
import type { ScenarioNames } from "./scenario-names.ts";
import { decodeTerms, readTerms, TERM_WORDS, termsWords } from "./terms-words.ts";

const ORDER = /^(buy|sell) (\S+) (\d+)@(market|market-to-limit|pegged|-?\d+)((?: \S+)*)$/;
const NO_ID = "-";

/** FIX 59 in words; "gtd 10s" also says until when. */
const LIFETIMES = new Map([
  ["gtc", TIF_GTC],
  ["ioc", TIF_IOC],
  ["fok", TIF_FOK],
  ["day", TIF_DAY],
  ["opg", TIF_OPG],
  ["atc", TIF_ATC],
  ["gtd", TIF_GTD],
]);

const MODIFIERS = new Map([
  ["post-only", EXEC_INST_POST_ONLY],
  ["slides", EXEC_INST_SLIDE],
  ["hidden", EXEC_INST_HIDDEN],
  ["all-or-none", EXEC_INST_ALL_OR_NONE],
  ["reduce-only", EXEC_INST_REDUCE_ONLY],
  ["no-price", EXEC_INST_NO_PRICE],
]);

/** Price word and way of triggering make the type. */
const ORD_TYPES: readonly (readonly [string, string, number])[] = [
  ["market", "", ORD_TYPE_MARKET],
  ["limit", "", ORD_TYPE_LIMIT],
  ["market", "stop", ORD_TYPE_STOP],
  ["limit", "stop", ORD_TYPE_STOP_LIMIT],
  ["market", "touched", ORD_TYPE_MARKET_IF_TOUCHED],
  ["limit", "touched", ORD_TYPE_LIMIT_IF_TOUCHED],
  ["market-to-limit", "", ORD_TYPE_MARKET_WITH_LEFTOVER],
  ["pegged", "", ORD_TYPE_PEGGED],
];

const TRIGGERS = ["stop", "touched"];

/** Orders without a limit of their own. */
const WITHOUT_LIMIT = [ORD_TYPE_MARKET, ORD_TYPE_STOP, ORD_TYPE_MARKET_IF_TOUCHED];

/** The words by name; those that take a value with it, the others with "". */
type Words = ReadonlyMap<string, string>;

/** Terms only where a word asks for them. */
export type OrderOfWords = Omit<NewOrderWithTerms, "terms"> & Partial<NewOrderWithTerms>;

/** Without an account: who enters it is said elsewhere. */
export function readOrder(text: string, names: ScenarioNames): OrderOfWords | undefined {
  const [, side, id, qty, price, rest] = ORDER.exec(text) ?? [];
  if (rest === undefined) return undefined;
  const words = wordsOf(rest);
  const isNumber = /^-?\d+$/.test(price);
  const trigger = TRIGGERS.find((way) => words.has(way) || words.has(`trailing-${way}`)) ?? "";
  const priceWord = isNumber ? "limit" : price;
  const type = ORD_TYPES.find(([word, way]) => word === priceWord && way === trigger);
  const terms = readTerms(words, names);
  return {
    instrumentId: names.instrumentId(words.get("on")),
    clOrdId: id === NO_ID ? "" : id,
    side: names.side(side === "buy" ? SIDE_BUY : SIDE_SELL),
    orderQtyLots: Number(qty),
    ordType: numberOf(words, "type") ?? type?.[2] ?? ORD_TYPE_PEGGED,
    ...priceOf(isNumber ? Number(price) : numberOf(words, "worst"), names),
    timeInForce: lifetimeOf(words, priceWord, trigger),
    execInst: [...MODIFIERS].reduce((bits, [word, bit]) => bits | (words.has(word) ? bit : 0), 0),
    ...(terms === undefined ? {} : { terms }),
  };
}

/** What an accepted order is: `told` are the words of the event that tells its terms. */
export function orderText(
  order: PlainEvent,
  told: readonly number[] | undefined,
  names: ScenarioNames,
): string {
  const terms = told === undefined ? undefined : decodeTerms(told);
  const { ordType, timeInForce, execInst, instrumentId, orderQtyLots } = order;
  const side = names.side(order.side) === SIDE_BUY ? "buy" : "sell";
  const usual = ordType === ORD_TYPE_MARKET ? TIF_IOC : TIF_GTC;
  const lifetime = [...LIFETIMES].find(([, code]) => code === timeInForce)?.[0] ?? "?";
  const until = timeInForce === TIF_GTD ? ` ${names.timeText(terms?.expireTimeMicros ?? 0)}` : "";
  return [
    `${side} ${orderQtyLots}@${enteredPrice(order, names)}`,
    ...(timeInForce === usual ? [] : [`${lifetime}${until}`]),
    ...[...MODIFIERS].flatMap(([word, bit]) => ((execInst & bit) === 0 ? [] : [word])),
    ...(terms === undefined ? [] : termsWords(terms, ordType, names)),
    ...(instrumentId === 1 ? [] : [`on ${names.symbolName(instrumentId)}`]),
  ].join(" ");
}

/** The price that an order stands at, or its word. */
export function priceText({ ordType, priceTicks }: PlainEvent, names: ScenarioNames): string {
  return WITHOUT_LIMIT.includes(ordType) ? "market" : String(names.ticks(priceTicks));
}

export function isPegged({ ordType }: PlainEvent): boolean {
  return ordType === ORD_TYPE_PEGGED;
}

function enteredPrice(order: PlainEvent, names: ScenarioNames): string {
  if (order.ordType === ORD_TYPE_MARKET_WITH_LEFTOVER) return "market-to-limit";
  return isPegged(order) ? "pegged" : priceText(order, names);
}

function lifetimeOf(words: Words, priceWord: string, trigger: string): number {
  const word = [...words.keys()].find((known) => LIFETIMES.has(known));
  const usual = priceWord === "market" && trigger === "" ? TIF_IOC : TIF_GTC;
  return numberOf(words, "lifetime") ?? LIFETIMES.get(word ?? "") ?? usual;
}

/** A pegged order may do without: then it has no worst price either. */
function priceOf(price: number | undefined, names: ScenarioNames): { priceTicks?: number } {
  return price === undefined ? {} : { priceTicks: names.ticks(price) };
}

/** Codes that no word stands for, so that their refusal can be shown. */
const CODE_WORDS = ["type", "lifetime"];
const VALUE_WORDS = new Set(["on", ...CODE_WORDS]);

function wordsOf(rest: string): Words {
  const words = new Map<string, string>();
  const found = rest.split(" ").filter((word) => word !== "");
  for (let i = 0; i < found.length; i++) {
    const word = found[i];
    const takesValue = VALUE_WORDS.has(word) || TERM_WORDS.get(word) === true;
    const isKnown =
      takesValue || LIFETIMES.has(word) || MODIFIERS.has(word) || TERM_WORDS.has(word);
    if (!isKnown) throw new Error(`expected an order's word, found "${word}"`);
    words.set(word, takesValue ? found[++i] : "");
    if (word === "gtd" && /\d/.test(found[i + 1] ?? "")) words.set(word, found[++i]);
  }
  return words;
}

function numberOf(words: Words, word: string): number | undefined {
  return words.has(word) ? Number(words.get(word)) : undefined;
}
