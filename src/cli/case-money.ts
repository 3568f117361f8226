// What owners have in a case: which assets there are, and their amounts as whole units.

import type { Instrument } from "../model/instrument.ts";
import type { BehaviorCase } from "./case-file.ts";
import { type CaseNumbers, CaseUnreadable } from "./case-numbers.ts";

/** A venue that counts lots and prices in units of its own says so. */
const SYMBOL_RULE =
  /^symbol ([A-Z]+)_([A-Z]+): one lot = (\d+) units of \1, .* per lot = (\d+) units of \2\b/;
const LOCKED = "_locked";

export type AssetTerms = Required<
  Pick<Instrument, "baseAsset" | "currency" | "assetUnits" | "moneyUnits">
>;

/** Amounts of one owner: the free one, and the one that orders hold, where it is said. */
export type ExpectedAmount = {
  readonly asset: string;
  readonly isLocked: boolean;
  readonly amount: number;
};

export class CaseMoney {
  /** Undefined where nobody has anything. */
  readonly terms: AssetTerms | undefined;
  readonly #numbers: CaseNumbers;

  constructor(behavior: BehaviorCase, numbers: CaseNumbers) {
    this.terms = termsOf(behavior);
    this.#numbers = numbers;
  }

  /** What is said of an owner, an asset after the other. */
  amountsIn(balances: unknown): ExpectedAmount[] {
    return Object.entries(balances as Readonly<Record<string, unknown>>).map(([name, value]) => {
      const isLocked = name.endsWith(LOCKED);
      const asset = isLocked ? name.slice(0, -LOCKED.length) : name;
      return { asset, isLocked, amount: this.#amountOf(asset, value) };
    });
  }

  /** A lot is as fine as the base asset, a tick x lot as the currency; whole numbers are units. */
  #amountOf(asset: string, value: unknown): number {
    if (asset === this.terms?.baseAsset) return this.#numbers.lots(value);
    if (asset === this.terms?.currency) return this.#numbers.cost(value);
    throw new CaseUnreadable(`an amount of ${asset}, which nobody trades`);
  }
}

/** As a rule says it; else the first deposit names what is traded, then what it is paid in. */
function termsOf({ rules, steps }: BehaviorCase): AssetTerms | undefined {
  for (const rule of rules) {
    const [, baseAsset, currency, lotUnits, tickUnits] = SYMBOL_RULE.exec(rule) ?? [];
    if (baseAsset === undefined || currency === undefined) continue;
    return { baseAsset, currency, assetUnits: Number(lotUnits), moneyUnits: Number(tickUnits) };
  }
  const deposit = steps.find((step) => step.do === "deposit");
  const [baseAsset, currency] = Object.keys((deposit?.["balances"] as object | undefined) ?? {});
  if (baseAsset === undefined || currency === undefined) return undefined;
  return { baseAsset, currency, assetUnits: 1, moneyUnits: 1 };
}
