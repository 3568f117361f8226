// The terms of an order (docs/protocols/journal.md, kind 6) in words, both ways.

import { TERMS_STOP_PX_TICKS_WORD } from "../../src/codec/command.ts";
import { readTerms as readTermValues } from "../../src/codec/order-command.ts";
import type { PlainTerms } from "../../src/codec/record-for-test.ts";
import {
  ORD_TYPE_LIMIT_IF_TOUCHED,
  ORD_TYPE_MARKET_IF_TOUCHED,
  ORD_TYPE_STOP,
  ORD_TYPE_STOP_LIMIT,
} from "../../src/model/ord-type.ts";
import {
  PEG_MARKET,
  PEG_MID,
  PEG_PRIMARY,
  STP_CANCEL_BOTH,
  STP_CANCEL_NEWEST,
  STP_CANCEL_OLDEST,
  STP_DECREMENT,
  STP_NONE,
  STP_TRANSFER,
  TRIGGER_LAST,
  TRIGGER_MID,
  TRIGGER_QUOTE,
} from "../../src/model/order-terms.ts";
import type { ScenarioNames } from "./scenario-names.ts";

/** Every word, and whether a value follows it. */
export const TERM_WORDS: ReadonlyMap<string, boolean> = new Map([
  ["stop", true],
  ["touched", true],
  ["trailing-stop", true],
  ["trailing-touched", true],
  ["by", true],
  ["step", true],
  ["from", true],
  ["primary", false],
  ["market", false],
  ["mid", false],
  ["pegs", true],
  ["offset", true],
  ["worst", true],
  ["shows", true],
  ["random", true],
  ["min", true],
  ["protection", true],
  ["amount", true],
  ["stp", true],
  ["expires", true],
  ["with-terms", false],
]);

/** In the place of a stop price: none is given. */
const NO_PRICE = "-";
const BASIS_POINTS = /^(-?\d+)bps$/;

const SOURCES = new Map([
  ["last", TRIGGER_LAST],
  ["quote", TRIGGER_QUOTE],
  ["mid", TRIGGER_MID],
]);

const PEGS = new Map([
  ["primary", PEG_PRIMARY],
  ["market", PEG_MARKET],
  ["mid", PEG_MID],
]);

const STP_MODES = new Map([
  ["none", STP_NONE],
  ["newest", STP_CANCEL_NEWEST],
  ["oldest", STP_CANCEL_OLDEST],
  ["both", STP_CANCEL_BOTH],
  ["decrement", STP_DECREMENT],
  ["transfer", STP_TRANSFER],
]);

const WAYS = new Map([
  [ORD_TYPE_STOP, "stop"],
  [ORD_TYPE_STOP_LIMIT, "stop"],
  [ORD_TYPE_MARKET_IF_TOUCHED, "touched"],
  [ORD_TYPE_LIMIT_IF_TOUCHED, "touched"],
]);

type Words = ReadonlyMap<string, string>;

export type ToldTerms = ReturnType<typeof decodeTerms>;

/** The terms as an event tells them. */
export function decodeTerms(words: readonly number[]) {
  const record = new Int32Array([...new Array(TERMS_STOP_PX_TICKS_WORD).fill(0), ...words]);
  return readTermValues(record, 0);
}

/** Undefined where no word asks for terms. */
export function readTerms(words: Words, names: ScenarioNames): PlainTerms | undefined {
  const until = words.get("expires") ?? words.get("gtd") ?? "";
  const isAsked = until !== "" || [...words.keys()].some((word) => TERM_WORDS.has(word));
  if (!isAsked) return undefined;
  return {
    ...triggerTerms(words, names),
    ...pegTerms(words, names),
    ...numberTerm(words, "shows", "displayQtyLots"),
    ...numberTerm(words, "random", "displayRandomLots"),
    ...numberTerm(words, "min", "minQtyLots"),
    ...numberTerm(words, "protection", "protectionTicks"),
    ...numberTerm(words, "amount", "quoteAmount"),
    ...(words.has("stp") ? { stpMode: codeOf(STP_MODES, words.get("stp")) } : {}),
    ...(until === "" ? {} : { expireTimeMicros: names.timeOf(until) }),
  };
}

/** What the terms say, in the order of TERM_WORDS. */
export function termsWords(terms: ToldTerms, ordType: number, names: ScenarioNames): string[] {
  const { displayQtyLots, displayRandomLots, minQtyLots, quoteAmount, stpMode } = terms;
  const { protectionTicks } = terms;
  return [
    ...triggerWords(terms, ordType, names),
    ...pegWords(terms, names),
    ...(displayQtyLots === 0 ? [] : [`shows ${displayQtyLots}`]),
    ...(displayRandomLots === 0 ? [] : [`random ${displayRandomLots}`]),
    ...(minQtyLots === 0 ? [] : [`min ${minQtyLots}`]),
    ...(protectionTicks === undefined ? [] : [`protection ${protectionTicks}`]),
    ...(quoteAmount === 0 ? [] : [`amount ${quoteAmount}`]),
    ...(stpMode === 0 ? [] : [`stp ${wordOf(STP_MODES, stpMode)}`]),
  ];
}

/** The stop price of a trailing order is where tracking begins: "from 110". */
function triggerTerms(words: Words, names: ScenarioNames): PlainTerms {
  const price = words.get("from") ?? words.get("stop") ?? words.get("touched") ?? NO_PRICE;
  const distance = words.get("trailing-stop") ?? words.get("trailing-touched");
  const basisPoints = BASIS_POINTS.exec(distance ?? "")?.[1];
  return {
    ...(price === NO_PRICE ? {} : { stopPxTicks: names.ticks(Number(price)) }),
    ...(words.has("by") ? { triggerSource: codeOf(SOURCES, words.get("by")) } : {}),
    ...(distance === undefined
      ? {}
      : {
          trailing: true,
          offsetTicks: Number(basisPoints ?? distance),
          offsetIsBasisPoints: basisPoints !== undefined,
        }),
    ...numberTerm(words, "step", "stepTicks"),
  };
}

function triggerWords(terms: ToldTerms, ordType: number, names: ScenarioNames): string[] {
  const way = WAYS.get(ordType);
  if (way === undefined) return [];
  const { stopPxTicks, triggerSource, offsetTicks, stepTicks } = terms;
  const price = stopPxTicks === undefined ? NO_PRICE : String(names.ticks(stopPxTicks));
  const source = triggerSource === TRIGGER_LAST ? [] : [`by ${wordOf(SOURCES, triggerSource)}`];
  if (!terms.trailing) return [`${way} ${price}`, ...source];
  const unit = terms.offsetIsBasisPoints ? "bps" : "";
  return [
    `trailing-${way} ${offsetTicks}${unit}`,
    ...source,
    ...(stepTicks === 0 ? [] : [`step ${stepTicks}`]),
    ...(stopPxTicks === undefined ? [] : [`from ${price}`]),
  ];
}

function pegTerms(words: Words, names: ScenarioNames): PlainTerms {
  const word = [...PEGS.keys()].find((known) => words.has(known)) ?? words.get("pegs");
  return {
    ...(word === undefined ? {} : { pegPriceType: codeOf(PEGS, word) }),
    ...(words.has("offset") ? { offsetTicks: names.ticks(Number(words.get("offset"))) } : {}),
  };
}

function pegWords(terms: ToldTerms, names: ScenarioNames): string[] {
  const { pegPriceType, offsetTicks, hasPrice } = terms;
  if (pegPriceType === 0) return [];
  return [
    wordOf(PEGS, pegPriceType),
    ...(offsetTicks === 0 ? [] : [`offset ${names.ticks(offsetTicks)}`]),
    ...(hasPrice ? ["worst given"] : []),
  ];
}

function numberTerm(words: Words, word: string, field: keyof PlainTerms): PlainTerms {
  return words.has(word) ? { [field]: Number(words.get(word)) } : {};
}

/** A code that has no word is written as its number. */
function codeOf(codes: ReadonlyMap<string, number>, word = ""): number {
  const code = codes.get(word) ?? Number(word);
  if (!Number.isInteger(code)) throw new Error(`expected one of its words, found "${word}"`);
  return code;
}

function wordOf(codes: ReadonlyMap<string, number>, code: number): string {
  return [...codes].find(([, known]) => known === code)?.[0] ?? String(code);
}
