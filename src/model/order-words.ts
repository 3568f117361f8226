// The words for codes, one table each way: what JSON, gRPC's names and the command line call them.

import { RISK_CREDIT, RISK_NONE, RISK_RESERVATION } from "./account.ts";
import * as allocation from "./allocation.ts";
import { KILL_ACCOUNT, KILL_FIRM, KILL_MARKET, KILL_SESSION } from "./guard.ts";
import * as ordType from "./ord-type.ts";
import * as terms from "./order-terms.ts";
import { PHASE_NAMES } from "./phase.ts";
import { SIDE_BUY, SIDE_SELL } from "./side.ts";
import * as lifetime from "./time-in-force.ts";

/** Words of one field and their codes, both ways. */
export class CodeWords {
  readonly words: readonly string[];
  readonly #codes: ReadonlyMap<unknown, number>;
  readonly #words: ReadonlyMap<number, string>;

  constructor(codes: Readonly<Record<string, number>>) {
    this.words = Object.keys(codes);
    this.#codes = new Map(Object.entries(codes));
    this.#words = new Map(Object.entries(codes).map(([word, code]) => [code, word]));
  }

  /** Undefined for what is none of the words. */
  codeOf(word: unknown): number | undefined {
    return this.#codes.get(word);
  }

  /** A code of no word, as a refused binary order may have it, is "unknown". */
  wordOf(code: number): string {
    return this.#words.get(code) ?? "unknown";
  }
}

export const SIDE_WORDS = new CodeWords({ buy: SIDE_BUY, sell: SIDE_SELL });

export const ORD_TYPE_WORDS = new CodeWords({
  limit: ordType.ORD_TYPE_LIMIT,
  market: ordType.ORD_TYPE_MARKET,
  stop: ordType.ORD_TYPE_STOP,
  stopLimit: ordType.ORD_TYPE_STOP_LIMIT,
  marketIfTouched: ordType.ORD_TYPE_MARKET_IF_TOUCHED,
  limitIfTouched: ordType.ORD_TYPE_LIMIT_IF_TOUCHED,
  marketWithLeftover: ordType.ORD_TYPE_MARKET_WITH_LEFTOVER,
  pegged: ordType.ORD_TYPE_PEGGED,
});

export const TIME_IN_FORCE_WORDS = new CodeWords({
  gtc: lifetime.TIF_GTC,
  ioc: lifetime.TIF_IOC,
  fok: lifetime.TIF_FOK,
  day: lifetime.TIF_DAY,
  gtd: lifetime.TIF_GTD,
  opg: lifetime.TIF_OPG,
  atc: lifetime.TIF_ATC,
});

export const TRIGGER_WORDS = new CodeWords({
  last: terms.TRIGGER_LAST,
  quote: terms.TRIGGER_QUOTE,
  mid: terms.TRIGGER_MID,
});

export const PEG_WORDS = new CodeWords({
  primary: terms.PEG_PRIMARY,
  market: terms.PEG_MARKET,
  mid: terms.PEG_MID,
});

/** The account's own mode is said by saying none of these. */
export const STP_WORDS = new CodeWords({
  none: terms.STP_NONE,
  cancelNewest: terms.STP_CANCEL_NEWEST,
  cancelOldest: terms.STP_CANCEL_OLDEST,
  cancelBoth: terms.STP_CANCEL_BOTH,
  decrement: terms.STP_DECREMENT,
  transfer: terms.STP_TRANSFER,
});

export const LIST_WORDS = new CodeWords({
  oco: terms.LIST_OCO,
  oto: terms.LIST_OTO,
  otoco: terms.LIST_OTOCO,
});

export const PHASE_WORDS = new CodeWords(
  Object.fromEntries(PHASE_NAMES.map((name, phase) => [name, phase])),
);

export const RISK_WORDS = new CodeWords({
  none: RISK_NONE,
  reservation: RISK_RESERVATION,
  credit: RISK_CREDIT,
});

export const KILL_WORDS = new CodeWords({
  market: KILL_MARKET,
  firm: KILL_FIRM,
  account: KILL_ACCOUNT,
  session: KILL_SESSION,
});

export const ALLOCATION_WORDS = new CodeWords({
  priceTime: allocation.ALLOCATION_PRICE_TIME,
  proRata: allocation.ALLOCATION_PRO_RATA,
  proRataTop: allocation.ALLOCATION_PRO_RATA_TOP,
});
